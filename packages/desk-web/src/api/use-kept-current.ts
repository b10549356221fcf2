import { useCallback, useEffect, useRef } from 'react'
import { createKeeper, type Keeper } from './keeper.ts'
import { useFacts } from './live.ts'

/** What is shown is asked for again as facts come, no oftener than a keeper does it. `ask` gives what it has cost, in requests. */
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
