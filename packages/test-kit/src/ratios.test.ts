import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { createRatioRecord, findOutOfBand, growthOf, medianTimesMs } from './ratios.ts'

/** Gives these ratios of "many rows to few", one for each measurement. */
async function judge(ratios: readonly number[], { recorded, isRecording = false }: { recorded?: number; isRecording?: boolean } = {}) {
  const left = [...ratios]
  const lines: string[] = []
  const written: Record<string, number> = {}
  const outOfBand = await findOutOfBand(
    { 'many rows to few': { min: 0.5, max: 2 } },
    async () => ({ 'many rows to few': { value: (left.shift() ?? Number.NaN) * 10, against: 10, unit: 'ms' } }),
    {
      record: {
        read: () => recorded,
        write: (name, ratio) => {
          written[name] = ratio
        },
      },
      isRecording,
      report: line => lines.push(line),
    },
  )
  return { outOfBand, lines, written, left }
}

test('a ratio in its band is measured once', async () => {
  expect(await judge([1.5, 9])).toMatchObject({ outOfBand: [], left: [9] })
})

test('a ratio that is out of its band once and then in it passes', async () => {
  for (const out of [9, 0.1, Number.NaN, Number.POSITIVE_INFINITY])
    expect(await judge([out, 1, 9])).toMatchObject({
      outOfBand: [],
      left: [9],
      lines: [expect.stringContaining('OUT OF BAND'), expect.anything()],
    })
})

test('a ratio that is out of its band twice in a row fails, and is not measured a third time', async () => {
  const expected = { outOfBand: ['many rows to few was out of its band 2 times in a row'], left: [1] }
  for (const out of [9, 0.1, Number.NaN]) expect(await judge([out, out, 1])).toMatchObject(expected)
})

test('only the ratio that is out of its band is judged again', async () => {
  const all = [
    { a: 1, b: 9 },
    { a: 9, b: 1 },
  ]
  const measure = async () => {
    const { a = 0, b = 0 } = all.shift() ?? {}
    return { a: { value: a, against: 1, unit: 'ms' }, b: { value: b, against: 1, unit: 'ms' } } as const
  }
  const record = { read: () => undefined, write: () => {} }
  expect(await findOutOfBand({ a: { max: 2 }, b: { max: 2 } }, measure, { record, isRecording: false, report: () => {} })).toEqual([])
})

test('each measurement is one line with its band, the recorded ratio and what is behind it', async () => {
  expect((await judge([3, 1.5], { recorded: 1.2 })).lines).toEqual([
    'ratio | many rows to few: 3 in 0.5 to 2 OUT OF BAND (recorded 1.2, +150 %), 30 ms to 10 ms',
    'ratio | many rows to few: 1.5 in 0.5 to 2 (recorded 1.2, +25 %), 15 ms to 10 ms',
  ])
  expect((await judge([1])).lines).toEqual(['ratio | many rows to few: 1 in 0.5 to 2 (not recorded), 10 ms to 10 ms'])
})

test('ratios are recorded when that is asked for, and never otherwise', async () => {
  expect((await judge([1.5], { isRecording: true })).written).toEqual({ 'many rows to few': 1.5 })
  expect((await judge([1.5])).written).toEqual({})
})

test('a measurement without a band is refused', async () => {
  const record = { read: () => undefined, write: () => {} }
  await expect(findOutOfBand({}, async () => ({}), { record, isRecording: false, report: () => {} })).rejects.toThrow('at least one band')
})

test('the file of recorded ratios keeps the others, in the order of their names', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-ratios-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'recorded-ratios.json')
  writeFileSync(path, '{"c": 3}')
  const record = createRatioRecord(pathToFileURL(path))
  record.write('a', 1.23456)
  expect([record.read('a'), record.read('c'), record.read('b')]).toEqual([1.23, 3, undefined])
  expect(readFileSync(path, 'utf8')).toBe('{\n  "a": 1.23,\n  "c": 3\n}\n')
})

test('works that are compared take turns, after a round that is not counted', async () => {
  const turns: string[] = []
  const times = await medianTimesMs(2, { many: () => turns.push('many'), few: async () => turns.push('few') })
  expect(turns.join(' ')).toBe('many few many few many few')
  expect(Object.values(times).every(ms => ms >= 0 && ms < Number.POSITIVE_INFINITY)).toBe(true)
})

test('work that looks at each pair grows faster than work that looks at each once', () => {
  const scan = (size: number) => 'x'.repeat(size).split('').length
  const pairs = (size: number) => {
    let equal = 0
    for (let a = 0; a < size; a++) for (let b = 0; b < size; b++) equal += a === b ? 1 : 0
    return equal
  }
  const sizes = { size: 20_000, smaller: 1_000, max: 100 }
  expect(growthOf(scan, sizes)).toBeLessThan(100)
  expect(growthOf(pairs, sizes)).toBeGreaterThan(100)
})
