import { createBuckets } from '@holdfast/http'
import type { Clock, Logger } from '@holdfast/runtime'
import { accepted, type MemberActor, type Refusal, type Result, refused, workRoles } from '@holdfast/schemas'
import { isOfDesk } from '../access/is-of-desk.ts'
import type { FollowedWork } from './follow-work.ts'
import type { WorkProjection } from './work-projection.ts'

/** Admits officers to the desk of their country. */
export interface DesksWork {
  /**
   * Admits an officer once the work of the country has been read. NOT_PERMITTED for staff of banks and for member
   * systems. Throws StreamUnavailableError.
   */
  enter(caller: MemberActor): Promise<Result<undefined, Refusal>>
  /** Returns a refusal if the officer has reached the rate limit. */
  spend(caller: MemberActor): Refusal | undefined
  /** Records that the officer is here and can be assigned work. */
  meet(caller: MemberActor): void
  follow(country: string): void
  /** Records officers again, because the file was recreated. */
  beginAgain(): void
}

/**
 * An officer hands over a list of two hundred at once and then continues to work. The limit matters because events are
 * stored for ever.
 */
const rateLimit = { perSecond: 2, atOnce: 400 }
/** How often the last use by an officer is stored. */
const seenAgainMs = 60 * 60_000
const seenMax = 10_000

interface Dependencies {
  readonly followed: FollowedWork
  readonly work: Pick<WorkProjection, 'see'>
  readonly clock: Clock
  readonly log: Logger
}

export function createDesksWork({ followed, work, clock, log }: Dependencies): DesksWork {
  const buckets = createBuckets(rateLimit)
  const seenMs = new Map<string, number>()

  const follow = (country: string): void =>
    void followed.ready(country).catch(error => log.warn({ err: error, country }, 'The work of a country is not read yet'))

  function meet({ country, person }: MemberActor): void {
    const name = `${country}/${person.toLowerCase()}`
    const now = clock.now()
    if (now.getTime() - (seenMs.get(name) ?? Number.NEGATIVE_INFINITY) >= seenAgainMs) {
      if (seenMs.size >= seenMax) seenMs.clear()
      seenMs.set(name, now.getTime())
      work
        .see(country, [{ person, lastSeenMs: now.getTime() }])
        .catch(error => log.warn({ err: error, country }, 'The last use by an officer could not be stored'))
    }
    follow(country)
  }

  return {
    async enter(caller) {
      if (!isOfDesk(caller))
        return refused({ code: 'NOT_PERMITTED', message: `Only these roles can use the work of a desk: ${workRoles.join(', ')}.` })
      meet(caller)
      await followed.ready(caller.country)
      return accepted(undefined)
    },
    spend({ country, person }) {
      const name = `${country}/${person.toLowerCase()}`
      const now = performance.now()
      const waitMs = buckets.waitMs(name, now)
      if (waitMs > 0) return { code: 'RATE_LIMITED', message: 'Too many actions. Wait before the next one.', retryAfterMs: waitMs }
      buckets.take(name, 1, now)
      return undefined
    },
    meet,
    follow,
    beginAgain: () => seenMs.clear(),
  }
}
