import { useEffect, useState } from 'react'

export interface Held<T> {
  readonly shown: T
  readonly hasChanged: boolean
  /** Shows what there is now. */
  show(): void
}

/** A list that stands still while somebody works in it: nothing moves under the focus, or is chosen and then another one. What has come meanwhile is shown when it is asked for, or when the reader has left. */
export function useHeld<T>(now: T, isHeld: boolean, isSame: (one: T, other: T) => boolean): Held<T> {
  const [held, hold] = useState(now)
  useEffect(() => {
    if (!isHeld) hold(now)
  }, [now, isHeld])
  return { shown: isHeld ? held : now, hasChanged: isHeld && !isSame(held, now), show: () => hold(now) }
}
