import { isSameUnit } from '@holdfast/core'
import { generalSecretariat, type Refusal, type Share, sharesMax } from '@holdfast/schemas'
import type { Command, Policy } from '../language/index.ts'
import type { Body } from './fact-body.ts'
import type { RequestSnapshot } from './snapshot.ts'

type CommandOf<K extends string> = Extract<Command, { type: `holdfast.command.v1.${K}` }>

/**
 * A member keeps control of its data (RPD Art. 5 and 7). The requesting country may share with any unit, except of denied
 * countries. The beneficiary country may share with its own units, since it has to work on the request.
 */
export function shared(
  { state: { context }, sharedWith }: RequestSnapshot,
  command: CommandOf<'ShareRequest'>,
  policy: Policy,
): Body | Refusal {
  const { with: unit, extent } = command.data
  const { requestingCountry, document } = context
  const by = countryIn(command.actor)
  if (document.deniedTo.includes(unit.country)) return notPermitted(`the document denies ${unit.country} access to the request`)
  if (by !== requestingCountry && unit.country !== by)
    return notPermitted(`${by} may share the request only with its own units. Ask ${requestingCountry} to share it with others`)
  if (unit.country !== generalSecretariat && !policy.isReachable(unit.country))
    return notPermitted(`${unit.country} is not a member country`)
  const before = sharedWith.find(each => isSameUnit(each.with, unit))
  if (before && before.extent === extent) return wrongState(`the request is already shared with that unit, by fact ${before.share}`)
  if (before && !mayChange(by, requestingCountry, before))
    return notPermitted(`fact ${before.share} shared it, of ${countryIn(before.sharedBy)}`)
  if (!before && sharedWith.length >= sharesMax) return wrongState(`a request can be shared with at most ${sharesMax} units`)
  return { type: 'RequestShared', data: command.data }
}

/** Ends a share. Refused to a country that neither sent the request nor made the share. */
export function shareWithdrawn({ state: { context }, sharedWith }: RequestSnapshot, command: CommandOf<'WithdrawShare'>): Body | Refusal {
  const standing = sharedWith.find(({ share }) => share === command.data.share)
  if (!standing) return wrongState(`fact ${command.data.share} has no active share`)
  if (!mayChange(countryIn(command.actor), context.requestingCountry, standing))
    return notPermitted(`only ${countryIn(standing.sharedBy)} or the requesting country may withdraw this share`)
  return { type: 'ShareWithdrawn', data: { ...command.data, with: standing.with } }
}

/** Whether the country made the share or sent the request. */
const mayChange = (country: string, requestingCountry: string, { sharedBy }: Share): boolean =>
  country === requestingCountry || country === countryIn(sharedBy)

const countryIn = (actor: string): string => actor.slice(0, actor.indexOf('/'))

const notPermitted = (message: string): Refusal => ({ code: 'NOT_PERMITTED', message })
const wrongState = (message: string): Refusal => ({ code: 'WRONG_STATE', message })
