import type { Command } from '@holdfast/schemas'

/** Which deadlines wait for their fact, and when each is asked for again. */
export interface Unanswered {
  /** Those to be asked for now. What is no longer among `passed` has been answered, and is forgotten. */
  dueOf(passed: readonly Command[], now: Date): Command[]
  /** They have been published. */
  asked(commands: readonly Command[], now: Date): void
  /** How many wait. */
  readonly size: number
}

/**
 * A command that lies in the topic is decided as soon as its turn comes, so it is asked for again only in case the topic lost it. A partition that stands still
 * for a day gets some thirty records of each deadline instead of 86,400.
 */
const firstMs = 60_000
const mostMs = 3_600_000

export function createUnanswered(): Unanswered {
  let waiting = new Map<string, { readonly againAtMs: number; readonly pauseMs: number }>()
  return {
    dueOf(passed, now) {
      waiting = new Map(
        passed.flatMap(({ id }) => {
          const known = waiting.get(id)
          return known ? [[id, known] as const] : []
        }),
      )
      return passed.filter(({ id }) => (waiting.get(id)?.againAtMs ?? 0) <= now.getTime())
    },
    asked(commands, now) {
      for (const { id } of commands) {
        const pauseMs = Math.min(mostMs, (waiting.get(id)?.pauseMs ?? firstMs / 2) * 2)
        waiting.set(id, { againAtMs: now.getTime() + pauseMs, pauseMs })
      }
    },
    get size() {
      return waiting.size
    },
  }
}
