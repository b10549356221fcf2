import type { CaseSums, PaymentStopView } from '@holdfast/payment-stop/language'
import { DataTable } from '../../components/data-table.tsx'
import { useTranslate } from '../../locales/index.ts'
import { amountInWords, groupedOf } from '../money/amount.tsx'
import { stillFrozen } from '../money/money-parts.ts'
import { followedOf } from './followed.ts'

const columns = ['requested', 'frozen', 'recovered', 'charges', 'movedOnward', 'released'] as const

/**
 * A row per currency, because currencies are never added. Frozen is what is still on hold: returned money is in its own
 * column.
 */
export function CaseSumsTable({ sums, requests }: { readonly sums: readonly CaseSums[]; readonly requests: readonly PaymentStopView[] }) {
  const t = useTranslate()
  return (
    <>
      <Table sums={sums} />
      {followedOf(requests).map(({ amount, requests: count }) => (
        <p key={amount.currency} className="quiet small">
          {t('case.followed', { amount: amountInWords(amount), requests: t('case.requests', { count }) })}
        </p>
      ))}
    </>
  )
}

function Table({ sums }: { readonly sums: readonly CaseSums[] }) {
  const t = useTranslate()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: on a narrow screen it is scrolled by keys
    <section className="card frame" aria-labelledby="sums" tabIndex={0}>
      <DataTable
        className="roomy cards"
        rows={sums}
        keyOf={({ requested }) => requested.currency}
        columns={[
          { name: t('case.currency'), is: 'row', cell: ({ requested }) => requested.currency },
          ...columns.map(column => ({
            name: t(`request.amounts.${column}`),
            is: 'end' as const,
            cell: (sum: CaseSums) => (
              <bdi dir="ltr">{groupedOf((column === 'frozen' ? (stillFrozen(sum) ?? sum.frozen) : sum[column]).value)}</bdi>
            ),
          })),
        ]}
      />
    </section>
  )
}
