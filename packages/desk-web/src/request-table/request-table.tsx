import './request-table.css'
import type { RequestView } from '@holdfast/schemas'
import { type FocusEvent, Fragment, type ReactNode, useEffect, useMemo, useReducer, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { Changed } from '../components/changed.tsx'
import { useHeld } from '../components/use-held.ts'
import { useWords } from '../words/index.ts'
import { RequestRow } from './request-row.tsx'
import { beginsWith, stableOrder } from './stable-order.ts'
import { useRowKeys } from './use-row-keys.ts'
import { useRowsInView } from './use-rows-in-view.ts'

/** The next page is fetched when so many rows are left below those that are seen. */
const leftMin = 25

interface RequestTableProps {
  readonly requests: readonly RequestView[]
  /** There where there is no row. */
  readonly none?: ReactNode
  /** They are those of one case. */
  readonly isOfCase?: boolean
  /** There are more than these. */
  readonly hasMore?: boolean
  /** Fetches them; undefined while it does, and where it failed. */
  readonly fetchMore?: (() => unknown) | undefined
}

/** A row a request; j and k go through them, Enter opens one. While the focus is on one none moves: what has come is said, and shown when it is asked for or the reader has left. */
export function RequestTable({ requests: now, none = null, isOfCase = false, hasMore = false, fetchMore }: RequestTableProps) {
  const { columns } = useWords()
  const body = useRef<HTMLTableSectionElement>(null)
  // No state: at each key the whole table would be drawn again, some 3 ms on a quarter of a processor.
  const focused = useRef<string>(undefined)
  const [isHeld, setHeld] = useState(false)
  const [, draw] = useReducer((times: number) => times + 1, 0)
  const held = useHeld(now, isHeld, (one, other) => beginsWith(other, one))
  const requests = useMemo(() => (held.shown === now ? now : stableOrder(held.shown, now)), [held.shown, now])
  const ids = useMemo(() => requests.map(({ requestId }) => requestId), [requests])
  const focusedIndex = (): number => (focused.current === undefined ? -1 : ids.indexOf(focused.current))
  const { items, gaps, gapBehind, measure, first, last } = useRowsInView(ids, focusedIndex, body)
  const isNearEnd = last >= ids.length - leftMin
  useEffect(() => {
    if (isNearEnd) fetchMore?.()
  }, [isNearEnd, fetchMore])
  const linkAt = (index: number) => body.current?.querySelector<HTMLAnchorElement>(`[data-index="${index}"] .row-link`)
  const goTo = (index: number): void => linkAt(index)?.focus()
  useRowKeys(step => {
    const from = focusedIndex()
    goTo(from < 0 ? first : Math.min(Math.max(from + step, 0), ids.length - 1))
  })
  /** The button goes with what it says: the reader is at the first row, where what is new stands. */
  function show(): void {
    focused.current = now[0]?.requestId
    flushSync(held.show)
    goTo(0)
  }
  const onFocus = ({ target }: FocusEvent<HTMLElement>): void => {
    const row = target.closest('tr')
    if (!row) return
    const index = Number(row.dataset.index)
    focused.current = ids[index]
    setHeld(true)
    // Its neighbours are drawn too, wherever it is.
    if (!linkAt(index - 1) || !linkAt(index + 1)) draw()
  }
  const onBlur = ({ currentTarget, relatedTarget }: FocusEvent<HTMLElement>): void => {
    // Who looks at another window comes back to the same row.
    if (currentTarget.contains(relatedTarget) || currentTarget.contains(document.activeElement)) return
    focused.current = undefined
    setHeld(false)
  }
  if (ids.length === 0) return none
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it listens for the focus of what it holds
    <div className="card frame" onFocus={onFocus} onBlur={onBlur}>
      <table className="table cards board-table" aria-rowcount={hasMore ? -1 : ids.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">{columns.deadline}</th>
            <th scope="col">{columns.request}</th>
            <th scope="col">{columns.corridor}</th>
            <th scope="col">{columns.state}</th>
            <th scope="col" className="end">
              {columns.amount}
            </th>
            <th scope="col" className="end">
              {columns.held}
            </th>
            <th scope="col">{columns.updated}</th>
          </tr>
        </thead>
        <tbody ref={body}>
          {items.map(({ index, key }) => {
            const request = requests[index]
            const gap = gaps.get(index)
            return (
              request && (
                <Fragment key={key}>
                  {gap !== undefined && <Gap height={gap} />}
                  <RequestRow request={request} index={index} isOfCase={isOfCase} measure={measure} />
                </Fragment>
              )
            )
          })}
          {gapBehind > 1 && <Gap height={gapBehind} />}
        </tbody>
      </table>
      <Changed held={{ ...held, show }} />
    </div>
  )
}

/** The room of rows that are not drawn. */
function Gap({ height }: { readonly height: number }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing of it can have the focus
    <tr className="gap" aria-hidden="true">
      <td colSpan={7} style={{ blockSize: height }} />
    </tr>
  )
}
