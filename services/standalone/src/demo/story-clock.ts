import type { Clock } from '@holdfast/runtime'

/** The engine's clock while the story is told: it stands still until the story moves it. */
export interface StoryClock extends Clock {
  /** Throws when that would be back in time: no engine lives through that in one piece. */
  moveTo(instant: string): void
}

export function createStoryClock(start: string): StoryClock {
  let nowMs = Date.parse(start)
  return {
    now: () => new Date(nowMs),
    moveTo(instant) {
      const nextMs = Date.parse(instant)
      if (!(nextMs >= nowMs)) throw new Error(`the story goes from ${new Date(nowMs).toISOString()} back to ${instant}`)
      nowMs = nextMs
    },
  }
}
