import type { Profile } from './codec/codec.ts'

// How our ids fit into references of 35 characters, and how they are read back.

/** A UUID as a bank reference: its 32 hex digits, since with hyphens it is one character too long for Max35Text. */
export const referenceOf = (uuid: string): string => uuid.replaceAll('-', '')

/** CBPR+ allows 16 characters for a case, like an MT. */
const cbprCaseCharacters = 16

/**
 * The case of our messages: the request, which every answer repeats. CBPR+ allows only the first half of the id, which is
 * enough to find the request; `isCaseOf` then confirms it.
 */
export const caseIdOf = (requestId: string, profile: Profile = 'iso'): string =>
  profile === 'iso' ? referenceOf(requestId) : referenceOf(requestId).slice(0, cbprCaseCharacters)

/** The UUID in a reference; undefined if there is none. Some systems change letters to upper case. */
export function uuidIn(reference: string): string | undefined {
  const match = /^([0-9a-f]{8})([0-9a-f]{4})([1-8][0-9a-f]{3})([89ab][0-9a-f]{3})([0-9a-f]{12})$/.exec(reference.toLowerCase())
  return match?.slice(1).join('-')
}

/** The first half of a UUID, as CBPR+ carries it, in the form of a UUID's beginning; undefined if there is none. */
export function uuidStartIn(reference: string): string | undefined {
  const match = /^([0-9a-f]{8})([0-9a-f]{4})([1-8][0-9a-f]{3})$/.exec(reference.toLowerCase())
  return match?.slice(1).join('-')
}

/** Whether a bank's case is this request's. */
export const isCaseOf = (requestId: string, caseId: string): boolean =>
  caseId.toLowerCase() === caseIdOf(requestId) || caseId.toLowerCase() === caseIdOf(requestId, 'cbpr')
