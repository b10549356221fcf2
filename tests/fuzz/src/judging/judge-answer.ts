import { parseJson, problemCodes, type RefusalCode, refusals } from '@holdfast/schemas'
import { leaksIn } from './leaks.ts'

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  readonly tookMs: number
}

/** A command is waited for by its door for up to 10 s, and the rest is for a machine on which others work too. */
export const answerMsMax = 15_000

/** Codes that are about a document, or what should be one: they name each thing that is wrong with it. */
const ofDocuments: ReadonlySet<string> = new Set(['MALFORMED', 'QUERY_MALFORMED', 'NOT_JSON'] satisfies RefusalCode[])

export interface Expected {
  /** False for what is asked with HEAD. */
  readonly hasBody?: boolean
  /** A person's browser asks for something to look at, and is told in a page why there is none. */
  readonly asksForPage?: boolean
}

/** What is wrong with an answer, in words. */
export function wrongsOf(answered: Answered, by: string, { hasBody = true, asksForPage = false }: Expected = {}): string[] {
  const { status, text, headers, tookMs } = answered
  const wrongs = [...leaksIn(text, by.slice(0, 2)), ...leaksIn(Object.values(headers).join('\n'), by.slice(0, 2))]
  if (tookMs > answerMsMax) wrongs.push(`was answered after ${Math.round(tookMs)} ms`)
  if (status >= 500) wrongs.push(`was answered ${status}: ${text.slice(0, 300)}`)
  else if (status >= 400 && hasBody && !(asksForPage && isPage(answered))) wrongs.push(...wrongsOfRefusal(answered))
  return wrongs
}

const isPage = ({ headers, text }: Answered): boolean =>
  String(headers['content-type']).startsWith('text/html') && /<h1>[^<]+<\/h1>\n<p>[^<]+/.test(text)

interface Refused {
  readonly type?: unknown
  readonly title?: unknown
  readonly status?: unknown
  readonly detail?: unknown
  readonly code?: unknown
  readonly problems?: unknown
}

function wrongsOfRefusal({ status, headers, text }: Answered): string[] {
  const type = String(headers['content-type'] ?? '')
  if (!type.startsWith('application/problem+json')) return [`is refused as ${type || 'nothing'} (${status}): ${text.slice(0, 200)}`]
  const parsed = parseJson(text)
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null) return [`is refused in no JSON: ${text.slice(0, 200)}`]
  const refused = parsed.value as Refused
  const { code } = refused
  if (typeof code !== 'string' || !Object.hasOwn(refusals, code)) return [`is refused by a code that is none: ${text.slice(0, 200)}`]
  const known = refusals[code as RefusalCode]
  const wrongs: string[] = []
  if (known.status !== status || refused.status !== status || refused.title !== known.title)
    wrongs.push(`is refused as ${code} with ${status}, which is another: ${text.slice(0, 200)}`)
  if (typeof refused.detail !== 'string' || refused.detail === '') wrongs.push(`is refused as ${code} and not told why`)
  if (ofDocuments.has(code) && !namesProblems(refused.problems))
    wrongs.push(`is refused as ${code}, and no problem is named: ${text.slice(0, 300)}`)
  return wrongs
}

const namesProblems = (problems: unknown): boolean =>
  Array.isArray(problems) &&
  problems.length > 0 &&
  problems.every(
    ({ code, path, message }: { code?: unknown; path?: unknown; message?: unknown }) =>
      typeof code === 'string' &&
      Object.hasOwn(problemCodes, code) &&
      typeof path === 'string' &&
      typeof message === 'string' &&
      message !== '',
  )
