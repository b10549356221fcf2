import { type Command, generalSecretariat, type Policy, type Refusal, type Share, sharesMax } from '@holdfast/schemas'
import type { Body } from './fact-body.ts'
import { isSameUnit } from './shares-after.ts'
import type { RequestSnapshot } from './snapshot.ts'

type CommandOf<K extends string> = Extract<Command, { type: `holdfast.command.v1.${K}` }>

/**
 * What a country told of its case stays its own (RPD Art. 5 and 7 leave a member the control of its data): the requesting country shares with whom it likes, but for those that the
 * document is kept from; the beneficiary country shares with units of its own, as it has to work on the request.
 */
export function shared(
  { state: { context }, sharedWith }: RequestSnapshot,
  command: CommandOf<'ShareRequest'>,
  policy: Policy,
): Body | Refusal {
  const { with: unit, extent } = command.data
  const { requestingCountry, document } = context
  const by = countryIn(command.actor)
  if (document.deniedTo.includes(unit.country)) return notPermitted(`the request is kept from ${unit.country}`)
  if (by !== requestingCountry && unit.country !== by)
    return notPermitted(
      `${by} may share the request with its own units alone: ask ${requestingCountry}, whose request it is, to share it with others`,
    )
  if (unit.country !== generalSecretariat && !policy.isReachable(unit.country)) return notPermitted(`${unit.country} is no member country`)
  const before = sharedWith.find(each => isSameUnit(each.with, unit))
  if (before && before.extent === extent) return wrongState(`the request is shared with that unit already, by fact ${before.share}`)
  if (before && !mayChange(by, requestingCountry, before))
    return notPermitted(`fact ${before.share} shared it, of ${countryIn(before.sharedBy)}`)
  if (!before && sharedWith.length >= sharesMax) return wrongState(`a request is shared with ${sharesMax} units at most`)
  return { type: 'RequestShared', data: command.data }
}

/** The end of a share that stands; refused to a country that neither shared the request nor made it. */
export function shareWithdrawn({ state: { context }, sharedWith }: RequestSnapshot, command: CommandOf<'WithdrawShare'>): Body | Refusal {
  const standing = sharedWith.find(({ share }) => share === command.data.share)
  if (!standing) return wrongState(`fact ${command.data.share} made no share that stands`)
  if (!mayChange(countryIn(command.actor), context.requestingCountry, standing))
    return notPermitted(`the share is of ${countryIn(standing.sharedBy)}: it, or the requesting country, may withdraw it`)
  return { type: 'ShareWithdrawn', data: { ...command.data, with: standing.with } }
}

/** Whoever shared it, and the country whose request it is. */
const mayChange = (country: string, requestingCountry: string, { sharedBy }: Share): boolean =>
  country === requestingCountry || country === countryIn(sharedBy)

const countryIn = (actor: string): string => actor.slice(0, actor.indexOf('/'))

const notPermitted = (message: string): Refusal => ({ code: 'NOT_PERMITTED', message })
const wrongState = (message: string): Refusal => ({ code: 'WRONG_STATE', message })
