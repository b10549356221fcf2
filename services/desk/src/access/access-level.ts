import { callerOf } from '@holdfast/http'
import { type Audience, audienceOf, generalSecretariat, type RequestView, type Share, type ShareExtent } from '@holdfast/schemas'

/** How much of a request somebody may see: nothing, not even that there is one; how it stands; or all that its parties see. */
export type AccessLevel = 'nothing' | ShareExtent

/** What of a request decides who sees it. */
export type AccessScope = Pick<RequestView, 'requestingCountry' | 'beneficiaryCountry' | 'keptFromAddressee' | 'sharedWith'>

/**
 * What of a request an audience may see. Whoever is not named sees nothing (RPD Art. 58, V16). Every row by which somebody finds, lists, counts, reads or is told of a request is written by this, and what is given out of one that somebody
 * found is what `redactFor` leaves of it.
 */
export function accessLevelOf(audience: Audience, request: AccessScope): AccessLevel {
  if (audience === request.requestingCountry) return 'history'
  if (audience === request.beneficiaryCountry) return request.keptFromAddressee ? 'nothing' : 'history'
  return shareOf(request, audience)?.extent ?? 'nothing'
}

/** Everybody who sees something of a request, its parties first, each once. */
export const audiencesOf = (request: AccessScope): Audience[] =>
  namedIn(request).filter(audience => accessLevelOf(audience, request) !== 'nothing')

/** Everybody who sees all of it. */
export const fullAccessAudiences = (request: AccessScope): Audience[] =>
  namedIn(request).filter(audience => accessLevelOf(audience, request) === 'history')

const namedIn = ({ requestingCountry, beneficiaryCountry, sharedWith = [] }: AccessScope): Audience[] => [
  ...new Set([requestingCountry, beneficiaryCountry, ...sharedWith.map(share => audienceOf(share.with))]),
]

const shareOf = ({ sharedWith = [] }: Pick<RequestView, 'sharedWith'>, audience: Audience): Share | undefined =>
  sharedWith.find(share => audienceOf(share.with) === audience)

/** A request as an audience that sees it may: who else it is shared with is for its parties, and where a unit sees how it stands, the names of who proposed something are not for it. */
export function redactFor(audience: Audience, view: RequestView): RequestView {
  if (isParty(audience)) return view
  const share = shareOf(view, audience)
  const { sharedWith: _all, ...rest } = view
  return { ...rest, ...(share ? { sharedWith: [share] } : {}), ...(accessLevelOf(audience, view) === 'history' ? {} : { proposals: [] }) }
}

/** Whether an audience sees requests as one of their parties, and not because they are shared with it. */
export const isParty = (audience: Audience): boolean => audience.length === 2 && audience !== generalSecretariat

type Caller = ReturnType<typeof callerOf>

/** Who reads: the country of the caller, or the specialised unit that it is of. */
export const readerOf = (request: Parameters<typeof callerOf>[0]): Caller & { readonly audience: Audience } => {
  const caller = callerOf(request)
  return { ...caller, audience: audienceOf(caller) }
}
