import type { CaseSums } from '@holdfast/schemas'
import { groupedOf } from '../parts/money.tsx'
import { useWords } from '../words/index.ts'

const columns = ['requested', 'frozen', 'recovered', 'charges', 'movedOnward', 'released'] as const

/** A row a currency: sums of two are never added. */
export function CaseSumsTable({ sums }: { readonly sums: readonly CaseSums[] }) {
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
                  <bdi dir="ltr">{groupedOf(sum[column].value)}</bdi>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
