import type { z } from 'zod'

/** What can be wrong with a part of a document, by the code that systems branch on. Part of the surface, as refusals are: a code keeps its meaning, and others may be added. */
export const problemCodes = {
  MISSING: 'It has to be there',
  UNKNOWN: 'Nothing of this name is taken here',
  TWICE: 'It is there more than once, or said in two ways',
  WRONG_TYPE: 'It is of another JSON type, such as a number where text is expected',
  NOT_ONE_OF: 'It is none of the values that are taken here',
  NO_VARIANT: 'It fits none of the forms that are taken here',
  TOO_SHORT: 'The text has too few characters',
  TOO_LONG: 'The text or document is too long',
  TOO_FEW: 'The list has too few elements',
  TOO_MANY: 'The list has too many elements',
  TOO_SMALL: 'The number is too small',
  TOO_LARGE: 'The number is too large',
  TOO_DEEP: 'It is nested too deep',
  BAD_FORMAT: 'It does not have the form that is expected, such as that of an IBAN',
  BAD_CHARACTERS: 'It holds a character that has no place there',
  BAD_ENCODING: 'The bytes are not in the encoding that is expected',
  BAD_HEADER: 'The header can not be used',
  BAD_CURSOR: 'The cursor is none that this list has given',
  NOT_JSON: 'It is no JSON',
  NOT_XML: 'It is no XML that is read here',
  RULE: 'It breaks a rule that its message names',
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
/** More are in the schema. */
const valuesMax = 60

/** What is wrong, where the schema has no sentence of its own: zod's words are about its code and not about the document. */
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
      return 'has a name that is not taken here'
    case 'invalid_union':
      return issue.input === undefined ? 'is missing' : 'fits none of the forms that are taken here'
    default:
      return 'can not be taken as it is'
  }
}

const counted: Readonly<Record<string, string>> = { string: 'characters', array: 'elements', set: 'elements', map: 'entries' }
const sizeOf = (origin: string, bound: string): string => (counted[origin] ? `have ${bound} ${counted[origin]}` : `be ${bound}`)

/** The code of an issue; `isMissing` where nothing stands at its path. */
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
