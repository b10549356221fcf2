import type { CommandEvent } from '@holdfast/schemas'

/** Tracks which expired deadlines wait for their facts, and when to publish each again. */
export interface Unanswered {
  /**
   * Returns the commands to publish now. Forgets deadlines that are not in `passed` any more, because they have been
   * answered.
   */
  dueOf(expired: readonly CommandEvent[], now: Date): CommandEvent[]
  /** To be called after the commands were published. */
  published(commands: readonly CommandEvent[], now: Date): void
  /** How many deadlines wait. */
  readonly size: number
}

/**
 * A command in the topic is decided in its turn, so repeats only cover losses in the topic. A partition that is blocked
 * for a day gets some thirty records of each deadline instead of 86,400.
 */
const firstMs = 60_000
const mostMs = 3_600_000

export function createUnanswered(): Unanswered {
  let waiting = new Map<string, { readonly repeatAtMs: number; readonly pauseMs: number }>()
  return {
    dueOf(expired, now) {
      waiting = new Map(
        expired.flatMap(({ id }) => {
          const known = waiting.get(id)
          return known ? [[id, known] as const] : []
        }),
      )
      return expired.filter(({ id }) => (waiting.get(id)?.repeatAtMs ?? 0) <= now.getTime())
    },
    published(commands, now) {
      for (const { id } of commands) {
        const pauseMs = Math.min(mostMs, (waiting.get(id)?.pauseMs ?? firstMs / 2) * 2)
        waiting.set(id, { repeatAtMs: now.getTime() + pauseMs, pauseMs })
      }
    },
    get size() {
      return waiting.size
    },
  }
}
