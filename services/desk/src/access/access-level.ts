import type { PartyAccess } from '@holdfast/core'
import { callerOf } from '@holdfast/http'
import { type Audience, audienceOf, generalSecretariat, type RequestView, type Share, type ShareExtent } from '@holdfast/schemas'

/** What a principal may read of a request: nothing, not even its existence; its state; or all that its parties see. */
export type AccessLevel = 'nothing' | ShareExtent

/** The parts of a request that decide who may read it. */
export interface AccessScope {
  readonly parties: readonly PartyAccess[]
  readonly sharedWith?: readonly Share[]
}

/**
 * The access level of an audience. An audience that is not named has no access (RPD Art. 58, V16). All rows for
 * finding, listing, counting, reading and notifying are written by this rule, and `redactFor` redacts each request that
 * is found.
 */
export function accessLevelOf(audience: Audience, request: AccessScope): AccessLevel {
  const party = request.parties.find(({ country }) => country === audience)
  if (party) return party.isDenied ? 'nothing' : 'history'
  return shareOf(request, audience)?.extent ?? 'nothing'
}

/** All audiences with access, parties first, each once. */
export const audiencesOf = (request: AccessScope): Audience[] =>
  namedIn(request).filter(audience => accessLevelOf(audience, request) !== 'nothing')

/** All audiences with full access. */
export const fullAccessAudiences = (request: AccessScope): Audience[] =>
  namedIn(request).filter(audience => accessLevelOf(audience, request) === 'history')

const namedIn = ({ parties, sharedWith = [] }: AccessScope): Audience[] => [
  ...new Set([...parties.map(({ country }) => country), ...sharedWith.map(share => audienceOf(share.with))]),
]

const shareOf = ({ sharedWith = [] }: Pick<RequestView, 'sharedWith'>, audience: Audience): Share | undefined =>
  sharedWith.find(share => audienceOf(share.with) === audience)

/** The access level of an audience that has found a request, so that it is a party or has a share. */
export const levelOfReader = (audience: Audience, view: Pick<RequestView, 'sharedWith'>): AccessLevel =>
  isParty(audience) ? 'history' : (shareOf(view, audience)?.extent ?? 'nothing')

/**
 * A request as an audience may see it. Only parties see with whom else it is shared. A unit with access to the state
 * only does not see who proposed an action.
 */
export function redactFor(audience: Audience, view: RequestView): RequestView {
  if (isParty(audience)) return view
  const share = shareOf(view, audience)
  const { sharedWith: _all, ...rest } = view
  return { ...rest, ...(share ? { sharedWith: [share] } : {}), ...(share?.extent === 'history' ? {} : { proposals: [] }) }
}

/** Whether an audience sees requests as a party, and not because they are shared with it. */
export const isParty = (audience: Audience): boolean => audience.length === 2 && audience !== generalSecretariat

type Caller = ReturnType<typeof callerOf>

/** The reader: the caller's country, or its specialised unit. */
export const readerOf = (request: Parameters<typeof callerOf>[0]): Caller & { readonly audience: Audience } => {
  const caller = callerOf(request)
  return { ...caller, audience: audienceOf(caller) }
}
