import type { Analysis } from '@holdfast/schemas'
import { groupedOf } from '../money/amount.tsx'
import { useWords } from '../words/index.ts'
import { sumsCsv } from './analysis-csv.ts'
import { Bars } from './bars.tsx'
import { Part } from './part.tsx'
import { largestIn, percentagesOf } from './percentages.ts'

/** The three sums of each currency; each currency has a scale of its own, as no two are compared. */
export function Totals({ total }: Pick<Analysis, 'total'>) {
  const { now } = useWords()
  const sums = total.sums ?? []
  return (
    <Part
      id="total"
      title={now.total}
      csv={() => sumsCsv([{ value: 'total', ...total }])}
      beside={<span className="quiet">{total.requests === null ? now.hidden : now.ofRequests(total.requests)}</span>}
    >
      {sums.length === 0 ? (
        <p className="quiet">{total.requests === null ? now.hidden : now.noRequests}</p>
      ) : (
        <ul className="totals stack">
          {sums.map(each => (
            <li key={each.currency} className="stack gap-1">
              <h3>
                <bdi>{each.currency}</bdi>
              </h3>
              <dl className="cluster gap-1 across-5">
                {(['requested', 'frozen', 'recovered'] as const).map(amount => (
                  <div key={amount} data-amount={amount}>
                    <dt className="quiet small">{now[amount]}</dt>
                    <dd className="figures strong">
                      {each[amount] === null ? (
                        <span className="quiet small">{now.hidden}</span>
                      ) : (
                        <bdi dir="ltr">{groupedOf(each[amount])}</bdi>
                      )}
                    </dd>
                  </div>
                ))}
              </dl>
              <Bars shares={percentagesOf(each, largestIn([{ sums: [each] }], each.currency))} />
            </li>
          ))}
        </ul>
      )}
      <p className="quiet small">{now.totalNote}</p>
    </Part>
  )
}
