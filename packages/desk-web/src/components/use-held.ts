import { useEffect, useState } from 'react'

export interface Held<T> {
  readonly shown: T
  readonly hasChanged: boolean
  /** Shows the current list. */
  show(): void
}

/**
 * Freezes a list while the reader works in it, so that nothing moves under the focus or the pointer. Later changes show
 * on demand, or when the reader has left.
 */
export function useHeld<T>(now: T, isHeld: boolean, isSame: (one: T, other: T) => boolean): Held<T> {
  const [held, hold] = useState(now)
  useEffect(() => {
    if (!isHeld) hold(now)
  }, [now, isHeld])
  return { shown: isHeld ? held : now, hasChanged: isHeld && !isSame(held, now), show: () => hold(now) }
}
