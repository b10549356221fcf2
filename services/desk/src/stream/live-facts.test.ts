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

function setUp(words: DataDecrypter = createDataDecrypter(testWords)) {
  const places = createCursorCodec(createEngineSecret(Buffer.alloc(32, 1)))
  const sealed: string[] = []
  const counting: CursorCodec = {
    ...places,
    seal: (country, kind, numbers) => {
      sealed.push(country)
      return places.seal(country, kind, numbers)
    },
  }
  let arrival = 0
  const taken = (country: string, number: number): TakenFact[] =>
    passed(createHistory(buildRequestNumber(number, { requestingCountry: country }))).facts.map(fact => ({
      arrival: ++arrival,
      partition: 0,
      offset: arrival - 1,
      leaf: arrival - 1,
      mark: hashPrefixOf(fact.hash),
      requestId: fact.subject,
      line: JSON.stringify(fact),
      fact,
      sides: new Set([fact.requestingcountry, fact.beneficiarycountry]),
    }))
  const live = createLiveFacts(counting, 1, { arrival: 0, position: beginning }, words)
  const publish = (...facts: TakenFact[]) => live.publish(facts, 0, (facts.at(-1)?.offset ?? 0) + 1)
  return { live, sealed, taken, publish }
}

test('a batch is sealed and written once for all streams of a country, and wakes nobody else', () => {
  const { live, sealed, taken, publish } = setUp()
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
  // Two facts of SG and TL, two of DE and TL, of which nobody in DE reads.
  expect(sealed.sort()).toEqual(['SG', 'SG', 'TL', 'TL', 'TL', 'TL'])
})

test('a batch that nobody follows is not written at all', () => {
  const { live, sealed, taken, publish } = setUp()
  const unfollow = live.follow('SG', () => undefined)
  unfollow()
  publish(...taken('SG', 1))
  expect([sealed, live.end().arrival]).toEqual([[], 2])
})

test('a stream of one request is given its facts alone', () => {
  const { live, taken, publish } = setUp()
  const [first, second] = [taken('SG', 1), taken('SG', 2)]
  const seen: (string | undefined)[] = []
  live.follow('SG', batch => seen.push(...[first[0]?.requestId, 'another'].map(id => batch.text(id)?.toString())))
  publish(...first, ...second)
  expect(seen[0]?.match(/^data: .*$/gm)).toEqual(first.map(({ line }) => `data: ${line}`))
  expect(seen[1]).toBeUndefined()
})

/** Opens whatever it is asked for, once it may. */
function openerOf(until: Promise<void>) {
  const asked: object[][] = []
  const events = async (events: readonly object[]) => {
    asked.push([...events])
    await until
    return events.map(event => ({ ...event, withWords: true }))
  }
  return { asked, words: { lines: lines => lines, events, actingOn: (_, by) => by } as DataDecrypter }
}

test('words are opened once for each fact that somebody follows, and stand in what all streams are given', async () => {
  const { asked, words } = openerOf(Promise.resolve())
  const { live, taken, publish } = setUp(words)
  const texts: string[] = []
  for (const country of ['SG', 'TL', 'TL']) live.follow(country, batch => texts.push(batch.text(undefined)?.toString() ?? ''))
  await publish(...taken('SG', 1))
  expect(asked.map(({ length }) => length)).toEqual([2])
  expect(texts.map(text => text.match(/"withWords":true/g)?.length)).toEqual([2, 2, 2])
})

test('where words can not be opened, streams are told to read what there is', async () => {
  const { words } = openerOf(Promise.reject(new Error('the store of keys is away')))
  const { live, taken, publish } = setUp(words)
  const told: boolean[] = []
  live.follow('SG', ({ isLong }) => told.push(isLong))
  await publish(...taken('SG', 1))
  expect([told, live.end().arrival]).toEqual([[true], 2])
})

test('what was about to be told of a view that is there no more is not told', async () => {
  const gate = Promise.withResolvers<void>()
  const { words } = openerOf(gate.promise)
  const { live, taken, publish } = setUp(words)
  let told = 0
  live.follow('SG', () => told++)
  const published = publish(...taken('SG', 1))
  live.beginAgain({ arrival: 0, position: beginning })
  gate.resolve()
  await published
  expect([told, live.end().arrival]).toEqual([0, 0])
})
