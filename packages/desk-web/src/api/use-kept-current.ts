import { useCallback, useEffect, useRef } from 'react'
import { createKeeper, type Keeper } from './keeper.ts'
import { useFacts } from './live.ts'

/** Fetches shown data again as facts come, at the rate of a keeper. `ask` returns its cost in requests. */
export function useKeptCurrent(ask: () => Promise<number>): void {
  const keeper = useRef<Keeper>(undefined)
  const latest = useRef(ask)
  useEffect(() => {
    latest.current = ask
  }, [ask])
  useEffect(() => {
    const made = createKeeper(() => latest.current())
    keeper.current = made
    return () => made.stop()
  }, [])
  useFacts(useCallback(() => keeper.current?.wake(), []))
}
