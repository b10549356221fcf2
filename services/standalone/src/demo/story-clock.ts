import type { Clock } from '@holdfast/runtime'

/** The engine's clock in the story: it stands still until the story moves it. */
export interface StoryClock extends Clock {
  /** Throws if the instant is in the past, because an engine does not support a clock that goes back. */
  moveTo(instant: string): void
}

export function createStoryClock(start: string): StoryClock {
  let nowMs = Date.parse(start)
  return {
    now: () => new Date(nowMs),
    moveTo(instant) {
      const nextMs = Date.parse(instant)
      if (!(nextMs >= nowMs)) throw new Error(`the story cannot go back from ${new Date(nowMs).toISOString()} to ${instant}`)
      nowMs = nextMs
    },
  }
}
