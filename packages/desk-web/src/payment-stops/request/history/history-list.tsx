import { useEffect, useMemo, useRef, useState } from 'react'
import { Button } from '../../../components/button.tsx'
import { NotReached } from '../../../components/not-reached.tsx'
import { useTranslate } from '../../../locales/index.ts'
import type { AnyFact } from '../../facts/any-fact.ts'
import type { RequestState } from '../../facts/resulting-state.ts'
import { FactRow } from './fact-row.tsx'

/** The number of rows rendered at first, and on each demand. */
const rowsAtOnce = 50

interface HistoryListProps {
  readonly facts: readonly AnyFact[]
  readonly standings: readonly RequestState[]
  readonly isWhole: boolean
  /** Set if older facts could not be fetched. */
  readonly retryOlder: (() => void) | undefined
  /** The sequence of the viewed fact; undefined for the current state. */
  readonly at: number | undefined
}

export function HistoryList({ facts, standings, isWhole, retryOlder, at }: HistoryListProps) {
  const t = useTranslate()
  const [order, setOrder] = useState<'newest' | 'oldest'>('newest')
  const [rows, setRows] = useState(rowsAtOnce)
  const { frame, count, waiting, release } = useHeldFacts(facts, order === 'newest')
  const numbers = useMemo(() => new Map(facts.map(fact => [fact.id, fact.sequence])), [facts])
  const indexes = Array.from({ length: count }, (_, index) => index)
  const inOrder = (order === 'newest' ? indexes.reverse() : indexes).slice(0, rows)
  return (
    <>
      <div className="cluster unprinted">
        <label className="small">
          <span className="unseen">{t('request.order.label')}</span>
          <select className="input fitted" value={order} onChange={event => setOrder(event.target.value as typeof order)}>
            <option value="newest">{t('request.order.newest')}</option>
            <option value="oldest">{t('request.order.oldest')}</option>
          </select>
        </label>
        {!isWhole && !retryOlder && <span className="quiet small">{t('request.loadingOlder')}</span>}
        {retryOlder && <NotReached retry={retryOlder} />}
        <span role="status">{waiting > 0 && <Button onClick={release}>{t('request.newFacts', { count: waiting })}</Button>}</span>
      </div>
      <ol ref={frame}>
        {inOrder.map(index => {
          const [fact, after] = [facts[index], standings[index]]
          return (
            fact &&
            after && (
              <FactRow
                key={fact.sequence}
                fact={fact}
                before={standings[index - 1]}
                after={after}
                cause={numbers.get(fact.causationid)}
                isShown={fact.sequence === at}
                isLater={at !== undefined && fact.sequence > at}
              />
            )
          )
        })}
      </ol>
      {count > rows && (
        <Button className="centered" onClick={() => setRows(rows + rowsAtOnce)}>
          {t('more')}
        </Button>
      )}
    </>
  )
}

/** While a row has the focus, new facts are not inserted above it: they are counted, and show on demand. */
function useHeldFacts(facts: readonly AnyFact[], pushesDown: boolean) {
  const frame = useRef<HTMLOListElement>(null)
  const last = facts.at(-1)?.sequence ?? 0
  const [shownTo, setShownTo] = useState(last)
  useEffect(() => {
    if (!pushesDown || !frame.current?.contains(document.activeElement)) setShownTo(last)
  }, [last, pushesDown])
  const waiting = facts.filter(fact => fact.sequence > shownTo).length
  return { frame, count: facts.length - waiting, waiting, release: () => setShownTo(last) }
}
