import type { CaseSums, RequestView } from '@holdfast/schemas'
import { DataTable } from '../components/data-table.tsx'
import { amountInWords, groupedOf } from '../money/amount.tsx'
import { stillFrozen } from '../money/money-parts.ts'
import { useWords } from '../words/index.ts'
import { followedOf } from './followed.ts'

const columns = ['requested', 'frozen', 'recovered', 'charges', 'movedOnward', 'released'] as const

/** A row a currency: sums of two are never added. What is held is what is held still, as the money that came back stands beside it. */
export function CaseSumsTable({ sums, requests }: { readonly sums: readonly CaseSums[]; readonly requests: readonly RequestView[] }) {
  const words = useWords()
  return (
    <>
      <Table sums={sums} />
      {followedOf(requests).map(({ amount, requests: count }) => (
        <p key={amount.currency} className="quiet small">
          {words.case.followed(amountInWords(amount), words.case.requests(count))}
        </p>
      ))}
    </>
  )
}

function Table({ sums }: { readonly sums: readonly CaseSums[] }) {
  const words = useWords()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: on a narrow screen it is scrolled by keys
    <section className="card frame" aria-labelledby="sums" tabIndex={0}>
      <DataTable
        className="roomy cards"
        rows={sums}
        keyOf={({ requested }) => requested.currency}
        columns={[
          { name: words.case.currency, is: 'row', cell: ({ requested }) => requested.currency },
          ...columns.map(column => ({
            name: words.request.amounts[column],
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
