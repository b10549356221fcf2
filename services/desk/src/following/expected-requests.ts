import type { RequestView } from '@holdfast/schemas'
import type { RequestViews } from '../view/request-view.ts'
import type { Arrivals } from './follow-ledger.ts'

/** Requests as their countries ask for them: also those that were accepted a moment ago, whose first fact is on its way here. */
export interface ExpectedRequests {
  /** Undefined where there is none, or none for this country: after the same time. */
  find(requestId: string, country: string): Promise<RequestView | undefined>
}

/** A request is in the view some 20 ms after its receipt, and within this on a busy engine. */
const patienceMs = 2_000
/** Who asks for ids that are none has so many that are waited for, and 404 at once for the rest. */
const ofCountryMax = 32
const inAllMax = 512

export function createExpectedRequests(views: Pick<RequestViews, 'find'>, arrivals: Pick<Arrivals, 'of'>): ExpectedRequests {
  const counts = new Map<string, number>()
  let inAll = 0

  function count(country: string, more: 1 | -1): void {
    inAll += more
    const left = (counts.get(country) ?? 0) + more
    if (left === 0) counts.delete(country)
    else counts.set(country, left)
  }

  return {
    async find(requestId, country) {
      const view = views.find(requestId, country)
      if (view || inAll >= inAllMax || (counts.get(country) ?? 0) >= ofCountryMax) return view
      count(country, 1)
      const fact = await arrivals.of(requestId, country, patienceMs)
      count(country, -1)
      return fact && views.find(requestId, country)
    },
  }
}
