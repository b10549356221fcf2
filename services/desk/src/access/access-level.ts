import { callerOf } from '@holdfast/http'
import { type Audience, audienceOf, generalSecretariat, type RequestView, type Share, type ShareExtent } from '@holdfast/schemas'

/** What a principal may read of a request: nothing, not even its existence; its state; or all that its parties see. */
export type AccessLevel = 'nothing' | ShareExtent

/** The parts of a request that decide who may read it. */
export type AccessScope = Pick<RequestView, 'requestingCountry' | 'beneficiaryCountry' | 'keptFromAddressee' | 'sharedWith'>

/**
 * The access level of an audience. An audience that is not named has no access (RPD Art. 58, V16). All rows for
 * finding, listing, counting, reading and notifying are written by this rule, and `redactFor` redacts each request that
 * is found.
 */
export function accessLevelOf(audience: Audience, request: AccessScope): AccessLevel {
  if (audience === request.requestingCountry) return 'history'
  if (audience === request.beneficiaryCountry) return request.keptFromAddressee ? 'nothing' : 'history'
  return shareOf(request, audience)?.extent ?? 'nothing'
}

/** All audiences with access, parties first, each once. */
export const audiencesOf = (request: AccessScope): Audience[] =>
  namedIn(request).filter(audience => accessLevelOf(audience, request) !== 'nothing')

/** All audiences with full access. */
export const fullAccessAudiences = (request: AccessScope): Audience[] =>
  namedIn(request).filter(audience => accessLevelOf(audience, request) === 'history')

const namedIn = ({ requestingCountry, beneficiaryCountry, sharedWith = [] }: AccessScope): Audience[] => [
  ...new Set([requestingCountry, beneficiaryCountry, ...sharedWith.map(share => audienceOf(share.with))]),
]

const shareOf = ({ sharedWith = [] }: Pick<RequestView, 'sharedWith'>, audience: Audience): Share | undefined =>
  sharedWith.find(share => audienceOf(share.with) === audience)

/**
 * A request as an audience may see it. Only parties see with whom else it is shared. A unit with access to the state
 * only does not see who proposed an action.
 */
export function redactFor(audience: Audience, view: RequestView): RequestView {
  if (isParty(audience)) return view
  const share = shareOf(view, audience)
  const { sharedWith: _all, ...rest } = view
  return { ...rest, ...(share ? { sharedWith: [share] } : {}), ...(accessLevelOf(audience, view) === 'history' ? {} : { proposals: [] }) }
}

/** Whether an audience sees requests as a party, and not because they are shared with it. */
export const isParty = (audience: Audience): boolean => audience.length === 2 && audience !== generalSecretariat

type Caller = ReturnType<typeof callerOf>

/** The reader: the caller's country, or its specialised unit. */
export const readerOf = (request: Parameters<typeof callerOf>[0]): Caller & { readonly audience: Audience } => {
  const caller = callerOf(request)
  return { ...caller, audience: audienceOf(caller) }
}
