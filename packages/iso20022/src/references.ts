import type { Profile } from './codec/codec.ts'

// How our ids travel in messages whose references have 35 characters, and come back.

/** A UUID as a bank's reference: its 32 hex digits, since with its hyphens it is one character too long for Max35Text. */
export const referenceOf = (uuid: string): string => uuid.replaceAll('-', '')

/** CBPR+ gives a case 16 characters, because an MT would have no more. */
const cbprCaseCharacters = 16

/**
 * The case that a message of ours names: the request. It is what every answer repeats. In CBPR+ only the first half of the id has room: enough to find the request by,
 * and `isCaseOf` to be sure that it is meant.
 */
export const caseIdOf = (requestId: string, profile: Profile = 'iso'): string =>
  profile === 'iso' ? referenceOf(requestId) : referenceOf(requestId).slice(0, cbprCaseCharacters)

/** The UUID that a reference carries; undefined where it is none. Some systems turn letters into capitals. */
export function uuidIn(reference: string): string | undefined {
  const match = /^([0-9a-f]{8})([0-9a-f]{4})([1-8][0-9a-f]{3})([89ab][0-9a-f]{3})([0-9a-f]{12})$/.exec(reference.toLowerCase())
  return match?.slice(1).join('-')
}

/** The first half of a UUID, as CBPR+ carries it, in the form in which the UUID begins; undefined where it is none. */
export function uuidStartIn(reference: string): string | undefined {
  const match = /^([0-9a-f]{8})([0-9a-f]{4})([1-8][0-9a-f]{3})$/.exec(reference.toLowerCase())
  return match?.slice(1).join('-')
}

/** Whether a case that a bank names is this request's. */
export const isCaseOf = (requestId: string, caseId: string): boolean =>
  caseId.toLowerCase() === caseIdOf(requestId) || caseId.toLowerCase() === caseIdOf(requestId, 'cbpr')
