import { defaultRangeExtractor, type Range, useWindowVirtualizer, type VirtualItem } from '@tanstack/react-virtual'
import { type RefObject, useLayoutEffect, useState } from 'react'
import { usePrinting } from './use-printing.ts'

/** Rows above and below those in view, so that a reader who goes on finds the next ones drawn. */
const overscan = 4
/** So few are all there, for who searches in the page. */
const fewMax = 40
/** Rows of one card each are measured too: these are first guesses, in pixels. Where one is wrong all rows are drawn once more around each that comes. */
const guessed = { row: 49, card: 225 } as const
const narrow = matchMedia('(max-width: 700px)')

export interface RowsInView {
  readonly items: readonly VirtualItem[]
  /** Empty room before each of them, in pixels by its index, where rows are left out, and behind the last. */
  readonly gaps: ReadonlyMap<number, number>
  readonly gapBehind: number
  readonly measure: (row: HTMLElement | null) => void
  /** Of those that are seen, not of those that are drawn around them. */
  readonly first: number
  readonly last: number
}

/** Of a list in the window the rows that are seen, with the one that has the focus and its neighbours wherever they are: who goes on by keys or Tab goes through all. On paper it is whole. */
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

/** Where an element begins in the document, in pixels, as what stands above it grows and shrinks. */
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
