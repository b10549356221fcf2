import type { Chance } from '../../../simulation/src/chance/chance.ts'
import { awkwardText, textOfInput } from './texts.ts'

type Holder = Record<string, unknown> | unknown[]
interface Place {
  readonly holder: Holder
  readonly name: string
}

const isHolder = (value: unknown): value is Holder => typeof value === 'object' && value !== null

function placesIn(value: unknown, places: Place[] = []): Place[] {
  if (isHolder(value))
    for (const [name, inner] of Object.entries(value)) {
      places.push({ holder: value, name })
      placesIn(inner, places)
    }
  return places
}

/** Stands for a number that JSON can express and JavaScript cannot. */
const number = (text: string) => `@@${text}@@`
const numbers = [
  '1e400',
  '-1e400',
  '1E+9999999',
  '0.1e-9999',
  '9'.repeat(400),
  '-0',
  '123456789012345678901234567890.5',
  '1.7976931348623157e309',
]

const otherTypes: readonly unknown[] = [null, true, false, 0, -1, 1.5, 2 ** 53, 2 ** 31, '', [], {}, [[]], [null], { a: 1 }, 'text']

/** Stands for deeply nested JSON, which is inserted as text. */
const deep = (depth: number, inList: boolean) => `@@${inList ? '[' : '{'}${depth}@@`

function spelledOut(marked: string): string {
  const depth = Number(marked.slice(1))
  if (marked.startsWith('[')) return `${'['.repeat(depth)}1${']'.repeat(depth)}`
  if (marked.startsWith('{')) return `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
  return marked
}

const names = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'toJSON',
  'then',
  'length',
  '',
  '~',
  '/',
  'a/b~c',
  '\u0000',
  '\ud800',
  'data',
  'id',
  'kind',
]

/** Copies, to avoid cycles, and defines an own property: assigning to `__proto__` would create none. */
const put = (holder: Holder, name: string, value: unknown): void =>
  void Object.defineProperty(holder, name, { value: structuredClone(value), enumerable: true, configurable: true, writable: true })

function changeOne(root: { value: unknown }, chance: Chance, count: number): void {
  const places = placesIn(root.value)
  const place = places.length > 0 ? chance.pick(places) : { holder: root as unknown as Holder, name: 'value' }
  const { holder, name } = place
  const set = (value: unknown) => put(holder, name, value)
  switch (chance.between(0, 10)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(name), 1)
      else delete (holder as Record<string, unknown>)[name]
      break
    case 1:
    case 2:
      set(chance.pick(otherTypes))
      break
    case 3:
      set(number(chance.pick(numbers)))
      break
    case 4:
      set(deep(chance.pick([3, 28, 31, 33, 40, 900]), chance.happens(0.5)))
      break
    case 5:
    case 6:
      set(awkwardText(chance, count))
      break
    case 7:
      if (!Array.isArray(holder)) put(holder, chance.happens(0.3) ? textOfInput(count) : chance.pick(names), chance.pick(otherTypes))
      break
    case 8:
      set(Array.from({ length: chance.pick([2, 10, 101, 1_000]) }, () => chance.pick(otherTypes)))
      break
    case 9: {
      const other = chance.pick(places.length > 0 ? places : [place])
      set((other.holder as Record<string, unknown>)[other.name])
      break
    }
    default: {
      const value = (holder as Record<string, unknown>)[name]
      if (typeof value === 'string') set(`${value}${awkwardText(chance, count)}`)
      else set({ value })
    }
  }
}

/** Adds a duplicate member, or a value that only JSON text can express. */
function changeText(text: string, chance: Chance): string {
  const at = [...text.matchAll(/"([A-Za-z]+)":/g)]
  const found = at.length > 0 ? chance.pick(at) : undefined
  if (!found) return text
  const { index } = found
  const more = chance.pick([
    `"${found[1]}":null,`,
    `"\\u${'0061'}${found[1]?.slice(1)}":1,`,
    `"__proto__":{"role":"operator"},`,
    '/* */',
    ',',
    '\u00a0',
  ])
  return text.slice(0, index) + more + text.slice(index)
}

/**
 * Endpoints accept at most a megabyte. A list of a thousand long texts, repeated a thousand times, would exceed a
 * string.
 */
const charactersMax = 20_000_000

function charactersIn(value: unknown): number {
  if (typeof value === 'string') return value.length
  return isHolder(value) ? Object.values(value).reduce((sum: number, inner) => sum + charactersIn(inner), 0) : 1
}

/** The text of a document with this many changes. */
export function mutatedJson(document: unknown, chance: Chance, count: number, changes: number): string {
  const root = { value: structuredClone(document) }
  for (let n = 0; n < changes; n++) {
    changeOne(root, chance, count)
    if (charactersIn(root.value) > charactersMax) root.value = structuredClone(document)
  }
  let text = (JSON.stringify(root.value) ?? 'null').replaceAll(/"@@([^"@]*)@@"/g, (_, marked: string) => spelledOut(marked))
  if (chance.happens(0.08)) text = changeText(text, chance)
  return text
}
