import type { PaymentStopView } from '@holdfast/payment-stop/language'
import { useTranslate } from '../../locales/index.ts'
import { Amount } from './amount.tsx'
import { MoneyBar } from './money-bar.tsx'
import { partsOf } from './money-parts.ts'

/** The parts of the amount as a bar to scale with patterns, and as figures. */
export function MoneyPicture({ amounts }: { readonly amounts: PaymentStopView['amounts'] }) {
  const t = useTranslate()
  const parts = partsOf(amounts)
  if (!parts) return <p className="quiet">{t('request.moneyUnusable')}</p>
  const shareText = (share: number) =>
    new Intl.NumberFormat(`${t.tag}-u-nu-latn`, { style: 'percent', maximumFractionDigits: 1 }).format(share)
  return (
    <div className="stack">
      <MoneyBar amounts={amounts} />
      <table className="table flush">
        <thead>
          <tr>
            <th scope="col">{t('request.part')}</th>
            <th scope="col" className="end">
              {t('request.amount')}
            </th>
            <th scope="col" className="end">
              {t('request.share')}
            </th>
          </tr>
        </thead>
        <tbody>
          {parts.map(({ name, money, share }) => (
            <tr key={name}>
              <th scope="row">
                <span className="swatch" data-part={name} aria-hidden="true" /> {t(`request.amounts.${name}`)}
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
            <th scope="row">{t('request.amounts.requested')}</th>
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
