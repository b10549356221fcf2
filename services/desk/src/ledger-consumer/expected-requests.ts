import type { RequestView } from '@holdfast/schemas'
import type { RequestProjection } from '../projection/request-projection.ts'
import { createBoundedWaits } from './bounded-waits.ts'
import type { DecidedCommands } from './decided-commands.ts'
import type { Arrivals } from './follow-ledger.ts'

/** Finds requests, including those that were accepted a moment ago and that this desk has not read yet. */
export interface ExpectedRequests {
  /**
   * Undefined if no request accepted before the call has this id, or the country has no access; both take the same
   * time. Throws ProjectionBehindError while that is unknown.
   */
  find<View extends RequestView = RequestView>(requestId: string, country: string): Promise<View | undefined>
}

/**
 * Thrown if a request may have been accepted that this desk has not read yet. The endpoint answers 503, because 404
 * might be wrong.
 */
export class ProjectionBehindError extends Error {
  override readonly name = 'ProjectionBehindError'
  readonly refusalCode = 'UNAVAILABLE'
  override readonly message = 'This desk has not read all that was accepted. A request that it does not have yet may exist. Ask again.'
  readonly senderMessage = this.message
}

/** A request is stored about 20 ms after its receipt. A desk that is further behind than this says so. */
const waitMsMax = 5_000
/** How often a caller checks whether all accepted commands are stored. */
const checkEveryMs = 100

export interface ExpectedOptions {
  readonly views: Pick<RequestProjection, 'find'>
  readonly arrivals: Pick<Arrivals, 'of'>
  readonly decided: DecidedCommands
  /** Maximum wait of a caller. */
  readonly withinMs?: number
}

export function createExpectedRequests({ views, arrivals, decided, withinMs = waitMsMax }: ExpectedOptions): ExpectedRequests {
  const waits = createBoundedWaits()
  return {
    async find<View extends RequestView>(requestId: string, country: string) {
      const view = views.find<View>(requestId, country)
      if (view) return view
      const accepted = await decided.acceptedFor(requestId)
      if (await decided.areShown(accepted)) return views.find<View>(requestId, country)
      const untilMs = performance.now() + withinMs
      const known = await waits.wait(country, async () => {
        while (performance.now() < untilMs) {
          const found = views.find<View>(requestId, country)
          if (found) return { found }
          const arrived = await arrivals.of(requestId, country, checkEveryMs)
          if (arrived || (await decided.areShown(accepted))) return { found: views.find<View>(requestId, country) }
        }
        return undefined
      })
      if (!known) throw new ProjectionBehindError()
      return known.found
    },
  }
}
