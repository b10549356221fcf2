import { setTimeout as pause } from 'node:timers/promises'
import {
  type Command,
  type DestructionCause,
  type Fact,
  type Notification,
  notificationsTopic,
  type RefusedCommand,
  topics,
} from '@holdfast/schemas'
import type { PersonalDataCipher } from '@holdfast/sealing/wrappers'
import { StoreUnavailableError } from '@holdfast/stores'
import { buildRequest } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type History, usd, verified } from '../../test/history.ts'
import { openPartitionWorld, type PartitionWorld } from '../../test/partition-world.ts'
import { destroyKeys } from './destroy-keys.ts'

// V30 in dispatch: once the ledger says that words are to be destroyed their keys are, after all that went before is out; and what was done is put on record.

const document = buildRequest({ payment: { amount: usd('1000.00') } })
const retention = { kind: 'retention', dueAt: '2026-07-23T02:25:00.000Z' } as const

let world: PartitionWorld
beforeEach(async () => {
  world = await openPartitionWorld()
})
afterEach(() => world.close())

/** Keys that say of each request how much its country had been told when they were destroyed. */
function keysThatAre(away?: Error) {
  const done: string[] = []
  const tombstone = { keys: [{}, {}], intendedAt: '2026-07-23T02:25:01.000Z', destroyedAt: '2026-07-23T02:25:02.000Z' }
  const words = {
    async destroy(requestId: string, because: DestructionCause) {
      if (away) throw away
      done.push(`${because} ${requestId} after ${(await recordsIn(notificationsTopic('SG').name)).length} notices`)
      return { ...tombstone, requestId, because }
    },
    async confirmDestroyed(requestId: string) {
      done.push(`confirmed ${requestId}`)
      return { ...tombstone, requestId, confirmedAt: '2026-07-23T02:25:03.000Z' }
    },
  }
  return { done, words: words as unknown as PersonalDataCipher }
}

const own = (words: PersonalDataCipher) => world.own({ words })
const write = (facts: readonly Fact[]) => world.write(facts)
const recordsIn = (topic: string) => world.recordsIn(topic)
const commandsGiven = async () => (await recordsIn(topics.commands.name)).map(({ value }) => JSON.parse(value) as Command)

async function workOff(words: PersonalDataCipher, { facts }: History): Promise<void> {
  const owner = await own(words)
  await write(facts)
  await owner.onBatch(await recordsIn(topics.ledger.name))
}

function endedAndOver(asked = document): History {
  const history = verified(asked)
  history.give('Withdraw', { reason: 'The victim was paid back' })
  const { dueAt } = history.state().standing.ledTo.deadlines.find(({ kind }) => kind === 'retention') ?? retention
  history.give('DeadlinePassed', { ...retention, dueAt }, { at: dueAt })
  return history
}

const recorded = (history: History) =>
  history.give(
    'RecordDestruction',
    { because: 'RETENTION_OVER', keys: 2, intendedAt: retention.dueAt, destroyedAt: retention.dueAt },
    { actor: 'holdfast/dispatch/keys', at: retention.dueAt },
  )

describe('keys are destroyed', () => {
  test('once the time is over, and the command that says so is of that fact: done again it is the same', async () => {
    const { done, words } = keysThatAre()
    const history = endedAndOver()
    const { streams } = world.drivers
    await workOff(words, history)
    expect(done).toEqual([`RETENTION_OVER ${history.requestId} after ${(await recordsIn(notificationsTopic('SG').name)).length} notices`])
    expect(await recordsIn(notificationsTopic('SG').name)).not.toEqual([])
    const [command, ...more] = await commandsGiven()
    expect(more).toEqual([])
    expect(command).toMatchObject({
      type: 'holdfast.command.v1.RecordDestruction',
      actor: 'holdfast/dispatch/keys',
      subject: history.requestId,
      causationid: history.facts.at(-1)?.id,
      time: '2026-07-23T02:25:02.000Z',
      data: { because: 'RETENTION_OVER', keys: 2, intendedAt: '2026-07-23T02:25:01.000Z', destroyedAt: '2026-07-23T02:25:02.000Z' },
    })
    const [last] = history.steps.slice(-1)
    if (!last) throw new Error('no fact')
    expect(JSON.parse((await destroyKeys({ streams, words }, 0, last))?.value ?? '')).toEqual(command)
  })

  test('and confirmed once that is on record', async () => {
    const { done, words } = keysThatAre()
    const history = endedAndOver()
    recorded(history)
    await workOff(words, history)
    expect(done.at(-1)).toBe(`confirmed ${history.requestId}`)
    expect((await commandsGiven()).at(-1)).toMatchObject({
      type: 'holdfast.command.v1.ConfirmDestruction',
      causationid: history.facts.at(-1)?.id,
      data: { confirmedAt: '2026-07-23T02:25:03.000Z' },
    })
  })

  test('later, where the key store is away: nothing is said until it is back', async () => {
    const away = new StoreUnavailableError('away')
    const owner = await own(keysThatAre(away).words)
    const history = endedAndOver()
    await write(history.facts)
    await expect(owner.onBatch(await recordsIn(topics.ledger.name))).rejects.toThrow('away')
    expect(await commandsGiven()).toEqual([])
    expect(await recordsIn(topics.parked.name)).toEqual([])
  })
})

describe('of many requests in one batch', () => {
  /** Keys in a store that writes its files anew for all who wait for it when it begins, as Redis does. */
  function keysInAStoreThatWritesAnew() {
    let times = 0
    let next: Promise<void> | undefined
    let underWay = Promise.resolve()
    const { done, words } = keysThatAre()
    const writeAnew = (): Promise<void> => {
      next ??= underWay.then(async () => {
        next = undefined
        times += 1
        await pause(20)
      })
      underWay = next
      return next
    }
    const destroy: typeof words.destroy = async (...asked) => {
      const tombstone = await words.destroy(...asked)
      await writeAnew()
      return tombstone
    }
    return { done, words: { ...words, destroy }, times: () => times }
  }
  const histories = () => Array.from({ length: 10 }, (_, nth) => endedAndOver({ ...document, caseReference: `CASE-${nth}` }))

  test('the keys are destroyed together: the files of their store are written anew twice at most', async () => {
    const { words, times } = keysInAStoreThatWritesAnew()
    const ended = histories()
    const owner = await own(words)
    await write(ended.flatMap(({ facts }) => facts))
    await owner.onBatch(await recordsIn(topics.ledger.name))
    expect((await commandsGiven()).map(({ subject }) => subject).sort()).toEqual(ended.map(({ requestId }) => requestId).sort())
    expect(times()).toBeLessThanOrEqual(2)
  })

  test('each is destroyed and confirmed in the order of its own facts', async () => {
    const { words, done } = keysInAStoreThatWritesAnew()
    const ended = histories()
    for (const history of ended) recorded(history)
    const owner = await own(words)
    await write(ended.flatMap(({ facts }) => facts))
    await owner.onBatch(await recordsIn(topics.ledger.name))
    for (const { requestId } of ended)
      expect(done.filter(line => line.includes(requestId)).map(line => line.split(' ')[0])).toEqual(['RETENTION_OVER', 'confirmed'])
    const given = await commandsGiven()
    for (const { requestId } of ended)
      expect(given.filter(({ subject }) => subject === requestId).map(({ type }) => type.split('.').at(-1))).toEqual([
        'RecordDestruction',
        'ConfirmDestruction',
      ])
  })

  test('one that fails leaves none under way: the batch is tried again once all have ended', async () => {
    const { words, done } = keysInAStoreThatWritesAnew()
    const [first, ...others] = histories() as [History, ...History[]]
    const away = new StoreUnavailableError('away')
    const destroy: typeof words.destroy = async (requestId, because) => {
      if (requestId === first.requestId) throw away
      return words.destroy(requestId, because)
    }
    const owner = await own({ ...words, destroy })
    await write([first, ...others].flatMap(({ facts }) => facts))
    await expect(owner.onBatch(await recordsIn(topics.ledger.name))).rejects.toThrow('away')
    expect(done).toHaveLength(others.length)
    expect(await commandsGiven()).toHaveLength(others.length)
  })
})

describe('dispatch that has lost its record of what it did', () => {
  test('destroys what was to be destroyed by then, and sends nothing else', async () => {
    const { done, words } = keysThatAre()
    const history = endedAndOver()
    await write(history.facts)
    await own(words)
    expect(done).toEqual([`RETENTION_OVER ${history.requestId} after 0 notices`])
    expect((await commandsGiven()).map(({ type, causationid }) => [type, causationid])).toEqual([
      ['holdfast.command.v1.RecordDestruction', history.facts.at(-1)?.id],
    ])
  })

  test('destroys nothing twice that is on record, and confirms that', async () => {
    const { done, words } = keysThatAre()
    const history = endedAndOver()
    recorded(history)
    await write(history.facts)
    await own(words)
    expect(done).toEqual([`confirmed ${history.requestId}`])
    expect((await commandsGiven()).map(({ type }) => type)).toEqual(['holdfast.command.v1.ConfirmDestruction'])
  })

  test('does nothing about what is confirmed', async () => {
    const { done, words } = keysThatAre()
    const history = endedAndOver()
    recorded(history)
    history.give('ConfirmDestruction', { confirmedAt: retention.dueAt }, { actor: 'holdfast/dispatch/keys', at: retention.dueAt })
    await write(history.facts)
    await own(words)
    expect(done).toEqual([])
    expect(await commandsGiven()).toEqual([])
  })

  test('has not settled it while the key store is away, and does once it is back', async () => {
    const away = new StoreUnavailableError('away')
    const history = endedAndOver()
    await write(history.facts)
    await expect(own(keysThatAre(away).words)).rejects.toThrow('away')
    const { done, words } = keysThatAre()
    await own(words)
    expect(done).toEqual([`RETENTION_OVER ${history.requestId} after 0 notices`])
  })
})

test('a command that is refused once its words are gone is told without them', async () => {
  const owner = await own(keysThatAre().words)
  const history = endedAndOver()
  const { refused } = history.refuse('ProvideInformation', { note: 'The marmaladefox' }, { actor: 'SG/officer/late' })
  await world.write([...history.facts, refused])
  const gone = { key: '5b5f5a0e-95a1-4c8c-9e38-6d0a4e0b0c11', box: 'AAAA', digest: '0'.repeat(64), destroyedAt: retention.dueAt }
  const records = (await recordsIn(topics.ledger.name)).map(record => {
    const event = JSON.parse(record.value) as RefusedCommand
    return event.id === refused.id ? { ...record, event: { ...event, data: { ...event.data, data: { sealed: gone } } } } : record
  })
  await owner.onBatch(records)
  const told = (await recordsIn(notificationsTopic('SG').name)).map(({ value }) => JSON.parse(value) as Notification)
  const notice = told.find(({ causationid }) => causationid === refused.id)
  expect(notice?.data).toMatchObject({ kind: 'progress', fact: 'CommandRefused', data: { command: 'ProvideInformation', data: {} } })
  expect(await recordsIn(topics.parked.name)).toEqual([])
})

test('a repeat after the words are gone parks nothing: what they were needed for is out', async () => {
  const owner = await own(keysThatAre().words)
  await write(endedAndOver().facts)
  const gone = (await recordsIn(topics.ledger.name)).map(record => {
    const fact = JSON.parse(record.value) as Fact
    const sealed = { key: '5b5f5a0e-95a1-4c8c-9e38-6d0a4e0b0c11', box: 'AAAA', digest: '0'.repeat(64), destroyedAt: retention.dueAt }
    return fact.type.endsWith('RequestWithdrawn') ? { ...record, event: { ...fact, data: { ...fact.data, sealed } } } : record
  })
  await owner.onBatch(gone)
  expect(await recordsIn(topics.parked.name)).toEqual([])
  expect(await commandsGiven()).toHaveLength(1)
})
