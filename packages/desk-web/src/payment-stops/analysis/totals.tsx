import type { Analysis } from '@holdfast/payment-stop/language'
import { useTranslate } from '../../locales/index.ts'
import { groupedOf } from '../money/amount.tsx'
import { sumsCsv } from './analysis-csv.ts'
import { Bars } from './bars.tsx'
import { Part } from './part.tsx'
import { largestIn, percentagesOf } from './percentages.ts'

/** The three sums of each currency, with a scale of its own, because currencies are not compared. */
export function Totals({ total }: Pick<Analysis, 'total'>) {
  const t = useTranslate()
  const sums = total.sums ?? []
  return (
    <Part
      id="total"
      title={t('now.total')}
      csv={() => sumsCsv([{ value: 'total', ...total }])}
      aside={<span className="quiet">{total.requests === null ? t('now.hidden') : t('now.ofRequests', { count: total.requests })}</span>}
    >
      {sums.length === 0 ? (
        <p className="quiet">{total.requests === null ? t('now.hidden') : t('now.noRequests')}</p>
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
                    <dt className="quiet small">{t(`now.${amount}`)}</dt>
                    <dd className="figures strong">
                      {each[amount] === null ? (
                        <span className="quiet small">{t('now.hidden')}</span>
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
      <p className="quiet small">{t('now.totalNote')}</p>
    </Part>
  )
}
