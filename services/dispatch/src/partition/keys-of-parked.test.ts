import type { PersonalDataCipher } from '@holdfast/encryption'
import { decryptStreams } from '@holdfast/encryption/wrappers'
import { paymentStop } from '@holdfast/payment-stop'
import { type Command, commandType, type Fact, type Notification } from '@holdfast/payment-stop/language'
import { recordDispatched, requestRedrive, startParking } from '@holdfast/request-state'
import { silentLogger, systemClock } from '@holdfast/runtime'
import { notificationsTopic, type ParkedEvent, topics } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'
import { buildRequest } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { encryptFacts, openTestEncryption, type TestEncryption } from '../../test/encrypted.ts'
import { type History, usd, verified } from '../../test/history.ts'
import { openPartitionWorld, type PartitionWorld } from '../../test/partition-world.ts'

// An erasure that the law requires does not wait for a request that dispatch cannot process: facts about keys are
// processed although the request is parked.

let world: PartitionWorld
let encryption: TestEncryption
let errors: object[]
beforeEach(async () => {
  world = await openPartitionWorld()
  encryption = await openTestEncryption(world.folder)
  // As the ledger does before its first fact.
  await recordDispatched(world.drivers.streams, topics, systemClock.now(), 0, { what: 'dispatched', position: 0 })
  errors = []
})
afterEach(async () => {
  await encryption.close()
  await world.close()
})

const log = { ...silentLogger, error: (about: object) => void errors.push(about) } as unknown as typeof silentLogger

/** A cipher that has lost the keys of one request. */
function cipherWithout(lost: string): PersonalDataCipher {
  const cipher = encryption.uncached()
  return {
    ...cipher,
    async decrypt(events) {
      const found = await cipher.decrypt(events)
      return events.map((event, index) =>
        (event as object as Fact).subject === lost && !isErased(found[index]) ? event : (found[index] ?? event),
      )
    },
    async valuesIn(blocks) {
      const found = await cipher.valuesIn(blocks)
      return blocks.map(({ requestId }, index) => (requestId === lost && !isErased(found[index]) ? undefined : found[index]))
    },
  }
}

/** A cipher on which any observer can see what was destroyed. */
const isErased = (found: unknown): boolean => JSON.stringify(found ?? {}).includes('"destroyedAt"')

async function own(cipher: PersonalDataCipher, committed = 0) {
  const streams = decryptStreams(world.drivers.streams, cipher, topics)
  const worker = await world.own({ streams, cipher, log, committed })
  return {
    close: worker.close,
    async take(from: number) {
      const records: StreamRecord[] = []
      const end = await streams.endOffset(topics.ledger.name, 0)
      for await (const some of streams.read(topics.ledger.name, 0, from, end)) records.push(...some)
      await worker.onBatch(records)
    },
  }
}

const eventsIn = async <T>(topic: string) => (await world.recordsIn(topic)).map(({ value }) => JSON.parse(value) as T)
const commands = async () => (await eventsIn<Command>(topics.commands.name)).map(({ type }) => type.split('.').at(-1))
const alerts = async (country: string) =>
  (await eventsIn<Notification>(notificationsTopic(country).name)).flatMap(({ data }) => (data.kind === 'alert' ? data.code : []))
const parked = async () => {
  const events = await eventsIn<ParkedEvent>(topics.parked.name)
  return events.map(({ data }) => data.what)
}
const endOfLedger = () => world.drivers.streams.endOffset(topics.ledger.name, 0)

async function erased(): Promise<{ history: History; facts: Fact[] }> {
  const history = verified(buildRequest({ caseReference: 'CASE-1', payment: { amount: usd('1000.00') } }))
  history.give('Withdraw', { reason: 'The victim was paid back' })
  history.give('OrderErasure', { authority: 'High Court', reference: 'HC-1', date: '2024-07-23' })
  history.give(
    'RecordDestruction',
    { because: 'ERASURE_ORDERED', keys: 2, intendedAt: '2024-07-23T02:25:00.000Z', destroyedAt: '2024-07-23T02:25:00.000Z' },
    { actor: 'holdfast/dispatch/keys' },
  )
  return { history, facts: (await encryptFacts(encryption.cipher, history.facts)) as Fact[] }
}
const orderAt = (facts: readonly Fact[]) => facts.findIndex(({ type }) => type.endsWith('.ErasureOrdered'))

describe('a request that is parked because its key is lost', () => {
  test('has its keys destroyed on order, recorded and confirmed, with alerts to both countries and operators, and a redrive continues it', async () => {
    const { history, facts } = await erased()
    const { requestId } = history
    await world.write(facts.slice(0, 3))
    const owner = await own(cipherWithout(requestId))
    await owner.take(0)
    expect(await parked()).toEqual(['parked'])
    const order = orderAt(facts)
    await world.write(facts.slice(3, order + 1))
    await owner.take(3)
    expect(await commands()).toEqual(['RecordDestruction'])
    expect(errors.at(-1)).toMatchObject({ requestId })
    expect([await alerts('SG'), await alerts('TL')]).toEqual([['erasedWhileParked'], ['erasedWhileParked']])
    await world.write(facts.slice(order + 1))
    await owner.take(order + 1)
    expect(await commands()).toEqual(['RecordDestruction', 'ConfirmDestruction'])
    expect((await encryption.ring.unfinished()).length).toBe(0)
    await requestRedrive(world.drivers.streams, requestId, 'nightshift', '2024-07-23T03:00:00.000Z')
    await vi.waitFor(async () => expect((await parked()).at(-1)).toBe('released'), 10_000)
    await owner.close()
  })

  test('has them destroyed also if it is parked in the same batch', async () => {
    const { history, facts } = await erased()
    await world.write(facts.slice(0, orderAt(facts) + 1))
    const owner = await own(cipherWithout(history.requestId))
    await owner.take(0)
    expect([await parked(), await commands()]).toEqual([['parked'], ['RecordDestruction']])
    await owner.close()
  })

  test('has them destroyed by an owner that has already passed the order', async () => {
    const { history, facts } = await erased()
    await world.write(facts.slice(0, 3))
    const first = await own(cipherWithout(history.requestId))
    await first.take(0)
    await first.close()
    await world.write(facts.slice(3, orderAt(facts) + 1))
    // As after a version that skipped every fact of a parked request.
    const next = await own(cipherWithout(history.requestId), await endOfLedger())
    expect(await commands()).toEqual(['RecordDestruction'])
    await next.close()
  })

  test('keeps them if the order is not the next fact of its history', async () => {
    const { history, facts } = await erased()
    await world.write(facts.slice(0, 3))
    const owner = await own(cipherWithout(history.requestId))
    await owner.take(0)
    // A writer that had lost the partition.
    const late = facts[orderAt(facts)] as Fact
    await world.write([{ ...late, prevhash: '0'.repeat(64) } as Fact])
    await owner.take(3)
    expect(await commands()).toEqual([])
    await owner.close()
  })
})

describe('an erasure that waits, because the ledger cannot process the facts of its request', () => {
  async function orderWhileParked(requestId: string, threwOn?: 'command') {
    const parking = await startParking({ streams: world.drivers.streams, clock: systemClock, log: silentLogger }, paymentStop, 'ledger')
    const owner = await parking.open(0)
    await owner.park({ requestId, offset: 2, reason: 'planted', ...(threwOn ? { threwOn } : {}) })
    return {
      async order(person: string, type: string = commandType('OrderErasure')) {
        const command = { id: `order-${person}`, subject: requestId, actor: `SG/officer/${person}`, type }
        const value = JSON.stringify(command)
        const record = { topic: topics.commands.name, partition: 0, offset: 0, key: requestId, value, headers: {}, timestampMs: 0 }
        await owner.hold([{ command, record }])
      },
      async stop() {
        owner.close()
        await parking.stop()
      },
    }
  }
  const alerted = async () => [await alerts('SG'), await alerts('TL')]

  test('alerts both countries once, also after a change of owner', async () => {
    const { history, facts } = await erased()
    await world.write(facts.slice(0, 3))
    const owner = await own(encryption.cipher)
    await owner.take(0)
    const ledger = await orderWhileParked(history.requestId)
    await ledger.order('other', commandType('Reopen'))
    expect(await alerted()).toEqual([[], []])
    await ledger.order('a')
    await vi.waitFor(async () => expect(await alerted()).toEqual([['erasureWaits'], ['erasureWaits']]), 10_000)
    await ledger.order('b')
    await owner.close()
    const next = await own(encryption.cipher, await endOfLedger())
    await next.close()
    expect(await alerted()).toEqual([['erasureWaits'], ['erasureWaits']])
    await ledger.stop()
  })
})
