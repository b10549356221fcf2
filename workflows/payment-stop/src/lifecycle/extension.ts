import { type Refusal, type Result, refused } from '@holdfast/schemas'
import type { Command, ExtensionObstacle, Policy } from '../language/index.ts'
import type { Hold } from './context.ts'
import type { Body } from './fact-body.ts'
import type { RequestSnapshot } from './snapshot.ts'

type ExtendFreeze = Extract<Command, { type: 'holdfast.command.v1.ExtendFreeze' }>

/** Why a hold is not extended. */
type WhyNot = ExtensionObstacle | 'ended' | 'endless' | 'later'

/** The reason as the rest of a sentence about the hold. */
const obstacleTexts: Readonly<Record<WhyNot, string>> = {
  ended: 'has ended',
  endless: 'has no end',
  later: 'already ends then or later',
  basis: 'has a basis that the law does not extend',
  order: 'needs an order with a different basis',
  times: 'was extended as often as the law allows',
  total: 'already lasts as long as the law allows',
}

/**
 * V21: an order extends every hold that the law allows: before the hold ends, on the legal basis that the law names, and
 * within its limits. Holds on another basis stay unchanged.
 */
export function extendedWithin(snapshot: RequestSnapshot, command: ExtendFreeze, policy: Policy): Body | Refusal {
  const { beneficiaryCountry: country, holds } = snapshot.state.context
  const { basis: by, expiresAt } = command.data
  const extended: { hold: number; expiresAt: string }[] = []
  const whyNot = new Set<WhyNot>()
  let tooLate: Date | undefined
  for (const [index, hold] of holds.entries()) {
    const latest = latestEndOf(hold, command, country, policy)
    if (!latest.ok) {
      whyNot.add(latest.error)
      continue
    }
    const end = expiresAt === undefined ? latest.value : new Date(expiresAt)
    if (end > latest.value) tooLate = latest.value
    else if (end > new Date(hold.expiresAt ?? 0)) extended.push({ hold: index, expiresAt: expiresAt ?? latest.value.toISOString() })
    else whyNot.add('later')
  }
  if (tooLate) return { code: 'HOLD_TOO_LONG', message: `an extension on basis ${by} in ${country} ends by ${tooLate.toISOString()}` }
  if (extended.length > 0) return { type: 'FreezeExtended', data: { ...command.data, extended, proposedBy: '' } }
  const hold = holds.length === 1 ? 'the hold' : whyNot.size === 1 ? 'each hold' : 'a hold'
  return {
    code: 'EXTENSION_NOT_ALLOWED',
    message: `no hold of this request can be extended on basis ${by} in ${country}: ${[...whyNot].map(why => `${hold} ${obstacleTexts[why]}`).join('; ')}`,
  }
}

function latestEndOf(
  { basis, from, expiresAt, extendedTimes }: Hold,
  { time, data: { basis: by } }: ExtendFreeze,
  country: string,
  policy: Policy,
): Result<Date, WhyNot> {
  if (expiresAt === null) return refused('endless')
  const ends = new Date(expiresAt)
  if (ends <= new Date(time)) return refused('ended')
  return policy.latestExtension(country, { basis, from: new Date(from), extendedTimes, expiresAt: ends }, by)
}
