import { type Avoided, avoided, type Scope } from './avoided.ts'
import { proseOf } from './markdown.ts'
import { splitSource } from './split-source.ts'

export interface Finding {
  readonly file: string
  readonly line: number
  readonly scope: Scope
  readonly found: string
  readonly avoided: Avoided
}

interface Text {
  readonly scope: Scope
  readonly start: number
  readonly text: string
}

const catalog = /^packages\/desk-[a-z]+\/.*\/en\.(?:ts|json|po)$/
/** The page in its other languages: of these only the names and comments are English. */
const otherCatalog = /^packages\/desk-[a-z]+\/.*\/(?:fr|es|ar)\.(?:ts|json|po)$/
const withHashComments = /\.(?:py|sh|ya?ml|properties|conf)$|^\.ci\//
const data = /\.json$/

/** Every avoided wording in a file, in its name too. */
export function findAvoided(file: string, content: string): Finding[] {
  const lineOf = linesOf(content)
  const path: Text = { scope: 'name', start: 0, text: asWords(file.replace(/\.\w+$/, '')) }
  return [
    ...findIn(path).map(finding => ({ file, line: 0, scope: path.scope, ...finding })),
    ...textsOf(file, content).flatMap(text =>
      findIn(text).map(({ at, ...finding }) => ({ file, line: lineOf(at), scope: text.scope, ...finding })),
    ),
  ]
}

function textsOf(file: string, content: string): Text[] {
  if (file.endsWith('.md')) return [{ scope: 'doc', start: 0, text: proseOf(content) }]
  const strings = catalog.test(file) ? 'catalog' : 'string'
  if (file.endsWith('.po')) return otherCatalog.test(file) ? [] : textsOfPo(content)
  if (data.test(file)) return otherCatalog.test(file) ? [] : [{ scope: strings, start: 0, text: content }]
  const segments = withHashComments.test(file) ? splitByHash(content) : splitSource(content)
  return segments.flatMap(({ kind, start, text }): Text[] => {
    if (kind === 'comment') return [{ scope: 'comment', start, text }]
    if (kind === 'string') return otherCatalog.test(file) ? [] : [{ scope: strings, start, text }]
    return namesIn(text, start)
  })
}

/** A catalog of gettext: its comments, the ids as names, and each text by itself. */
function textsOfPo(content: string): Text[] {
  return [...commentLines(content)].flatMap(({ start, line }): Text[] => {
    const text = /"(.*)"$/.exec(line)
    if (line.startsWith('#')) return [{ scope: 'comment', start, text: line }]
    if (text === null) return []
    return line.startsWith('msgid') ? namesIn(line, start) : [{ scope: 'catalog', start: start + text.index, text: text[0] }]
  })
}

function* commentLines(content: string): Generator<{ readonly start: number; readonly line: string }> {
  let start = 0
  for (const line of content.split('\n')) {
    yield { start, line }
    start += line.length + 1
  }
}

/** Of languages whose comments begin with `#`: what stands before it counts as names. */
const splitByHash = (content: string) =>
  [...commentLines(content)].flatMap(({ start, line }) => {
    const hash = /(?:^|\s)#(?!!)/.exec(line)
    const at = hash ? hash.index : line.length
    return [
      { kind: 'code' as const, start, text: line.slice(0, at) },
      { kind: 'comment' as const, start: start + at, text: line.slice(at) },
    ]
  })

const words = new Map<string, string>()

/** `ledTo`, `LED_TO` and `led-to` as `led to`. */
function asWords(name: string): string {
  let known = words.get(name)
  if (known === undefined) {
    known = name
      .replace(/([a-z\d])(?=[A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$2 ')
      .replace(/[^A-Za-z\d]+/g, ' ')
      .toLowerCase()
    words.set(name, known)
  }
  return known
}

function namesIn(text: string, start: number): Text[] {
  const found: Text[] = []
  for (const match of text.matchAll(/[A-Za-z_$][\w$]*(?:-[\w$]+)*/g)) {
    const name = asWords(match[0])
    if (mayHold.name.test(name)) found.push({ scope: 'name', start: start + match.index, text: name })
  }
  return found
}

/** A space also stands for the end of a line in a comment or a list, and for a hyphen. */
const spaced = (pattern: RegExp): string => pattern.source.replaceAll(' ', '[\\s*/#>-]+')

const patterns = new Map(avoided.flatMap(each => (each.pattern ? [[each, new RegExp(spaced(each.pattern), 'gu')] as const] : [])))

/** One expression for each scope that most texts fail, so that each wording is looked for in few texts. */
const mayHoldIn = (scope: Scope): RegExp =>
  new RegExp([...patterns].flatMap(([{ scopes }, { source }]) => (scopes.includes(scope) ? [source] : [])).join('|'), 'u')
const mayHold: Readonly<Record<Scope, RegExp>> = {
  name: mayHoldIn('name'),
  comment: mayHoldIn('comment'),
  string: mayHoldIn('string'),
  doc: mayHoldIn('doc'),
  catalog: mayHoldIn('catalog'),
}

function findIn({ scope, start, text }: Text): { readonly at: number; readonly found: string; readonly avoided: Avoided }[] {
  // A text of the catalogs is looked at without its quotes, as some wordings are whole labels.
  const isLabel = scope === 'catalog' && /^['"`]/.test(text)
  const content = (isLabel ? text.slice(1, -1) : text).toLowerCase()
  if (!mayHold[scope].test(content)) return []
  return [...patterns].flatMap(([each, pattern]) =>
    each.scopes.includes(scope)
      ? [...content.matchAll(pattern)].map(match => ({ at: start + match.index + (isLabel ? 1 : 0), found: match[0], avoided: each }))
      : [],
  )
}

function linesOf(content: string): (offset: number) => number {
  let starts: number[] | undefined
  return offset => {
    starts ??= [...commentLines(content)].map(({ start }) => start)
    let low = 0
    let high = starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return low + 1
  }
}
