import { accepted, type Refusal, type Result, refused } from '@holdfast/schemas'

/** Lets so many of each member's calls in at once; the others wait in front of it in the order in which they came, and none of them in front of another member's. */
export interface ConcurrencyLimiter {
  /** Gives what the work gives, or a refusal where too many of this member wait already. */
  pass<T>(who: string, work: () => Promise<T>): Promise<Result<T, Refusal>>
}

export interface ConcurrencyLimiterOptions {
  readonly atOnce: number
  /** How many of one member may wait: each holds its body in memory. */
  readonly waitingMax: number
}

interface Place {
  inside: number
  readonly waiting: Array<() => void>
}

export function createConcurrencyLimiter({ atOnce, waitingMax }: ConcurrencyLimiterOptions): ConcurrencyLimiter {
  const places = new Map<string, Place>()

  function leave(who: string, place: Place): void {
    const next = place.waiting.shift()
    // Who comes next takes the place that is left, so that nobody slips in between.
    if (next) next()
    else if (--place.inside === 0) places.delete(who)
  }

  return {
    async pass(who, work) {
      const place = places.get(who) ?? { inside: 0, waiting: [] }
      places.set(who, place)
      if (place.inside < atOnce) place.inside++
      else if (place.waiting.length < waitingMax) await new Promise<void>(resolve => place.waiting.push(resolve))
      else
        return refused({ code: 'RATE_LIMITED', message: `${who} has ${waitingMax} of these waiting here already: send this again later` })
      try {
        return accepted(await work())
      } finally {
        leave(who, place)
      }
    },
  }
}
