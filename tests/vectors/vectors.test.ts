import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { runHoldfast } from '@holdfast/test-kit/run-holdfast'
import { afterAll, describe, expect, test } from 'vitest'
import { findPythonReader, whyNoPython } from './python-reader.ts'
import { held, withdrawn } from './sample-facts.ts'
import { changedIn, refusal, type Vector, type VectorKind, vectorsOf } from './vector-file.ts'

const published = join(import.meta.dirname, '../../docs/vectors')
const files = readdirSync(published).filter(name => name.endsWith('.json'))
const kindIn = (file: string) => JSON.parse(readFileSync(join(published, file), 'utf8')) as VectorKind

const folder = mkdtempSync(join(tmpdir(), 'holdfast-vectors-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A copy of a file with other vectors and no checksums, so that only its content can show the defect. */
function copyOf(file: string, vectors: readonly Vector[], under = 'copies'): string {
  mkdirSync(join(folder, under), { recursive: true })
  const path = join(folder, under, file)
  writeFileSync(path, JSON.stringify({ ...kindIn(file), format: 'holdfast.vectors.v1', vectors }))
  return path
}

/** The same text with one bit flipped, at three quarters of its length. */
function flipped(text: string): string {
  const at = Math.floor((text.length * 3) / 4)
  return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1)
}

type Path = readonly (string | number)[]
/** The pointers of all strings within a value. */
const textsIn = (value: unknown, path: Path = []): Path[] =>
  typeof value === 'string' ? [path] : Object.entries((value ?? {}) as object).flatMap(([name, inner]) => textsIn(inner, [...path, name]))

function changedAt<T>(value: T, [name, ...rest]: Path, change: (text: string) => string): T {
  if (name === undefined) return change(value as string) as T
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string | number, unknown>
  copy[name] = changedAt(copy[name], rest, change)
  return copy as T
}

const isTaken = ({ expected }: Vector) => !('refused' in expected || 'broken' in expected)

/** The output with a change. */
function otherOutput(vector: Vector): Vector {
  const { expected } = vector
  if ('refused' in expected) return { ...vector, expected: { refused: false } }
  if ('broken' in expected) return { ...vector, expected: { broken: Number(expected.broken) + 1 } }
  return { ...vector, expected: changedAt(expected, textsIn(expected).at(-1) ?? [], flipped) }
}

/** The vector with each of these strings of the input changed in turn. */
const otherInputs = (vector: Vector, isOf: (place: string) => boolean): Vector[] =>
  textsIn(vector.input)
    .filter(path => isOf(String(path.at(-1))))
    .map(path => ({
      ...vector,
      name: `${vector.name}, with another ${path.join('/')}`,
      // A further digit can exceed a double, so a changed JSON text can be invalid.
      input: changedAt(vector.input, path, text => (path[0] === 'text' ? `x${text}` : flipped(text))),
    }))

/** A fact's own hash is not hashed, nor the time of its erasure, which the reader receives and which is not stored. */
const isLeftOut = (place: string) => place === 'hash' || place === 'destroyedAt'
/** Strings that must not change. An instant can be a little later. */
const counts = (place: string) => !isLeftOut(place) && place !== 'at' && place !== 'now'

const read = findPythonReader()

// Reading takes a second on an idle machine; the limit is a minute.
describe.skipIf(!read)('a Python reader that shares no code with the engine', { timeout: 65_000 }, () => {
  const reading = (...paths: string[]) => read?.(...paths) ?? { lines: [], code: null, err: '' }

  test('confirms every published vector', () => {
    const { lines, code, err } = reading()
    expect(err).toBe('')
    expect(lines.filter(line => !line.startsWith('right'))).toEqual([lines.at(-1)])
    // One line for each vector, and one for each file with the right checksum.
    const count = files.reduce((sum, file) => sum + kindIn(file).vectors.length + 1, 0)
    expect(lines.at(-1)).toBe(`${count} right, 0 wrong`)
    expect(code).toBe(0)
  })

  test('detects a flipped bit in a copy of each file, at any position', () => {
    const copies = files.flatMap((file, nth) => {
      const bytes = readFileSync(join(published, file))
      return [1, 2, 3].map(time => {
        const place = join(folder, `flipped-${time}`)
        mkdirSync(place, { recursive: true })
        copyFileSync(join(published, 'SHA256SUMS'), join(place, 'SHA256SUMS'))
        const copy = Buffer.from(bytes)
        // Another position in each file and round.
        const bit = (bytes.length * 8 * ((7 * time + nth) % 31)) / 31
        copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        writeFileSync(join(place, file), copy)
        return join(place, file)
      })
    })
    const { lines, code } = reading(...copies)
    const notAsPublished = lines.filter(line => line.startsWith('WRONG') && line.endsWith('the file is as it was published'))
    expect(notAsPublished).toEqual(copies.map(path => `WRONG  ${basename(path)}: the file is as it was published`))
    expect(code).toBe(1)
  })

  test('detects a changed output in each vector of each file', () => {
    const copies = files.map(file => copyOf(file, kindIn(file).vectors.map(otherOutput), 'outputs'))
    const { lines, code } = reading(...copies)
    expect(lines.filter(line => line.startsWith('right'))).toEqual([])
    expect(lines).toHaveLength(1 + files.reduce((sum, file) => sum + kindIn(file).vectors.length, 0))
    expect(code).toBe(1)
  })

  test('detects a changed input in each accepted vector, for each string', () => {
    const others = files.map(
      file =>
        [
          file,
          kindIn(file)
            .vectors.filter(isTaken)
            .flatMap(vector => otherInputs(vector, counts)),
        ] as const,
    )
    const { lines, code } = reading(...others.map(([file, vectors]) => copyOf(file, vectors, 'inputs')))
    expect(lines.filter(line => line.startsWith('right'))).toEqual([])
    expect(lines).toHaveLength(1 + others.reduce((sum, [, vectors]) => sum + vectors.length, 0))
    expect(code).toBe(1)
  })

  test('hashes a fact without its own hash and without the time of its erasure', () => {
    const others = kindIn('facts.json').vectors.flatMap(vector => otherInputs(vector, isLeftOut))
    const { lines } = reading(copyOf('facts.json', others, 'left-out'))
    expect(others.map(({ name }) => name).join()).toContain('destroyedAt')
    expect(lines).toEqual([...others.map(({ name }) => `right  facts.json: ${name}`), `${others.length} right, 0 wrong`])
  })

  test('confirms no unknown and no empty file', () => {
    const unknown = join(folder, 'unknown.json')
    writeFileSync(unknown, JSON.stringify({ ...kindIn('ids.json'), kind: 'horoscopes' }))
    expect(reading(unknown)).toMatchObject({ code: 1, lines: [expect.stringMatching(/^WRONG .*not known here/), '0 right, 1 wrong'] })
    expect(reading(copyOf('ids.json', [], 'empty'))).toMatchObject({ code: 1, lines: ['0 right, 0 wrong'] })
  })
})

test('without Python the reader is skipped with one line, unless it is required', () => {
  expect(whyNoPython({ PATH: folder })).toMatch(/^python3 of version 3.8 or later is not installed/)
  expect(() => whyNoPython({ PATH: folder, HOLDFAST_REQUIRE: 'kafka,python' })).toThrow('Python is required: python3')
})

test('published vectors are never overwritten: new ones can be added, none can change or disappear', () => {
  const [first, ...rest] = kindIn('ids.json').vectors as [Vector, ...Vector[]]
  const present = JSON.stringify(kindIn('ids.json'))
  const another = (vectors: readonly Vector[]) => changedIn(present, { kind: 'ids', rule: 'in better words', vectors })
  expect(another([first, ...rest, { ...first, name: 'one more' }])).toEqual([])
  expect(another([otherOutput(first), ...rest])).toEqual([first.name])
  expect(another(rest)).toEqual([first.name])
})

test('a vector’s refusal is written by hand: where the code disagrees, no vector is written', async () => {
  await expect(vectorsOf([['alg none', {}, 'it is not signed']], () => ({ country: 'SG' }))).rejects.toThrow('alg none')
  await expect(vectorsOf([['a token', {}]], () => refusal)).rejects.toThrow('a token')
})

test('"holdfast verify" accepts the facts of the vectors and skips one of a newer version', async () => {
  const lines = [...held, ...withdrawn].map(fact => `${JSON.stringify(fact)}\n`).join('')
  const { out } = await runHoldfast(['verify', '--json', '-'], { input: lines })
  expect(JSON.parse(out)).toMatchObject({ requests: 2, facts: 11, outcomes: { proved: 11, opaque: 0 }, problemCount: 0 })
}, 60_000)
