import { defaultRangeExtractor, type Range, useWindowVirtualizer, type VirtualItem } from '@tanstack/react-virtual'
import { type RefObject, useLayoutEffect, useState } from 'react'
import { usePrinting } from './use-printing.ts'

/** Rows rendered above and below the view, so that the next ones are ready. */
const overscan = 4
/** Up to this many rows are all rendered, for the browser's search. */
const fewMax = 40
/**
 * First guesses of row heights in pixels; rows as cards are measured. A wrong guess renders all rows again as they
 * appear.
 */
const guessed = { row: 49, card: 225 } as const
const narrow = matchMedia('(max-width: 700px)')

export interface RowsInView {
  readonly items: readonly VirtualItem[]
  /** Space for left-out rows before each rendered row, in pixels by its index, and after the last. */
  readonly gaps: ReadonlyMap<number, number>
  readonly gapBehind: number
  readonly measure: (row: HTMLElement | null) => void
  /** The rows in view, without those rendered around them. */
  readonly first: number
  readonly last: number
}

/**
 * The rendered rows: those in view, plus the focused one with its neighbours, so that keys and Tab reach all. On paper
 * all rows are rendered.
 */
export function useRowsInView(ids: readonly string[], focused: () => number, body: RefObject<HTMLElement | null>): RowsInView {
  const isWhole = usePrinting() || ids.length <= fewMax
  const scrollMargin = useTop(body)
  const guess = narrow.matches ? guessed.card : guessed.row
  const virtualizer = useWindowVirtualizer({
    count: ids.length,
    getItemKey: index => ids[index] ?? index,
    estimateSize: () => guess,
    overscan,
    scrollMargin,
    useFlushSync: false,
    rangeExtractor: range => (isWhole ? ids.map((_, index) => index) : withNeighbours(range, focused())),
  })
  const items = virtualizer.getVirtualItems()
  const gaps = new Map<number, number>()
  let end = scrollMargin
  for (const item of items) {
    if (item.start - end > 1) gaps.set(item.index, item.start - end)
    end = item.end
  }
  return {
    items,
    gaps,
    gapBehind: scrollMargin + virtualizer.getTotalSize() - end,
    measure: virtualizer.measureElement,
    first: virtualizer.range?.startIndex ?? 0,
    last: virtualizer.range?.endIndex ?? 0,
  }
}

function withNeighbours(range: Range, focused: number): number[] {
  const near = focused < 0 ? [] : [focused - 1, focused, focused + 1].filter(index => index >= 0 && index < range.count)
  return [...new Set([...defaultRangeExtractor(range), ...near])].sort((one, other) => one - other)
}

/** The position of an element in the document in pixels, as the content above it changes. */
function useTop(element: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    const look = (): void => {
      if (element.current) setTop(Math.round(element.current.getBoundingClientRect().top + scrollY))
    }
    look()
    const observer = new ResizeObserver(look)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [element])
  return top
}
