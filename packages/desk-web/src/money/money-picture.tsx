import type { RequestView } from '@holdfast/schemas'
import { useWords } from '../words/index.ts'
import { Amount } from './amount.tsx'
import { MoneyBar } from './money-bar.tsx'
import { partsOf } from './money-parts.ts'

/** What became of the money: a bar to scale, each part with a pattern of its own, and beside it the same in figures. */
export function MoneyPicture({ amounts }: { readonly amounts: RequestView['amounts'] }) {
  const { tag, request: words } = useWords()
  const parts = partsOf(amounts)
  if (!parts) return <p className="quiet">{words.moneyUnusable}</p>
  const shareText = (share: number) =>
    new Intl.NumberFormat(`${tag}-u-nu-latn`, { style: 'percent', maximumFractionDigits: 1 }).format(share)
  return (
    <div className="stack">
      <MoneyBar amounts={amounts} />
      <table className="table flush">
        <thead>
          <tr>
            <th scope="col">{words.part}</th>
            <th scope="col" className="end">
              {words.amount}
            </th>
            <th scope="col" className="end">
              {words.share}
            </th>
          </tr>
        </thead>
        <tbody>
          {parts.map(({ name, money, share }) => (
            <tr key={name}>
              <th scope="row">
                <span className="swatch" data-part={name} aria-hidden="true" /> {words.amounts[name]}
              </th>
              <td className="end">
                <Amount money={money} />
              </td>
              <td className="end figures">{shareText(share)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{words.amounts.requested}</th>
            <td className="end">
              <Amount money={amounts.requested} />
            </td>
            <td />
          </tr>
        </tfoot>
      </table>
    </div>
  )
}
