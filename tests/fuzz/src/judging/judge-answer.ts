import { parseJson, problemCodes, type RefusalCode, refusals } from '@holdfast/schemas'
import { leaksIn } from './leaks.ts'

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  readonly tookMs: number
}

/** The endpoint waits up to 10 s for a command; the rest allows for a loaded machine. */
export const answerMsMax = 15_000

/** Codes about a document: their refusals name each problem. */
const ofDocuments: ReadonlySet<string> = new Set(['MALFORMED', 'QUERY_MALFORMED', 'NOT_JSON'] satisfies RefusalCode[])

export interface Expected {
  /** False for HEAD. */
  readonly hasBody?: boolean
  /** A browser that requests a page is refused by a page. */
  readonly asksForPage?: boolean
}

/** The problems of an answer. */
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
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null) return [`is refused without JSON: ${text.slice(0, 200)}`]
  const refused = parsed.value as Refused
  const { code } = refused
  if (typeof code !== 'string' || !Object.hasOwn(refusals, code)) return [`is refused with an unknown code: ${text.slice(0, 200)}`]
  const known = refusals[code as RefusalCode]
  const wrongs: string[] = []
  if (known.status !== status || refused.status !== status || refused.title !== known.title)
    wrongs.push(`is refused as ${code} with the wrong status ${status}: ${text.slice(0, 200)}`)
  if (typeof refused.detail !== 'string' || refused.detail === '') wrongs.push(`is refused as ${code} without a reason`)
  if (ofDocuments.has(code) && !namesProblems(refused.problems))
    wrongs.push(`is refused as ${code} without a problem: ${text.slice(0, 300)}`)
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
