import type { z } from 'zod'
import { codeOfIssue, type ProblemCode, sentenceOf } from './problem-codes.ts'
import { accepted, type Result, refused } from './result.ts'
import { areCharacterIssues } from './texts/characters.ts'

/** A problem of a document: its code, its JSON pointer (RFC 6901) and what to do about it. */
export interface Problem {
  readonly code: ProblemCode
  readonly path: string
  readonly message: string
}

/** A hostile document can have a million problems; the first hundred are enough to repair it. */
const problemsMax = 100

/** A property name can be as long as the document, and a problem has to fit into a response. */
const pathMax = 500

function pointer(path: readonly PropertyKey[]): string {
  const whole = path.map(step => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
  return whole.length > pathMax ? `${whole.slice(0, pathMax)}…` : whole
}

function problemsOf(value: unknown, issues: readonly z.core.$ZodIssue[]): Problem[] {
  return issues.flatMap(issue => {
    // zod reports the unknown properties of an object as one issue; here each is a problem of its own.
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map(key => ({ code: 'UNKNOWN', path: pointer([...issue.path, key]), message: 'this property is not known here' }))
    return [{ code: codeOfIssue(issue, isMissingIn(value, issue.path)), path: pointer(issue.path), message: issue.message }]
  })
}

const isMissingIn = (value: unknown, path: readonly PropertyKey[]): boolean =>
  path.reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[step] : undefined),
    value,
  ) === undefined

/** Validates an unknown value. Returns it typed, or all problems with their pointers. */
export function parseWith<S extends z.ZodType>(schema: S, value: unknown): Result<z.output<S>, Problem[]> {
  const parsed = schema.safeParse(value, { error: sentenceOf })
  return parsed.success ? accepted(parsed.data) : refused(problemsOf(value, parsed.error.issues).slice(0, problemsMax))
}

/**
 * Validates what the engine stored. A text accepted under an earlier character rule stays accepted, unchanged. No schema
 * here transforms its input, so the value is what the schema would have returned.
 */
export function parseStored<S extends z.ZodType>(schema: S, value: unknown): Result<z.output<S>, Problem[]> {
  const parsed = schema.safeParse(value, { error: sentenceOf })
  if (parsed.success) return accepted(parsed.data)
  if (areCharacterIssues(parsed.error.issues)) return accepted(value as z.output<S>)
  return refused(problemsOf(value, parsed.error.issues).slice(0, problemsMax))
}

/** JSON nested deeper than this is refused before it is parsed; a freeze request needs 5. */
const depthMax = 32

/**
 * Most texts have few brackets, so they cannot be too deep. `indexOf` finds that out in a sixth of the time of a loop
 * over characters.
 */
function hasManyBrackets(text: string): boolean {
  let brackets = 0
  for (const bracket of ['{', '['])
    for (let i = text.indexOf(bracket); i >= 0; i = text.indexOf(bracket, i + 1)) if (++brackets > depthMax) return true
  return false
}

function tooDeep(text: string): boolean {
  if (!hasManyBrackets(text)) return false
  let depth = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (inString) {
      if (c === 92) i++
      else if (c === 34) inString = false
    } else if (c === 34) inString = true
    else if (c === 123 || c === 91) {
      if (++depth > depthMax) return true
    } else if (c === 125 || c === 93) depth--
  }
  return false
}

/** Parses a JSON text. Invalid JSON, and nesting deeper than 32 levels, are problems at the root. */
export function parseJson(text: string): Result<unknown, Problem[]> {
  if (tooDeep(text)) return refused([{ code: 'TOO_DEEP', path: '', message: `nested deeper than ${depthMax} levels` }])
  try {
    return accepted(JSON.parse(text))
  } catch (error) {
    return refused([{ code: 'NOT_JSON', path: '', message: `not JSON: ${(error as Error).message}` }])
  }
}
