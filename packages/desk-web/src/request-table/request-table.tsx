import './request-table.css'
import type { RequestView } from '@holdfast/schemas'
import { type FocusEvent, Fragment, type ReactNode, useEffect, useMemo, useReducer, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { Changed } from '../components/changed.tsx'
import { useHeld } from '../components/use-held.ts'
import { useTranslate } from '../locales/index.ts'
import { usePageWorkflow } from '../workflow/page-workflow.ts'
import { RequestRow } from './request-row.tsx'
import { beginsWith, stableOrder } from './stable-order.ts'
import { useRowKeys } from './use-row-keys.ts'
import { useRowsInView } from './use-rows-in-view.ts'

/** The next page is fetched with this many rows left below the view. */
const leftMin = 25

/** Deadline, request, corridor, state, and last change. */
const ownColumns = 5

interface RequestTableProps {
  readonly requests: readonly RequestView[]
  /** Shown without rows. */
  readonly none?: ReactNode
  /** Whether all rows are of one case. */
  readonly isOfCase?: boolean
  /** Whether there are more rows. */
  readonly hasMore?: boolean
  /** Fetches more rows; undefined during a fetch and after a failure. */
  readonly fetchMore?: (() => unknown) | undefined
}

/**
 * A row per request; j and k move through them, Enter opens one. No row moves while one has the focus: changes show on
 * demand, or when the reader has left.
 */
export function RequestTable({ requests: now, none = null, isOfCase = false, hasMore = false, fetchMore }: RequestTableProps) {
  const t = useTranslate()
  const { figures } = usePageWorkflow()
  const body = useRef<HTMLTableSectionElement>(null)
  // No state, because each key press would render the whole table again: about 3 ms on a quarter of a processor.
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
  /** The button disappears with its text, so the focus moves to the first row, where the new ones are. */
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
    // Its neighbours are rendered too, at any position.
    if (!linkAt(index - 1) || !linkAt(index + 1)) draw()
  }
  const onBlur = ({ currentTarget, relatedTarget }: FocusEvent<HTMLElement>): void => {
    // A reader who returns from another window finds the same row.
    if (currentTarget.contains(relatedTarget) || currentTarget.contains(document.activeElement)) return
    focused.current = undefined
    setHeld(false)
  }
  if (ids.length === 0) return none
  const columns = ownColumns + figures.length
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it listens for the focus of what it holds
    <div className="card frame" onFocus={onFocus} onBlur={onBlur}>
      <table className="table cards board-table" aria-rowcount={hasMore ? -1 : ids.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">{t('columns.deadline')}</th>
            <th scope="col">{t('columns.request')}</th>
            <th scope="col">{t('columns.corridor')}</th>
            <th scope="col">{t('columns.state')}</th>
            {figures.map(({ name }) => (
              <th key={name} scope="col" className="end">
                {t(name)}
              </th>
            ))}
            <th scope="col">{t('columns.updated')}</th>
          </tr>
        </thead>
        <tbody ref={body}>
          {items.map(({ index, key }) => {
            const request = requests[index]
            const gap = gaps.get(index)
            return (
              request && (
                <Fragment key={key}>
                  {gap !== undefined && <Gap height={gap} columns={columns} />}
                  <RequestRow request={request} index={index} isOfCase={isOfCase} measure={measure} />
                </Fragment>
              )
            )
          })}
          {gapBehind > 1 && <Gap height={gapBehind} columns={columns} />}
        </tbody>
      </table>
      <Changed held={{ ...held, show }} />
    </div>
  )
}

/** The space of rows that are not rendered. */
function Gap({ height, columns }: { readonly height: number; readonly columns: number }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing of it can have the focus
    <tr className="gap" aria-hidden="true">
      <td colSpan={columns} style={{ blockSize: height }} />
    </tr>
  )
}
