import { useEffect, useMemo, useRef, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { NotReached } from '../../components/not-reached.tsx'
import type { AnyFact } from '../../facts/history-pages.ts'
import type { RequestState } from '../../facts/resulting-state.ts'
import { useWords } from '../../words/index.ts'
import { FactRow } from './fact-row.tsx'

/** So many rows are drawn at first, and so many more each time that more are wanted. */
const rowsAtOnce = 50

interface HistoryListProps {
  readonly facts: readonly AnyFact[]
  readonly standings: readonly RequestState[]
  readonly isWhole: boolean
  /** There where older facts could not be fetched. */
  readonly retryOlder: (() => void) | undefined
  /** The sequence number of the fact that is looked at; undefined for now. */
  readonly at: number | undefined
}

export function HistoryList({ facts, standings, isWhole, retryOlder, at }: HistoryListProps) {
  const words = useWords()
  const { request } = words
  const [order, setOrder] = useState<'newest' | 'oldest'>('newest')
  const [rows, setRows] = useState(rowsAtOnce)
  const { frame, count, held, release } = useHeldFacts(facts, order === 'newest')
  const numbers = useMemo(() => new Map(facts.map(fact => [fact.id, fact.sequence])), [facts])
  const indexes = Array.from({ length: count }, (_, index) => index)
  const inOrder = (order === 'newest' ? indexes.reverse() : indexes).slice(0, rows)
  return (
    <>
      <div className="cluster unprinted">
        <label className="small">
          <span className="unseen">{request.order.label}</span>
          <select className="input fitted" value={order} onChange={event => setOrder(event.target.value as typeof order)}>
            <option value="newest">{request.order.newest}</option>
            <option value="oldest">{request.order.oldest}</option>
          </select>
        </label>
        {!isWhole && !retryOlder && <span className="quiet small">{request.loadingOlder}</span>}
        {retryOlder && <NotReached retry={retryOlder} />}
        <span role="status">{held > 0 && <Button onClick={release}>{request.newFacts(held)}</Button>}</span>
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
          {words.more}
        </Button>
      )}
    </>
  )
}

/** While the focus is on a row, facts that come are not put in above it: they are counted, and shown when they are asked for. */
function useHeldFacts(facts: readonly AnyFact[], pushesDown: boolean) {
  const frame = useRef<HTMLOListElement>(null)
  const last = facts.at(-1)?.sequence ?? 0
  const [shownTo, setShownTo] = useState(last)
  useEffect(() => {
    if (!pushesDown || !frame.current?.contains(document.activeElement)) setShownTo(last)
  }, [last, pushesDown])
  const held = facts.filter(fact => fact.sequence > shownTo).length
  return { frame, count: facts.length - held, held, release: () => setShownTo(last) }
}
