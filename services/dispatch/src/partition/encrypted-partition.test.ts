import type { PersonalDataCipher } from '@holdfast/encryption'
import { decryptStreams } from '@holdfast/encryption/wrappers'
import type { OrderFrame } from '@holdfast/payment-stop/dispatching'
import type { Command, Fact, Order } from '@holdfast/payment-stop/language'
import { requestRedrive } from '@holdfast/request-state'
import { type Drivers, silentLogger } from '@holdfast/runtime'
import { ordersTopic, type ParkedEvent, topics } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'
import { buildRequest } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { encryptFacts, openTestEncryption, type TestEncryption } from '../../test/encrypted.ts'
import { type History, usd, verified } from '../../test/history.ts'
import { openPartitionWorld, type PartitionWorld } from '../../test/partition-world.ts'

let world: PartitionWorld
let drivers: Drivers
let encryption: TestEncryption
beforeEach(async () => {
  world = await openPartitionWorld()
  drivers = world.drivers
  encryption = await openTestEncryption(world.folder)
})
afterEach(async () => {
  await encryption.close()
  await world.close()
})

/** Dispatch as the owner of the one partition, in a process of its own. */
async function own({ cipher = encryption.uncached() as PersonalDataCipher, committed = 0, store = 'dispatch', log = silentLogger } = {}) {
  const streams = decryptStreams(drivers.streams, cipher, topics)
  const worker = await world.own({ streams, cipher, committed, store, log })
  return {
    close: worker.close,
    /** Processes the ledger from an offset, with decrypted data where it is readable. */
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

/** The openings are in the store, and the verifications are later in the ledger. */
async function openings(histories: readonly History[]): Promise<number> {
  await write(
    await encryptFacts(
      encryption.cipher,
      histories.flatMap(({ facts }) => facts[0] ?? []),
    ),
  )
  const first = await own()
  await first.take(0)
  await first.close()
  await write(
    await encryptFacts(
      encryption.cipher,
      histories.flatMap(({ facts }) => facts.slice(1)),
    ),
  )
  return histories.length
}

test('orders are made of decrypted snapshots, with one request for keys in each batch', async () => {
  const histories = ['ONE', 'TWO', 'THREE'].map(request)
  const offset = await openings(histories)
  const keyRequests: number[] = []
  const owner = await own({ cipher: encryption.uncached(keys => keyRequests.push(keys)), committed: offset })
  keyRequests.length = 0
  await owner.take(offset)
  expect(keyRequests).toEqual([3])
  expect((await orders()).map(({ data }) => [data.requestId, data.payment])).toEqual(
    histories.map(({ requestId, state }) => [requestId, (state().frame as OrderFrame).payment]),
  )
  expect(JSON.stringify(await orders())).not.toContain('"encrypted"')
  await owner.close()
})

test('a request whose key is unavailable is parked alone, and its order is sent once the key is back', async () => {
  const [one, two] = ['ONE', 'TWO'].map(request) as [History, History]
  const offset = await openings([one, two])
  let isAway = true
  const cipher = encryption.uncached()
  const without: PersonalDataCipher = {
    ...cipher,
    async valuesIn(blocks) {
      const found = await cipher.valuesIn(blocks)
      return blocks.map(({ requestId }, index) => (isAway && requestId === two.requestId ? undefined : found[index]))
    },
  }
  const owner = await own({ cipher: without, committed: offset })
  await owner.take(offset)
  expect((await orders()).map(({ data }) => data.requestId)).toEqual([one.requestId])
  expect(await parked()).toEqual([two.requestId])
  isAway = false
  await requestRedrive(drivers.streams, two.requestId, 'nightshift', '2024-07-23T02:30:00.000Z')
  await expect
    .poll(async () => (await orders()).map(({ data }) => data.requestId), { timeout: 10_000 })
    .toEqual([one.requestId, two.requestId])
  await owner.close()
})

test('all messages of facts before a destruction were sent, so a repeat waits for no data and records the destruction', async () => {
  const ended = request('ENDED')
  ended.give('Withdraw', { reason: 'Paid back' })
  ended.give('OrderErasure', { authority: 'High Court', reference: 'HC-1', date: '2024-07-23' })
  const offset = await openings([ended])
  // As after a crash directly after the destruction.
  await encryption.ring.intend(ended.requestId, 'ERASURE_ORDERED')
  await encryption.ring.destroy(ended.requestId)
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
])('an unreadable %s makes no child, and its request is parked', async (_, unread) => {
  const history = request('ONE')
  history.give('ReportMovedOnward', { amount: usd('600.00'), country: 'AE', onward })
  history.give('FollowOnward', { report: 3 })
  const facts = await encryptFacts(encryption.cipher, history.facts)
  await write(facts.slice(0, 3))
  const first = await own()
  await first.take(0)
  await first.close()
  await write(facts.slice(3))
  const cipher = encryption.uncached()
  const owner = await own({
    committed: 3,
    cipher: {
      ...cipher,
      async decrypt(events) {
        const found = await cipher.decrypt(events)
        return events.map((event, index) => ((event as object as Fact).sequence === unread ? event : (found[index] ?? event)))
      },
    },
  })
  await owner.take(3)
  expect(await eventsIn<Command>(topics.commands.name)).toEqual([])
  expect(await parked()).toEqual([history.requestId])
  await owner.close()
})

test('a partition without a dispatch record opens and lists the orders in doubt whose personal data was erased', async () => {
  const [one, two] = ['ONE', 'TWO'].map(request) as [History, History]
  await write(await encryptFacts(encryption.cipher, [...one.facts, ...two.facts]))
  await encryption.ring.intend(two.requestId, 'ERASURE_ORDERED')
  await encryption.ring.destroy(two.requestId)
  const logged: object[] = []
  const owner = await own({ log: { ...silentLogger, error: (about: object) => void logged.push(about) } as unknown as typeof silentLogger })
  await owner.close()
  const deadLetters = await eventsIn<{ data: { value: string } }>(topics.deadLetters.name)
  expect(deadLetters).toHaveLength(1)
  expect(deadLetters[0]?.data.value).toContain(one.requestId)
  expect(logged).toMatchObject([{ orders: 1, ids: [expect.any(String)] }, { requests: [one.requestId] }])
})
