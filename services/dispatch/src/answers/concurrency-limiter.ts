import { accepted, type Refusal, type Result, refused } from '@holdfast/schemas'

/**
 * Limits how many calls of each member run concurrently. Further calls of a member wait in order of arrival and do not
 * delay other members.
 */
export interface ConcurrencyLimiter {
  /** Returns the result of the work, or a refusal if too many calls of this member are waiting. */
  pass<T>(who: string, work: () => Promise<T>): Promise<Result<T, Refusal>>
}

export interface ConcurrencyLimiterOptions {
  readonly atOnce: number
  /** How many calls of one member may wait: each keeps its body in memory. */
  readonly waitingMax: number
}

interface MemberSlots {
  running: number
  readonly waiting: Array<() => void>
}

export function createConcurrencyLimiter({ atOnce, waitingMax }: ConcurrencyLimiterOptions): ConcurrencyLimiter {
  const slotsOf = new Map<string, MemberSlots>()

  function leave(who: string, slots: MemberSlots): void {
    const next = slots.waiting.shift()
    // The next call takes over the slot directly, so that no later call overtakes it.
    if (next) next()
    else if (--slots.running === 0) slotsOf.delete(who)
  }

  return {
    async pass(who, work) {
      const slots = slotsOf.get(who) ?? { running: 0, waiting: [] }
      slotsOf.set(who, slots)
      if (slots.running < atOnce) slots.running++
      else if (slots.waiting.length < waitingMax) await new Promise<void>(resolve => slots.waiting.push(resolve))
      else
        return refused({
          code: 'RATE_LIMITED',
          message: `${who} already has ${waitingMax} requests waiting. Send this request again later`,
        })
      try {
        return accepted(await work())
      } finally {
        leave(who, slots)
      }
    },
  }
}
