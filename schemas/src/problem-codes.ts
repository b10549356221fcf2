import type { z } from 'zod'

/** Problems of a document, by code. Member systems branch on them, so a code keeps its meaning; others may be added. */
export const problemCodes = {
  MISSING: 'A required value is missing',
  UNKNOWN: 'A property with this name is not accepted',
  TWICE: 'The value is given more than once, or in two ways',
  WRONG_TYPE: 'The value has another JSON type, such as a number instead of text',
  NOT_ONE_OF: 'The value is not one of the accepted values',
  NO_VARIANT: 'The value matches none of the accepted forms',
  TOO_SHORT: 'The text has too few characters',
  TOO_LONG: 'The text or document is too long',
  TOO_FEW: 'The list has too few elements',
  TOO_MANY: 'The list has too many elements',
  TOO_SMALL: 'The number is too small',
  TOO_LARGE: 'The number is too large',
  TOO_DEEP: 'The document is nested too deep',
  BAD_FORMAT: 'The value does not have the expected form, such as that of an IBAN',
  BAD_CHARACTERS: 'The value has a character that is not allowed',
  BAD_ENCODING: 'The bytes do not have the expected encoding',
  BAD_HEADER: 'The header is invalid',
  BAD_CURSOR: 'The cursor was not issued by this list',
  NOT_JSON: 'The text is not JSON',
  NOT_XML: 'The text is not XML of an accepted form',
  RULE: 'The value breaks a rule that the message names',
} as const

export type ProblemCode = keyof typeof problemCodes
export const problemCodeNames = Object.keys(problemCodes) as [ProblemCode, ...ProblemCode[]]

type Issue = z.core.$ZodRawIssue

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  tuple: 'a list',
  null: 'null',
}
const formatNames: Readonly<Record<string, string>> = {
  uuid: 'a UUID',
  email: 'an e-mail address',
  url: 'a URL',
  datetime: 'an instant with its offset, such as 2024-07-23T10:20:00+08:00',
  date: 'a date, such as 2024-07-19',
  base64url: 'base64url without padding',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
}
/** Longer lists are left to the schema. */
const valuesMax = 60

/**
 * The sentence of an issue, if the schema has none of its own. zod's default messages speak about code, not about the
 * document.
 */
export function sentenceOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.expected === 'never' || issue.expected === 'undefined') return 'this property is not known here'
      return issue.input === undefined ? 'is missing' : `must be ${typeNames[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      if (issue.input === undefined) return 'is missing'
      if (issue.values.length > valuesMax) return `must be one of the ${issue.values.length} codes of the schema`
      return issue.values.length === 1 ? `must be ${String(issue.values[0])}` : `must be one of ${issue.values.map(String).join(', ')}`
    case 'too_big':
      return `must ${sizeOf(issue.origin, issue.inclusive === false ? `less than ${issue.maximum}` : `at most ${issue.maximum}`)}`
    case 'too_small':
      if (issue.origin === 'string' && Number(issue.minimum) === 1) return 'must not be empty'
      return `must ${sizeOf(issue.origin, issue.inclusive === false ? `more than ${issue.minimum}` : `at least ${issue.minimum}`)}`
    case 'invalid_format':
      return formatNames[issue.format] ? `must be ${formatNames[issue.format]}` : 'must have the form that its schema describes'
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`
    case 'unrecognized_keys':
      return 'this property is not known here'
    case 'invalid_key':
      return 'has a name that is not accepted'
    case 'invalid_union':
      return issue.input === undefined ? 'is missing' : 'matches none of the accepted forms'
    default:
      return 'is not valid'
  }
}

const counted: Readonly<Record<string, string>> = { string: 'characters', array: 'elements', set: 'elements', map: 'entries' }
const sizeOf = (origin: string, bound: string): string => (counted[origin] ? `have ${bound} ${counted[origin]}` : `be ${bound}`)

/** The problem code of an issue; `isMissing` if its path has no value. */
export function codeOfIssue(issue: z.core.$ZodIssue, isMissing: boolean): ProblemCode {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.expected === 'never' || issue.expected === 'undefined') return 'UNKNOWN'
      return isMissing ? 'MISSING' : 'WRONG_TYPE'
    case 'invalid_value':
      return isMissing ? 'MISSING' : 'NOT_ONE_OF'
    case 'invalid_union':
      return isMissing ? 'MISSING' : 'NO_VARIANT'
    case 'too_big':
      return sized[issue.origin]?.[1] ?? 'TOO_LARGE'
    case 'too_small':
      return sized[issue.origin]?.[0] ?? 'TOO_SMALL'
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_key':
      return 'BAD_FORMAT'
    case 'unrecognized_keys':
      return 'UNKNOWN'
    case 'custom':
      return issue.params?.of === 'characters' ? 'BAD_CHARACTERS' : 'RULE'
    default:
      return 'RULE'
  }
}

const sized: Readonly<Record<string, readonly [ProblemCode, ProblemCode]>> = {
  string: ['TOO_SHORT', 'TOO_LONG'],
  array: ['TOO_FEW', 'TOO_MANY'],
  set: ['TOO_FEW', 'TOO_MANY'],
  map: ['TOO_FEW', 'TOO_MANY'],
}
