import { expect, test } from 'vitest'
import type { Sample } from './samples.ts'
import { verdictOf } from './verdict.ts'

const rate = 100
/** Sixteen samples, one each second, each of which can be changed. */
const samples = (changed: (second: number) => Partial<Sample> = () => ({})): Sample[] =>
  Array.from({ length: 16 }, (_, second) => ({
    atMs: second * 1_000,
    submitted: second * rate,
    underWay: 5,
    memoryBytes: { ledger: 100e6 },
    handles: { ledger: 30 },
    footprint: { diskBytes: second * rate * 8_000, redis: { keys: second * rate, bytes: second * rate * 900 } },
    ...changed(second),
  }))
const grown = (of: Sample[]) => verdictOf(of, rate).flatMap(({ what, isFlat }) => (isFlat ? [] : [what]))

test('constant resources are flat, counted for each request where each leaves data', () => {
  expect(grown(samples())).toEqual([])
  expect(verdictOf(samples(), rate)).toContainEqual({
    what: 'disk for each request, bytes',
    second: 8_000,
    last: 8_000,
    most: 8_800,
    isFlat: true,
  })
})

test('growing resources are named', () => {
  expect(grown(samples(second => ({ memoryBytes: { ledger: 100e6 + second * 3e6 } })))).toEqual(['memory of ledger, MB'])
  expect(grown(samples(second => ({ handles: { ledger: 30 + second * 2 } })))).toEqual(['handles of ledger'])
  expect(grown(samples(second => ({ underWay: 5 + second * 10 })))).toEqual(['requests under way'])
  expect(
    grown(
      samples(second => ({ footprint: { diskBytes: second ** 2 * rate * 500, redis: { keys: second ** 2, bytes: second * rate * 900 } } })),
    ),
  ).toEqual(['disk for each request, bytes', 'keys in Redis for each request'])
})

test('an engine without Redis has no Redis figures, and too few samples are refused', () => {
  const embedded = samples(second => ({ footprint: { diskBytes: second * 1e6 } }))
  expect(verdictOf(embedded, rate).map(({ what }) => what)).not.toContain('keys in Redis for each request')
  expect(() => verdictOf(embedded.slice(0, 7), rate)).toThrow('7 samples are too few')
})
