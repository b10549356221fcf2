import './money-bar.css'
import type { RequestView } from '@holdfast/schemas'
import { useWords } from '../words/index.ts'
import { groupedOf } from './amount.tsx'
import { partsOf } from './money-parts.ts'

/** What became of the money, as a bar to scale, each part with a pattern of its own; a screen reader is told the figures. */
export function MoneyBar({ amounts }: { readonly amounts: RequestView['amounts'] }) {
  const { tag, request: words } = useWords()
  const there = partsOf(amounts)?.filter(({ money }) => /[1-9]/.test(money.value)) ?? []
  const told = there.map(({ name, money }) => `${words.amounts[name]} ${money.currency} ${groupedOf(money.value)}`)
  return (
    <div className="money-bar" role="img" aria-label={words.moneyPicture(new Intl.ListFormat(tag, { type: 'unit' }).format(told))}>
      {there.map(({ name, share }) => (
        <span key={name} data-part={name} style={{ flexGrow: share }} />
      ))}
    </div>
  )
}
