export interface Segment {
  readonly kind: 'code' | 'comment' | 'string'
  readonly start: number
  readonly text: string
}

/** After one of these, a slash begins a regular expression and not a division. */
const beforeRegex = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|await|yield|void))\s*$/

/** A whole comment, string or regular expression at the start of the text. Line comments that follow each other are one. */
const comment = /\/\/[^\n]*(?:\n[ \t]*\/\/[^\n]*)*|\/\*[\s\S]*?\*\//y
const quoted = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/y
const regex = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y

/**
 * Splits TypeScript, JavaScript, Java, Alloy or CSS into code, comments and strings. Regular expressions count as strings.
 * A quote without its end on the same line is text of an element, and stays code.
 */
export function splitSource(text: string): Segment[] {
  const segments: Segment[] = []
  /** For each open template: how many braces are open in the expression that is being read. */
  const templates: number[] = []
  let codeFrom = 0
  let at = 0

  const add = (kind: Segment['kind'], start: number, end: number): void => {
    if (end > start) segments.push({ kind, start, text: text.slice(start, end) })
  }
  const take = (kind: 'comment' | 'string', end: number): void => {
    add('code', codeFrom, at)
    add(kind, at, end)
    at = end
    codeFrom = end
  }
  const endOf = (pattern: RegExp): number | undefined => {
    pattern.lastIndex = at
    return pattern.test(text) ? pattern.lastIndex : undefined
  }
  /** The end of a template's text: behind its closing quote, or behind the `${` of its next expression. */
  const takeTemplate = (from: number): void => {
    let end = from
    while (end < text.length && text[end] !== '`' && !text.startsWith('${', end)) end += text[end] === '\\' ? 2 : 1
    const isExpression = text[end] === '$'
    if (isExpression) templates.push(0)
    take('string', Math.min(text.length, end + (isExpression ? 2 : 1)))
  }

  while (at < text.length) {
    const char = text[at]
    const open = templates.at(-1)
    if (char === '/') {
      const end = endOf(comment)
      if (end !== undefined) {
        take('comment', end)
        continue
      }
      const regexEnd = beforeRegex.test(text.slice(Math.max(0, at - 40), at)) ? endOf(regex) : undefined
      if (regexEnd !== undefined) take('string', regexEnd)
      else at++
    } else if (char === '"' || char === "'") {
      const end = endOf(quoted)
      if (end !== undefined) take('string', end)
      else at++
    } else if (char === '`') takeTemplate(at + 1)
    else if (char === '{' && open !== undefined) {
      templates[templates.length - 1] = open + 1
      at++
    } else if (char === '}' && open === 0) {
      templates.pop()
      takeTemplate(at + 1)
    } else {
      if (char === '}' && open !== undefined) templates[templates.length - 1] = open - 1
      at++
    }
  }
  add('code', codeFrom, text.length)
  return segments
}
