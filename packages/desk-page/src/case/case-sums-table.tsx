import type { CaseSums, RequestView } from '@holdfast/schemas'
import { amountInWords, groupedOf } from '../money/amount.tsx'
import { heldStill } from '../money/money-parts.ts'
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
    <section className="card table-frame" aria-labelledby="sums" tabIndex={0}>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{words.case.currency}</th>
            {columns.map(column => (
              <th key={column} scope="col" className="end">
                {words.request.amounts[column]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sums.map(sum => (
            <tr key={sum.requested.currency}>
              <th scope="row">{sum.requested.currency}</th>
              {columns.map(column => (
                <td key={column} className="end figures" data-name={words.request.amounts[column]}>
                  <bdi dir="ltr">{groupedOf((column === 'frozen' ? (heldStill(sum) ?? sum.frozen) : sum[column]).value)}</bdi>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
