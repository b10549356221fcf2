import type { UnchainedFact } from '@holdfast/payment-stop/language'
import { chainStart } from '@holdfast/schemas'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chainedLine, chainFact, factHash } from './chain.ts'
import { createChainVerifier } from './verify-history.ts'

const requestA = '0b0b2f0e-8a6f-5f0e-9d6e-2f6b1c7a8e31'
const requestB = '1c0b2f0e-8a6f-5f0e-9d6e-2f6b1c7a8e32'

const unchained = (requestId: string, sequence: number, prevhash: string, note = `note ${sequence}`): UnchainedFact => ({
  specversion: '1.0',
  id: `${requestId}/${sequence}`,
  source: '/holdfast/ledger',
  type: 'holdfast.fact.v1.VerificationProposed',
  subject: requestId,
  time: '2024-07-23T02:20:00Z',
  causationid: `command-${sequence}`,
  actor: 'TL/officer/m.soares',
  sequence,
  phase: 'received',
  requestingcountry: 'SG',
  beneficiarycountry: 'TL',
  prevhash,
  data: { note, resultingState: { states: ['received.awaitingReview'], deadlines: [], revision: 1 } },
})

function buildHistory(requestId: string, length: number) {
  const facts: ReturnType<typeof chainFact>[] = []
  for (let sequence = 1; sequence <= length; sequence++)
    facts.push(chainFact(unchained(requestId, sequence, facts.at(-1)?.hash ?? chainStart)))
  return facts
}

function verify(facts: readonly ReturnType<typeof chainFact>[], strict = true) {
  const verifier = createChainVerifier({ strict })
  for (const [index, fact] of facts.entries()) verifier.add(fact, index + 1)
  return verifier.finish()
}

const sentences = (facts: readonly ReturnType<typeof chainFact>[], strict = true) =>
  verify(facts, strict).problems.map(problem => `${problem.line}: ${problem.message}`)

test('the hash is SHA-256 of RFC 8785 canonical JSON without the hash itself', () => {
  // Figured out by Python: sha256(json.dumps(fact, sort_keys=True, ensure_ascii=False, separators=(',', ':'))).
  const fact = unchained(requestA, 1, chainStart, 'é "quoted" \u20ac')
  expect(chainFact(fact).hash).toBe('8a1cfe6c053f5fa0628da8de3ffbfc118f092f82ffa5667e74d80a072ad99d0d')
  expect(factHash(chainFact(fact))).toBe(chainFact(fact).hash)
})

test('the line of a fact is the text that was hashed, with the hash in it, whatever the fact says', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      const { fact, line } = chainedLine({
        ...unchained(requestA, 1, chainStart),
        data: { id: '"id":', note: value },
      } as unknown as UnchainedFact)
      expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(fact)))
      expect(factHash(JSON.parse(line))).toBe(fact.hash)
    }),
  )
})

test('a copy with its properties in another order has the same hash', () => {
  const fact = chainFact(unchained(requestA, 1, chainStart))
  const turned = Object.fromEntries(Object.entries(fact).reverse()) as typeof fact
  expect(factHash(turned)).toBe(fact.hash)
})

test('what was hashed in memory is what verifies after a way through JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      const fact = chainFact({ ...unchained(requestA, 1, chainStart), data: { note: value } } as UnchainedFact)
      expect(factHash(JSON.parse(JSON.stringify(fact)))).toBe(fact.hash)
    }),
    { seed: 8785 },
  )
})

test('text that is no Unicode has no hash', () => {
  expect(() => chainFact(unchained(requestA, 1, chainStart, '\ud800'))).toThrow(/surrogate/)
})

test('histories of several requests verify however they are mixed', () => {
  const a = buildHistory(requestA, 5)
  const b = buildHistory(requestB, 4)
  const mixings = fc.array(fc.boolean(), { minLength: 9, maxLength: 9 })
  fc.assert(
    fc.property(mixings, turns => {
      const left = [...a]
      const right = [...b]
      const mixed = turns.flatMap(turn => (turn ? left : right).splice(0, 1))
      expect(verify([...mixed, ...left, ...right])).toEqual({
        requests: 2,
        facts: 9,
        dropped: { repeats: 0, latecomers: 0 },
        problems: [],
        problemCount: 0,
      })
    }),
    { seed: 1 },
  )
})

test('any change of any fact is found', () => {
  const history = buildHistory(requestA, 4)
  const changes = fc.record({
    index: fc.nat(3),
    change: fc.constantFrom<[string, unknown]>(
      ['time', '2024-07-23T02:20:01Z'],
      ['actor', 'TL/officer/x'],
      ['data', { note: 'x' }],
      ['id', 'x'],
      ['hash', 'f'.repeat(64)],
      ['prevhash', 'e'.repeat(64)],
      ['foreign', 1],
    ),
  })
  fc.assert(
    fc.property(changes, ({ index, change: [name, value] }) => {
      const changed = history.map((fact, at) => (at === index ? ({ ...fact, [name]: value } as typeof fact) : fact))
      const { problems } = verify(changed, false)
      expect(problems[0]?.line).toBe(index + 1)
    }),
    { seed: 2 },
  )
})

test('a changed fact is one problem, whatever comes after it', () => {
  const [first, second, third] = buildHistory(requestA, 3) as [never, ReturnType<typeof chainFact>, never]
  expect(sentences([first, { ...second, time: '2025-01-01T00:00:00Z' }, third])).toEqual([
    '2: fact 2 is not what its hash says: it was changed',
  ])
})

test('a changed fact that was hashed again is found at the fact after it', () => {
  const [first, second, third] = buildHistory(requestA, 3) as [never, ReturnType<typeof chainFact>, never]
  const forged = chainFact(unchained(requestA, 2, second.prevhash, 'forged'))
  expect(sentences([first, forged, third])).toEqual(['3: fact 3 does not follow fact 2 as it stands here: one of them was changed'])
})

test('a gap, a missing beginning and a changed order are named', () => {
  const [f1, f2, f3, f4, f5] = buildHistory(requestA, 5) as [never, never, never, never, never]
  expect(sentences([f1, f2, f4, f5])).toEqual(['3: fact 3 is missing before fact 4'])
  expect(sentences([f4, f5])).toEqual(['1: facts 1 to 3 are missing before fact 4'])
  expect(sentences([f1, f3, f2, f4])).toEqual(['2: fact 2 is missing before fact 3', '3: fact 2 comes after fact 3: the order was changed'])
})

test('a first fact that names a fact before it is a problem', () => {
  expect(sentences([chainFact(unchained(requestA, 1, 'a'.repeat(64)))])).toEqual(['1: the first fact names a fact before it'])
})

test('a repeated append and a latecomer are counted in a raw ledger and change nothing', () => {
  const [f1, f2, f3] = buildHistory(requestA, 3) as [ReturnType<typeof chainFact>, never, never]
  const late = chainFact(unchained(requestA, 2, f1.hash, 'from an owner that was paused'))
  expect(verify([f1, f2, f1, late, f2, f3], false)).toEqual({
    requests: 1,
    facts: 3,
    dropped: { repeats: 2, latecomers: 1 },
    problems: [],
    problemCount: 0,
  })
})

test('all that a late owner wrote is noise: its further facts follow its own first one', () => {
  const [f1, f2, f3, f4] = buildHistory(requestA, 4) as [ReturnType<typeof chainFact>, never, never, never]
  const late2 = chainFact(unchained(requestA, 2, f1.hash, 'late'))
  const late3 = chainFact(unchained(requestA, 3, late2.hash, 'late'))
  const late4 = chainFact(unchained(requestA, 4, late3.hash, 'late'))
  expect(verify([f1, f2, late2, late3, late4, f3, f4], false)).toEqual({
    requests: 1,
    facts: 4,
    dropped: { repeats: 0, latecomers: 3 },
    problems: [],
    problemCount: 0,
  })
  expect(sentences([f1, f2, late2, late3, f3])).toEqual([
    '3: another fact 2: the history forks here',
    '4: another fact 3: the history forks here',
  ])
})

test('in an export a repeat and a fork are problems', () => {
  const [f1, f2] = buildHistory(requestA, 2) as [ReturnType<typeof chainFact>, never]
  const fork = chainFact(unchained(requestA, 2, f1.hash, 'the other story'))
  expect(sentences([f1, f2, f2, fork])).toEqual(['3: fact 2 stands here again', '4: another fact 2: the history forks here'])
})

test('a repeat whose text was changed under the same hash is no repeat', () => {
  const [f1] = buildHistory(requestA, 1) as [ReturnType<typeof chainFact>]
  expect(verify([f1, { ...f1, time: '2025-01-01T00:00:00Z' }], false).dropped).toEqual({ repeats: 0, latecomers: 1 })
})

test('a file of nothing but problems is counted whole and kept in part', () => {
  const bad = { ...chainFact(unchained(requestA, 1, chainStart)), sequence: 1_000_000_000 }
  const { problems, problemCount } = verify(Array.from({ length: 1500 }, () => bad))
  expect(problems).toHaveLength(1000)
  expect(problemCount).toBe(3000)
})
