import { statesOf } from '@holdfast/core'
import type { OutcomeReport } from '../language/index.ts'
import { addMinor, exceeds, type Minor, moneyOf, subtractMinor } from './amounts.ts'
import { frozenMinorOf, movedMinorOf, type RequestContext, settledMinorOf } from './context.ts'
import type { RequestSnapshot } from './snapshot.ts'
import { hasEnded, phaseOf } from './states.ts'

/** The outcome of an ended request (V29); undefined while it is open. */
export function outcomeOf(snapshot: Pick<RequestSnapshot, 'state' | 'openedAt'>): OutcomeReport | undefined {
  const { context } = snapshot.state
  const { at: endedAt, reason } = context.end
  const { verifiedAt, holds } = context.reached
  const frozenAt = holds[0]?.at
  if (endedAt === null || !hasEnded(phaseOf(snapshot.state))) return undefined
  const seconds = (instant: string) => Math.max(0, Math.round((Date.parse(instant) - Date.parse(snapshot.openedAt)) / 1000))
  const [end = ''] = statesOf(snapshot)
  const amounts = amountsOf(context)
  return {
    end,
    ...(reason === null ? {} : { reason }),
    ...(amounts ? { amounts } : {}),
    openedAt: snapshot.openedAt,
    endedAt,
    ...(verifiedAt === null ? {} : { secondsToVerify: seconds(verifiedAt) }),
    ...(frozenAt === undefined ? {} : { secondsToFreeze: seconds(frozenAt) }),
    ...(end === 'recovered' ? { secondsToRecover: seconds(endedAt) } : {}),
  }
}

function amountsOf(context: RequestContext): OutcomeReport['amounts'] {
  const { recoveredMinor, chargesMinor, releasedMinor } = context.sums
  const { currency, requestedMinor } = context.document
  if (requestedMinor === null) return undefined
  const money = (amountMinor: Minor) => moneyOf(currency, amountMinor)
  const everFrozen = addMinor(frozenMinorOf(context), releasedMinor)
  // Money that is released and frozen again is the same money, so the sum is capped at the requested amount (V19).
  const frozen = exceeds(everFrozen, requestedMinor) ? requestedMinor : everFrozen
  return {
    requested: money(requestedMinor),
    frozen: money(frozen),
    recovered: money(recoveredMinor),
    charges: money(chargesMinor),
    movedOnward: money(movedMinorOf(context)),
    released: money(subtractMinor(frozen, settledMinorOf(context))),
  }
}
