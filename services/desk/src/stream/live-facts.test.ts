import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { createEngineSecret } from '@holdfast/trust'
import { expect, test } from 'vitest'
import { testWords } from '../../test/encryption.ts'
import { createHistory, passed } from '../../test/histories.ts'
import { type CursorCodec, createCursorCodec } from '../cursors/cursor-codec.ts'
import { beginning, hashPrefixOf } from '../cursors/stream-position.ts'
import { createDataDecrypter, type DataDecrypter } from '../personal-data/data-decrypter.ts'
import type { TakenFact } from '../projection/request-projection.ts'
import { createLiveFacts, type LiveBatch } from './live-facts.ts'

function setUp(decrypter: DataDecrypter = createDataDecrypter(testWords)) {
  const cursors = createCursorCodec(createEngineSecret(Buffer.alloc(32, 1)))
  const encoded: string[] = []
  const counting: CursorCodec = {
    ...cursors,
    encode: (country, kind, numbers) => {
      encoded.push(country)
      return cursors.encode(country, kind, numbers)
    },
  }
  let arrival = 0
  const taken = (country: string, number: number): TakenFact[] =>
    passed(createHistory(buildRequestNumber(number, { requestingCountry: country }))).facts.map(fact => ({
      arrival: ++arrival,
      partition: 0,
      offset: arrival - 1,
      leaf: arrival - 1,
      hashPrefix: hashPrefixOf(fact.hash),
      requestId: fact.subject,
      line: JSON.stringify(fact),
      fact,
      audiences: new Set([fact.requestingcountry, fact.beneficiarycountry]),
    }))
  const live = createLiveFacts(counting, 1, { arrival: 0, position: beginning }, decrypter)
  const publish = (...facts: TakenFact[]) => live.publish(facts, 0, (facts.at(-1)?.offset ?? 0) + 1)
  return { live, encoded, taken, publish }
}

test('a batch is serialized once for all streams of a country, and wakes no other stream', () => {
  const { live, encoded, taken, publish } = setUp()
  const texts = new Map<string, Set<Buffer | undefined>>()
  const woken = new Map<string, number>()
  for (const country of ['SG', 'TL', 'FR'])
    for (let stream = 0; stream < 300; stream++)
      live.follow(country, (batch: LiveBatch) => {
        woken.set(country, (woken.get(country) ?? 0) + 1)
        texts.set(country, (texts.get(country) ?? new Set()).add(batch.text(undefined)))
      })
  publish(...taken('SG', 1), ...taken('DE', 2))
  expect([...woken]).toEqual([
    ['SG', 300],
    ['TL', 300],
  ])
  expect([texts.get('SG')?.size, texts.get('TL')?.size]).toEqual([1, 1])
  // Two facts of SG and TL, two of DE and TL. DE has no reader.
  expect(encoded.sort()).toEqual(['SG', 'SG', 'TL', 'TL', 'TL', 'TL'])
})

test('a batch without followers is not serialized at all', () => {
  const { live, encoded, taken, publish } = setUp()
  const unfollow = live.follow('SG', () => undefined)
  unfollow()
  publish(...taken('SG', 1))
  expect([encoded, live.end().arrival]).toEqual([[], 2])
})

test('a stream of one request gets its facts only', () => {
  const { live, taken, publish } = setUp()
  const [first, second] = [taken('SG', 1), taken('SG', 2)]
  const seen: (string | undefined)[] = []
  live.follow('SG', batch => seen.push(...[first[0]?.requestId, 'another'].map(id => batch.text(id)?.toString())))
  publish(...first, ...second)
  expect(seen[0]?.match(/^data: .*$/gm)).toEqual(first.map(({ line }) => `data: ${line}`))
  expect(seen[1]).toBeUndefined()
})

/** Records what it is asked to decrypt, and waits for the promise. */
function decrypterAfter(until: Promise<void>) {
  const requested: object[][] = []
  const events = async (events: readonly object[]) => {
    requested.push([...events])
    await until
    return events.map(event => ({ ...event, withWords: true }))
  }
  return { requested, decrypter: { lines: lines => lines, events, actingOn: (_, by) => by } as DataDecrypter }
}

test('each followed fact is decrypted once for all streams', async () => {
  const { requested, decrypter } = decrypterAfter(Promise.resolve())
  const { live, taken, publish } = setUp(decrypter)
  const texts: string[] = []
  for (const country of ['SG', 'TL', 'TL']) live.follow(country, batch => texts.push(batch.text(undefined)?.toString() ?? ''))
  await publish(...taken('SG', 1))
  expect(requested.map(({ length }) => length)).toEqual([2])
  expect(texts.map(text => text.match(/"withWords":true/g)?.length)).toEqual([2, 2, 2])
})

test('when decryption fails, streams read by pages', async () => {
  const { decrypter } = decrypterAfter(Promise.reject(new Error('the store of keys is away')))
  const { live, taken, publish } = setUp(decrypter)
  const notified: boolean[] = []
  live.follow('SG', ({ isLong }) => notified.push(isLong))
  await publish(...taken('SG', 1))
  expect([notified, live.end().arrival]).toEqual([[true], 2])
})

test('a batch of a replaced projection is not published', async () => {
  const gate = Promise.withResolvers<void>()
  const { decrypter } = decrypterAfter(gate.promise)
  const { live, taken, publish } = setUp(decrypter)
  let notified = 0
  live.follow('SG', () => notified++)
  const published = publish(...taken('SG', 1))
  live.beginAgain({ arrival: 0, position: beginning })
  gate.resolve()
  await published
  expect([notified, live.end().arrival]).toEqual([0, 0])
})
