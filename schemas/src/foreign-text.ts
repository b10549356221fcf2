import { type Problem, parseJson } from './problems.ts'
import { accepted, type Result, refused } from './result.ts'

// What comes from outside is read here, and read as it is or not at all: a byte that is no UTF-8 must not become another letter of a name, nor the second of
// two members of one name stand for the first.

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of bytes that have to be UTF-8 (RFC 3629); else a problem that says where they are not. */
export function decodeUtf8(bytes: Uint8Array): Result<string, Problem[]> {
  try {
    return accepted(decoder.decode(bytes))
  } catch {
    return refused([
      { code: 'BAD_ENCODING', path: '', message: `not UTF-8 near byte ${firstBadByte(bytes) + 1}: send UTF-8, and no other encoding` },
    ])
  }
}

/** Halves its way to the first byte that ends no whole text: a cut inside a letter is no fault, so what is left open counts as good. */
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

/** No list of a document that a member or bank sends has as many elements. A schema judges each element before it counts them: eighty thousand hold up everyone else. */
export const listElementsMax = 1_000

interface Bounds {
  readonly elementsMax?: number
}

/** Parses a JSON text from outside as `parseJson` does, and refuses one that names a member of an object twice (RFC 8259 leaves open which counts), with the place. A byte order mark is passed over, as RFC 8259 allows. With `elementsMax` a longer list is refused, too. */
export function parseForeignJson(marked: string, { elementsMax = Number.POSITIVE_INFINITY }: Bounds = {}): Result<unknown, Problem[]> {
  const text = marked.startsWith('\ufeff') ? marked.slice(1) : marked
  const parsed = parseJson(text)
  if (!parsed.ok) return parsed
  const problems = problemsOfStructure(text, elementsMax)
  return problems.length > 0 ? refused(problems) : parsed
}

/** `decodeUtf8` and `parseForeignJson` in one. */
export function parseForeignBytes(bytes: Uint8Array, bounds: Bounds = {}): Result<unknown, Problem[]> {
  const text = decodeUtf8(bytes)
  return text.ok ? parseForeignJson(text.value, bounds) : text
}

const problemsMax = 100
const pathMax = 500

interface Level {
  /** The names of an object's members so far; undefined in a list. */
  readonly names: Set<string> | undefined
  name: string
  index: number
}

/** Members that are there twice, and the first list that is too long. Walks over a text that is known to be JSON: only strings and brackets have to be looked at. */
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
              problems.push({ code: 'TWICE', path: pointerOf(levels), message: 'is there twice: say it once' })
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
