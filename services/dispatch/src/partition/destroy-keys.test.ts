import { setTimeout as pause } from 'node:timers/promises'
import type { PersonalDataCipher } from '@holdfast/encryption/wrappers'
import { paymentStop } from '@holdfast/payment-stop'
import type { Command, Fact, Notification } from '@holdfast/payment-stop/language'
import { type DestructionCause, notificationsTopic, type RefusedCommand, topics } from '@holdfast/schemas'
import { StoreUnavailableError } from '@holdfast/stores'
import { buildRequest } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type History, usd, verified } from '../../test/history.ts'
import { openPartitionWorld, type PartitionWorld } from '../../test/partition-world.ts'
import { destroyKeys } from './destroy-keys.ts'

// V30 in dispatch: once the ledger orders an erasure, the data keys are destroyed after all earlier messages are sent,
// and the destruction is recorded.

const document = buildRequest({ payment: { amount: usd('1000.00') } })
const retention = { kind: 'retention', dueAt: '2026-07-23T02:25:00.000Z' } as const

let world: PartitionWorld
beforeEach(async () => {
  world = await openPartitionWorld()
})
afterEach(() => world.close())

/** Keys that record for each request how many notifications its country had received when they were destroyed. */
function recordingKeys(away?: Error) {
  const done: string[] = []
  const tombstone = { keys: [{}, {}], intendedAt: '2026-07-23T02:25:01.000Z', destroyedAt: '2026-07-23T02:25:02.000Z' }
  const cipher = {
    async destroy(requestId: string, because: DestructionCause) {
      if (away) throw away
      done.push(`${because} ${requestId} after ${(await recordsIn(notificationsTopic('SG').name)).length} notifications`)
      return { ...tombstone, requestId, because }
    },
    async confirmDestroyed(requestId: string) {
      done.push(`confirmed ${requestId}`)
      return { ...tombstone, requestId, confirmedAt: '2026-07-23T02:25:03.000Z' }
    },
  }
  return { done, cipher: cipher as unknown as PersonalDataCipher }
}

const own = (cipher: PersonalDataCipher) => world.own({ cipher })
const write = (facts: readonly Fact[]) => world.write(facts)
const recordsIn = (topic: string) => world.recordsIn(topic)
const commandsSent = async () => (await recordsIn(topics.commands.name)).map(({ value }) => JSON.parse(value) as Command)

async function workOff(cipher: PersonalDataCipher, { facts }: History): Promise<void> {
  const owner = await own(cipher)
  await write(facts)
  await owner.onBatch(await recordsIn(topics.ledger.name))
}

function endedAndOver(args = document): History {
  const history = verified(args)
  history.give('Withdraw', { reason: 'The victim was paid back' })
  const { dueAt } = history.state().summary.resultingState.deadlines.find(({ kind }) => kind === 'retention') ?? retention
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
  test('after the retention period, and a repeat makes the same command for the same fact', async () => {
    const { done, cipher } = recordingKeys()
    const history = endedAndOver()
    const { streams } = world.drivers
    await workOff(cipher, history)
    expect(done).toEqual([
      `RETENTION_OVER ${history.requestId} after ${(await recordsIn(notificationsTopic('SG').name)).length} notifications`,
    ])
    expect(await recordsIn(notificationsTopic('SG').name)).not.toEqual([])
    const [command, ...more] = await commandsSent()
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
    if (!last) throw new Error('the history has no fact')
    expect(JSON.parse((await destroyKeys({ workflow: paymentStop, streams, cipher }, 0, last))?.value ?? '')).toEqual(command)
  })

  test('and confirmed once that is recorded', async () => {
    const { done, cipher } = recordingKeys()
    const history = endedAndOver()
    recorded(history)
    await workOff(cipher, history)
    expect(done.at(-1)).toBe(`confirmed ${history.requestId}`)
    expect((await commandsSent()).at(-1)).toMatchObject({
      type: 'holdfast.command.v1.ConfirmDestruction',
      causationid: history.facts.at(-1)?.id,
      data: { confirmedAt: '2026-07-23T02:25:03.000Z' },
    })
  })

  test('later if the key store is unreachable, and no command is sent before', async () => {
    const away = new StoreUnavailableError('away')
    const owner = await own(recordingKeys(away).cipher)
    const history = endedAndOver()
    await write(history.facts)
    await expect(owner.onBatch(await recordsIn(topics.ledger.name))).rejects.toThrow('away')
    expect(await commandsSent()).toEqual([])
    expect(await recordsIn(topics.parked.name)).toEqual([])
  })
})

describe('with many requests in one batch', () => {
  /** A key store that rewrites its files for all requests that wait when it starts, as Redis does. */
  function keysInRewritingStore() {
    let times = 0
    let next: Promise<void> | undefined
    let running = Promise.resolve()
    const { done, cipher } = recordingKeys()
    const rewrite = (): Promise<void> => {
      next ??= running.then(async () => {
        next = undefined
        times += 1
        await pause(20)
      })
      running = next
      return next
    }
    const destroy: typeof cipher.destroy = async (...args) => {
      const tombstone = await cipher.destroy(...args)
      await rewrite()
      return tombstone
    }
    return { done, cipher: { ...cipher, destroy }, times: () => times }
  }
  const histories = () => Array.from({ length: 10 }, (_, nth) => endedAndOver({ ...document, caseReference: `CASE-${nth}` }))

  test('the keys are destroyed together, so the store rewrites its files twice at most', async () => {
    const { cipher, times } = keysInRewritingStore()
    const ended = histories()
    const owner = await own(cipher)
    await write(ended.flatMap(({ facts }) => facts))
    await owner.onBatch(await recordsIn(topics.ledger.name))
    expect((await commandsSent()).map(({ subject }) => subject).sort()).toEqual(ended.map(({ requestId }) => requestId).sort())
    expect(times()).toBeLessThanOrEqual(2)
  })

  test('each is destroyed and confirmed in the order of its own facts', async () => {
    const { cipher, done } = keysInRewritingStore()
    const ended = histories()
    for (const history of ended) recorded(history)
    const owner = await own(cipher)
    await write(ended.flatMap(({ facts }) => facts))
    await owner.onBatch(await recordsIn(topics.ledger.name))
    for (const { requestId } of ended)
      expect(done.filter(line => line.includes(requestId)).map(line => line.split(' ')[0])).toEqual(['RETENTION_OVER', 'confirmed'])
    const commands = await commandsSent()
    for (const { requestId } of ended)
      expect(commands.filter(({ subject }) => subject === requestId).map(({ type }) => type.split('.').at(-1))).toEqual([
        'RecordDestruction',
        'ConfirmDestruction',
      ])
  })

  test('a failure leaves none running, and the batch is retried once all have ended', async () => {
    const { cipher, done } = keysInRewritingStore()
    const [first, ...others] = histories() as [History, ...History[]]
    const away = new StoreUnavailableError('away')
    const destroy: typeof cipher.destroy = async (requestId, because) => {
      if (requestId === first.requestId) throw away
      return cipher.destroy(requestId, because)
    }
    const owner = await own({ ...cipher, destroy })
    await write([first, ...others].flatMap(({ facts }) => facts))
    await expect(owner.onBatch(await recordsIn(topics.ledger.name))).rejects.toThrow('away')
    expect(done).toHaveLength(others.length)
    expect(await commandsSent()).toHaveLength(others.length)
  })
})

describe('dispatch that has lost its dispatch record', () => {
  test('destroys the keys that are due, and sends no messages', async () => {
    const { done, cipher } = recordingKeys()
    const history = endedAndOver()
    await write(history.facts)
    await own(cipher)
    expect(done).toEqual([`RETENTION_OVER ${history.requestId} after 0 notifications`])
    expect((await commandsSent()).map(({ type, causationid }) => [type, causationid])).toEqual([
      ['holdfast.command.v1.RecordDestruction', history.facts.at(-1)?.id],
    ])
  })

  test('does not repeat a recorded destruction, and confirms it', async () => {
    const { done, cipher } = recordingKeys()
    const history = endedAndOver()
    recorded(history)
    await write(history.facts)
    await own(cipher)
    expect(done).toEqual([`confirmed ${history.requestId}`])
    expect((await commandsSent()).map(({ type }) => type)).toEqual(['holdfast.command.v1.ConfirmDestruction'])
  })

  test('does not repeat a confirmed destruction', async () => {
    const { done, cipher } = recordingKeys()
    const history = endedAndOver()
    recorded(history)
    history.give('ConfirmDestruction', { confirmedAt: retention.dueAt }, { actor: 'holdfast/dispatch/keys', at: retention.dueAt })
    await write(history.facts)
    await own(cipher)
    expect(done).toEqual([])
    expect(await commandsSent()).toEqual([])
  })

  test('finishes only once the key store is reachable', async () => {
    const away = new StoreUnavailableError('away')
    const history = endedAndOver()
    await write(history.facts)
    await expect(own(recordingKeys(away).cipher)).rejects.toThrow('away')
    const { done, cipher } = recordingKeys()
    await own(cipher)
    expect(done).toEqual([`RETENTION_OVER ${history.requestId} after 0 notifications`])
  })
})

test('the notification of a command that is refused after the erasure is redacted', async () => {
  const owner = await own(recordingKeys().cipher)
  const history = endedAndOver()
  const { refused } = history.refuse('ProvideInformation', { note: 'The marmaladefox' }, { actor: 'SG/officer/late' })
  await world.write([...history.facts, refused])
  const erased = { key: '5b5f5a0e-95a1-4c8c-9e38-6d0a4e0b0c11', ciphertext: 'AAAA', digest: '0'.repeat(64), destroyedAt: retention.dueAt }
  const records = (await recordsIn(topics.ledger.name)).map(record => {
    const event = JSON.parse(record.value) as RefusedCommand
    return event.id === refused.id ? { ...record, event: { ...event, data: { ...event.data, data: { encrypted: erased } } } } : record
  })
  await owner.onBatch(records)
  const notifications = (await recordsIn(notificationsTopic('SG').name)).map(({ value }) => JSON.parse(value) as Notification)
  const notification = notifications.find(({ causationid }) => causationid === refused.id)
  expect(notification?.data).toMatchObject({ kind: 'progress', fact: 'CommandRefused', data: { command: 'ProvideInformation', data: {} } })
  expect(await recordsIn(topics.parked.name)).toEqual([])
})

test('a repeat after the erasure parks no request, because all messages were sent before', async () => {
  const owner = await own(recordingKeys().cipher)
  await write(endedAndOver().facts)
  const erased = (await recordsIn(topics.ledger.name)).map(record => {
    const fact = JSON.parse(record.value) as Fact
    const encrypted = {
      key: '5b5f5a0e-95a1-4c8c-9e38-6d0a4e0b0c11',
      ciphertext: 'AAAA',
      digest: '0'.repeat(64),
      destroyedAt: retention.dueAt,
    }
    return fact.type.endsWith('RequestWithdrawn') ? { ...record, event: { ...fact, data: { ...fact.data, encrypted } } } : record
  })
  await owner.onBatch(erased)
  expect(await recordsIn(topics.parked.name)).toEqual([])
  expect(await commandsSent()).toHaveLength(1)
})
