import { type Problem, parseJson } from './problems.ts'
import { accepted, type Result, refused } from './result.ts'

// Reads text from outside unchanged or refuses it. Invalid UTF-8 must not become another letter of a name, and a
// repeated
// member must not replace the first.

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Decodes UTF-8 (RFC 3629), or reports where the bytes are invalid. */
export function decodeUtf8(bytes: Uint8Array): Result<string, Problem[]> {
  try {
    return accepted(decoder.decode(bytes))
  } catch {
    return refused([
      { code: 'BAD_ENCODING', path: '', message: `not UTF-8 near byte ${firstBadByte(bytes) + 1}: send UTF-8, and no other encoding` },
    ])
  }
}

/**
 * Finds the first invalid byte by bisection. A cut inside a letter is not invalid, so an incomplete end counts as
 * valid.
 */
function firstBadByte(bytes: Uint8Array): number {
  const isGood = (length: number): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length), { stream: true })
      return true
    } catch {
      return false
    }
  }
  let good = 0
  let bad = bytes.length
  while (bad - good > 1) {
    const middle = good + Math.floor((bad - good) / 2)
    if (isGood(middle)) good = middle
    else bad = middle
  }
  return good
}

/**
 * The most elements of a list in a document of a member or bank. A schema judges each element before it counts them, so
 * eighty thousand would block other requests.
 */
export const listElementsMax = 1_000

interface Bounds {
  readonly elementsMax?: number
}

/**
 * Parses a JSON text from outside like `parseJson`, and refuses a repeated member of an object with its pointer (RFC
 * 8259 leaves open which counts). A byte order mark is skipped, as RFC 8259 allows. `elementsMax` limits the lists.
 */
export function parseForeignJson(marked: string, { elementsMax = Number.POSITIVE_INFINITY }: Bounds = {}): Result<unknown, Problem[]> {
  const text = marked.startsWith('\ufeff') ? marked.slice(1) : marked
  const parsed = parseJson(text)
  if (!parsed.ok) return parsed
  const problems = problemsOfStructure(text, elementsMax)
  return problems.length > 0 ? refused(problems) : parsed
}

/** Combines `decodeUtf8` and `parseForeignJson`. */
export function parseForeignBytes(bytes: Uint8Array, bounds: Bounds = {}): Result<unknown, Problem[]> {
  const text = decodeUtf8(bytes)
  return text.ok ? parseForeignJson(text.value, bounds) : text
}

const problemsMax = 100
const pathMax = 500

interface Level {
  /** The member names of an object so far; undefined for a list. */
  readonly names: Set<string> | undefined
  name: string
  index: number
}

/**
 * Repeated members, and the first list that is too long. The text is known to be JSON, so only strings and brackets
 * matter.
 */
function problemsOfStructure(text: string, elementsMax: number): Problem[] {
  const problems: Problem[] = []
  const levels: Level[] = []
  let level: Level | undefined
  let isName = false
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 34: {
        const end = endOfString(text, i)
        if (isName && level?.names) {
          const raw = text.slice(i + 1, end)
          level.name = raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw
          if (level.names.has(level.name)) {
            if (problems.length < problemsMax)
              problems.push({ code: 'TWICE', path: pointerOf(levels), message: 'occurs twice: give it once' })
          } else level.names.add(level.name)
          isName = false
        }
        i = end
        break
      }
      case 123:
        level = { names: new Set(), name: '', index: 0 }
        levels.push(level)
        isName = true
        break
      case 91:
        level = { names: undefined, name: '', index: 0 }
        levels.push(level)
        isName = false
        break
      case 125:
      case 93:
        levels.pop()
        level = levels.at(-1)
        isName = false
        break
      case 44:
        if (level?.names) isName = true
        else if (level && ++level.index === elementsMax) {
          levels.pop()
          return [...problems, { code: 'TOO_MANY', path: pointerOf(levels), message: `has more than ${elementsMax} elements` }]
        }
        break
      default:
    }
  }
  return problems
}

function endOfString(text: string, start: number): number {
  for (let i = start + 1; ; i++) {
    const end = text.indexOf('"', i)
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === 92) slashes++
    if (slashes % 2 === 0) return end
    i = end
  }
}

function pointerOf(levels: readonly Level[]): string {
  const whole = levels.map(({ names, name, index }) => `/${names ? name.replaceAll('~', '~0').replaceAll('/', '~1') : index}`).join('')
  return whole.length > pathMax ? `${whole.slice(0, pathMax)}…` : whole
}
