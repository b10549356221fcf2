import type { PaymentStopView } from '@holdfast/payment-stop/language'
import './money-bar.css'
import { useTranslate } from '../../locales/index.ts'
import { groupedOf } from './amount.tsx'
import { partsOf } from './money-parts.ts'

/** The parts of an amount as a bar to scale, with a pattern for each part. A screen reader gets the figures. */
export function MoneyBar({ amounts }: { readonly amounts: PaymentStopView['amounts'] }) {
  const t = useTranslate()
  const there = partsOf(amounts)?.filter(({ money }) => /[1-9]/.test(money.value)) ?? []
  const told = there.map(({ name, money }) => `${t(`request.amounts.${name}`)} ${money.currency} ${groupedOf(money.value)}`)
  return (
    <div
      className="money-bar"
      role="img"
      aria-label={t('request.moneyPicture', { parts: new Intl.ListFormat(t.tag, { type: 'unit' }).format(told) })}
    >
      {there.map(({ name, share }) => (
        <span key={name} data-part={name} style={{ flexGrow: share }} />
      ))}
    </div>
  )
}
