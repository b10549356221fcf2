import type { RequestView } from '@holdfast/schemas'
import type { RequestProjection } from '../projection/request-projection.ts'
import { createBoundedWaits } from './bounded-waits.ts'
import type { DecidedCommands } from './decided-commands.ts'
import type { Arrivals } from './follow-ledger.ts'

/** Requests as their countries ask for them: also those that were accepted a moment ago, whose first fact is on its way here. */
export interface ExpectedRequests {
  /**
   * Undefined where there is none, or none for this country, among all that was accepted before the call: after the same time. Throws ProjectionBehindError while that can't be known.
   */
  find(requestId: string, country: string): Promise<RequestView | undefined>
}

/** Thrown where a request may have been accepted that the view does not have yet. The endpoint answers 503, as 404 may be untrue. */
export class ProjectionBehindError extends Error {
  override readonly name = 'ProjectionBehindError'
  readonly refusalCode = 'UNAVAILABLE'
  override readonly message = 'This desk has not read all that was accepted. A request that it does not have yet may exist. Ask again.'
  readonly forSender = this.message
}

/** A request is in the view some 20 ms after its receipt. A desk that is further behind than this says so. */
const patienceMs = 5_000
/** How often a caller looks whether all that was accepted is shown. */
const lookEveryMs = 100

export interface ExpectedOptions {
  readonly views: Pick<RequestProjection, 'find'>
  readonly arrivals: Pick<Arrivals, 'of'>
  readonly decided: DecidedCommands
  /** How long a caller waits at most. */
  readonly withinMs?: number
}

export function createExpectedRequests({ views, arrivals, decided, withinMs = patienceMs }: ExpectedOptions): ExpectedRequests {
  const waits = createBoundedWaits()
  return {
    async find(requestId, country) {
      const view = views.find(requestId, country)
      if (view) return view
      const accepted = await decided.acceptedFor(requestId)
      if (await decided.areShown(accepted)) return views.find(requestId, country)
      const untilMs = performance.now() + withinMs
      const known = await waits.wait(country, async () => {
        while (performance.now() < untilMs) {
          const found = views.find(requestId, country)
          if (found) return { found }
          const arrived = await arrivals.of(requestId, country, lookEveryMs)
          if (arrived || (await decided.areShown(accepted))) return { found: views.find(requestId, country) }
        }
        return undefined
      })
      if (!known) throw new ProjectionBehindError()
      return known.found
    },
  }
}
