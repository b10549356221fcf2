import { createBuckets } from '@holdfast/http'
import type { Clock, Logger } from '@holdfast/runtime'
import { accepted, type MemberActor, type Refusal, type Result, refused, workRoles } from '@holdfast/schemas'
import { isOfDesk } from '../access/is-of-desk.ts'
import type { FollowedWork } from './follow-work.ts'
import type { WorkProjection } from './work-projection.ts'

/** The desk of a country, as one of its persons comes to it. */
export interface DesksWork {
  /**
   * Lets a person of the desk in once its country's work is in the view: NOT_PERMITTED for a bank's people and a member's systems. Throws StreamUnavailableError.
   */
  enter(caller: MemberActor): Promise<Result<undefined, Refusal>>
  /** Whether the person may do one more thing now. */
  spend(caller: MemberActor): Refusal | undefined
  /** The person is here: it can be given work from now on. */
  meet(caller: MemberActor): void
  follow(country: string): void
  /** Who is here has to be noted again: the view has been begun anew. */
  beginAgain(): void
}

/** A person gives a list of two hundred to somebody else in one go, and then works on: what is written stays for ever. */
const share = { perSecond: 2, atOnce: 400 }
/** That a person is here is written down this often. */
const seenAgainMs = 60 * 60_000
const seenMax = 10_000

interface Dependencies {
  readonly followed: FollowedWork
  readonly work: Pick<WorkProjection, 'see'>
  readonly clock: Clock
  readonly log: Logger
}

export function createDesksWork({ followed, work, clock, log }: Dependencies): DesksWork {
  const buckets = createBuckets(share)
  const seenMs = new Map<string, number>()

  const follow = (country: string): void =>
    void followed.ready(country).catch(error => log.warn({ err: error, country }, 'the work of a country is not read yet'))

  function meet({ country, person }: MemberActor): void {
    const name = `${country}/${person.toLowerCase()}`
    const now = clock.now()
    if (now.getTime() - (seenMs.get(name) ?? Number.NEGATIVE_INFINITY) >= seenAgainMs) {
      if (seenMs.size >= seenMax) seenMs.clear()
      seenMs.set(name, now.getTime())
      work
        .see(country, [{ person, lastSeenMs: now.getTime() }])
        .catch(error => log.warn({ err: error, country }, 'that a person was here could not be noted'))
    }
    follow(country)
  }

  return {
    async enter(caller) {
      if (!isOfDesk(caller)) return refused({ code: 'NOT_PERMITTED', message: `the work of a desk is for ${workRoles.join(', ')}` })
      meet(caller)
      await followed.ready(caller.country)
      return accepted(undefined)
    },
    spend({ country, person }) {
      const name = `${country}/${person.toLowerCase()}`
      const now = performance.now()
      const waitMs = buckets.waitMs(name, now)
      if (waitMs > 0) return { code: 'RATE_LIMITED', message: 'you do more than a person does: wait before the next', retryAfterMs: waitMs }
      buckets.take(name, 1, now)
      return undefined
    },
    meet,
    follow,
    beginAgain: () => seenMs.clear(),
  }
}
