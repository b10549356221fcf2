import { askRedrive } from '@holdfast/folds'
import { type Drivers, silentLogger } from '@holdfast/runtime'
import { type Command, type Fact, type Order, ordersTopic, type ParkedEvent, topics } from '@holdfast/schemas'
import type { PersonalDataCipher } from '@holdfast/sealing'
import { decryptStreams } from '@holdfast/sealing/wrappers'
import type { StreamRecord } from '@holdfast/streams'
import { buildRequest } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { encryptFacts, openTestEncryption, type TestEncryption } from '../../test/encrypted.ts'
import { type History, usd, verified } from '../../test/history.ts'
import { openPartitionWorld, type PartitionWorld } from '../../test/partition-world.ts'
import type { OrderFrame } from '../orders/frames.ts'

let world: PartitionWorld
let drivers: Drivers
let sealing: TestEncryption
beforeEach(async () => {
  world = await openPartitionWorld()
  drivers = world.drivers
  sealing = await openTestEncryption(world.folder)
})
afterEach(async () => {
  await sealing.close()
  await world.close()
})

/** Dispatch as the owner of the one partition, as a process of its own. */
async function own({ words = sealing.afresh() as PersonalDataCipher, committed = 0, store = 'dispatch', log = silentLogger } = {}) {
  const streams = decryptStreams(drivers.streams, words)
  const worker = await world.own({ streams, words, committed, store, log })
  return {
    close: worker.close,
    /** Takes what lies in the ledger from an offset on, with the words in their places where they can be read. */
    async take(from: number) {
      const records: StreamRecord[] = []
      const end = await streams.endOffset(topics.ledger.name, 0)
      for await (const some of streams.read(topics.ledger.name, 0, from, end)) records.push(...some)
      await worker.onBatch(records)
    },
  }
}

const write = (facts: readonly Fact[]) =>
  drivers.streams.publish(
    topics.ledger.name,
    facts.map(fact => ({ key: fact.subject, value: JSON.stringify(fact) })),
  )

async function eventsIn<T>(topic: string): Promise<T[]> {
  const all: T[] = []
  const end = await drivers.streams.endOffset(topic, 0).catch(() => 0)
  if (end > 0)
    for await (const records of drivers.streams.read(topic, 0, 0, end)) for (const { value } of records) all.push(JSON.parse(value) as T)
  return all
}
const orders = () => eventsIn<Order>(ordersTopic('TL').name)
const parked = async () => {
  const events = await eventsIn<ParkedEvent>(topics.parked.name)
  return events.flatMap(({ data }) => (data.what === 'parked' ? data.requestId : []))
}

const request = (caseReference: string): History => verified(buildRequest({ caseReference, payment: { amount: usd('1000.00') } }))

/** Their openings are in the store, and what verifies them lies in the ledger behind. */
async function openings(histories: readonly History[]): Promise<number> {
  await write(
    await encryptFacts(
      sealing.words,
      histories.flatMap(({ facts }) => facts[0] ?? []),
    ),
  )
  const first = await own()
  await first.take(0)
  await first.close()
  await write(
    await encryptFacts(
      sealing.words,
      histories.flatMap(({ facts }) => facts.slice(1)),
    ),
  )
  return histories.length
}

test('orders are made of what the store gives back: opened by keys that are asked for once a batch', async () => {
  const histories = ['ONE', 'TWO', 'THREE'].map(request)
  const offset = await openings(histories)
  const asked: number[] = []
  const owner = await own({ words: sealing.afresh(keys => asked.push(keys)), committed: offset })
  asked.length = 0
  await owner.take(offset)
  expect(asked).toEqual([3])
  expect((await orders()).map(({ data }) => [data.requestId, data.payment])).toEqual(
    histories.map(({ requestId, state }) => [requestId, (state().frame as OrderFrame).payment]),
  )
  expect(JSON.stringify(await orders())).not.toContain('"sealed"')
  await owner.close()
})

test('a request whose key is not to be had is parked alone, and its order goes out once the key is back', async () => {
  const [one, two] = ['ONE', 'TWO'].map(request) as [History, History]
  const offset = await openings([one, two])
  let isAway = true
  const words = sealing.afresh()
  const without: PersonalDataCipher = {
    ...words,
    async valuesIn(blocks) {
      const found = await words.valuesIn(blocks)
      return blocks.map(({ requestId }, index) => (isAway && requestId === two.requestId ? undefined : found[index]))
    },
  }
  const owner = await own({ words: without, committed: offset })
  await owner.take(offset)
  expect((await orders()).map(({ data }) => data.requestId)).toEqual([one.requestId])
  expect(await parked()).toEqual([two.requestId])
  isAway = false
  await askRedrive(drivers.streams, two.requestId, 'nightshift', '2024-07-23T02:30:00.000Z')
  await expect
    .poll(async () => (await orders()).map(({ data }) => data.requestId), { timeout: 10_000 })
    .toEqual([one.requestId, two.requestId])
  await owner.close()
})

test('what follows from facts before the destruction of a key is out: nothing waits for its words, and the destruction comes on record', async () => {
  const ended = request('ENDED')
  ended.give('Withdraw', { reason: 'Paid back' })
  ended.give('OrderErasure', { authority: 'High Court', reference: 'HC-1', date: '2024-07-23' })
  const offset = await openings([ended])
  // As one who was killed in the instant after it.
  await sealing.ring.intend(ended.requestId, 'ERASURE_ORDERED')
  await sealing.ring.destroy(ended.requestId)
  const owner = await own({ committed: offset })
  await owner.take(offset)
  expect(await parked()).toEqual([])
  expect(await orders()).toEqual([])
  const commands = await eventsIn<Command>(topics.commands.name)
  expect(commands.map(({ type, subject }) => [type, subject])).toEqual([['holdfast.command.v1.RecordDestruction', ended.requestId]])
  await owner.close()
})

const onward = {
  rail: 'SWIFT',
  uetr: '9d3c2b1a-4b5a-4968-8776-655443322110',
  executedAt: '2024-07-23T08:30:00+08:00',
  creditor: { name: 'Creek Trading LLC', account: { other: '77001' } },
  creditorAgent: { bic: 'CREKAEAD' },
} as const

test.each([
  ['document', 1],
  ['report', 3],
])('of a %s that can not be read no child is made: its request is parked', async (_, unread) => {
  const history = request('ONE')
  history.give('ReportMovedOnward', { amount: usd('600.00'), country: 'AE', onward })
  history.give('FollowOnward', { report: 3 })
  const facts = await encryptFacts(sealing.words, history.facts)
  await write(facts.slice(0, 3))
  const first = await own()
  await first.take(0)
  await first.close()
  await write(facts.slice(3))
  const words = sealing.afresh()
  const owner = await own({
    committed: 3,
    words: {
      ...words,
      async opened(events) {
        const found = await words.opened(events)
        return events.map((event, index) => ((event as object as Fact).sequence === unread ? event : (found[index] ?? event)))
      },
    },
  })
  await owner.take(3)
  expect(await eventsIn<Command>(topics.commands.name)).toEqual([])
  expect(await parked()).toEqual([history.requestId])
  await owner.close()
})

test('a partition of which the record of what was sent is lost opens although words of an order in doubt are gone, and says which', async () => {
  const [one, two] = ['ONE', 'TWO'].map(request) as [History, History]
  await write(await encryptFacts(sealing.words, [...one.facts, ...two.facts]))
  await sealing.ring.intend(two.requestId, 'ERASURE_ORDERED')
  await sealing.ring.destroy(two.requestId)
  const said: object[] = []
  const owner = await own({ log: { ...silentLogger, error: (about: object) => void said.push(about) } as unknown as typeof silentLogger })
  await owner.close()
  const letters = await eventsIn<{ data: { value: string } }>(topics.deadLetters.name)
  expect(letters).toHaveLength(1)
  expect(letters[0]?.data.value).toContain(one.requestId)
  expect(said).toMatchObject([{ orders: 1, ids: [expect.any(String)] }, { requests: [one.requestId] }])
})
