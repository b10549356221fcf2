import { accountNumberOf, type Command, type LedgerRecord, type Notification, type Order } from '@holdfast/payment-stop/language'
import { recordDispatched } from '@holdfast/request-state'
import type { Drivers } from '@holdfast/runtime'
import { destinationIdOf, deterministicId, notificationsTopic, ordersTopic, topics } from '@holdfast/schemas'
import { type Streams, StreamUnavailableError } from '@holdfast/streams'
import { buildRequest } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { historyOf, usd, verified } from '../../test/history.ts'
import { type Owning, openPartitionWorld, type PartitionWorld } from '../../test/partition-world.ts'
import { orderIdOf } from '../orders/order-of-fact.ts'

const document = buildRequest({ payment: { amount: usd('1000.00') } })
const onward = {
  rail: 'SWIFT',
  uetr: '9d3c2b1a-4b5a-4968-8776-655443322110',
  executedAt: '2024-07-23T08:30:00+08:00',
  creditor: { name: 'Creek Trading LLC', account: { other: '77001' } },
  creditorAgent: { bic: 'CREKAEAD' },
} as const

let world: PartitionWorld
let drivers: Drivers
beforeEach(async () => {
  world = await openPartitionWorld()
  drivers = world.drivers
})
afterEach(() => world.close())

/** Dispatch as the owner of the one partition; with a fresh store, it knows nothing of its predecessor. */
const own = (store = 'dispatch', committed = 0, how: Pick<Owning, 'streams' | 'throwIfLost'> = {}) =>
  world.own({ store, committed, ...how })
const write = (facts: readonly LedgerRecord[]) => world.write(facts)
const recordsIn = (topic: string) => world.recordsIn(topic)
const eventsIn = async <T>(topic: string) => (await recordsIn(topic)).map(({ value }) => JSON.parse(value) as T)
const orders = () => eventsIn<Order>(ordersTopic('TL').name)
const shown = async () => (await orders()).map(({ data }) => `${data.kind} ${data.amount.value} ${data.institution.bic}`)

/** Writes facts and processes each with a new owner, so that only stored data carries over. */
async function workOff(facts: readonly LedgerRecord[]): Promise<void> {
  for (const fact of facts) {
    const offset = await drivers.streams.endOffset(topics.ledger.name, 0)
    const owner = await own('dispatch', offset)
    await write([fact])
    await owner.onBatch((await recordsIn(topics.ledger.name)).slice(-1))
  }
}

test('an owner that may have lost its partition sends nothing', async () => {
  const throwIfLost = () => {
    throw new Error('lost')
  }
  const late = await own('dispatch', 0, { throwIfLost })
  await write(verified(document).facts)
  await expect(late.onBatch(await recordsIn(topics.ledger.name))).rejects.toThrow('lost')
  expect(await orders()).toEqual([])
})

test('an order is not sent twice if its fact was lost from the ledger and written again', async () => {
  const [opened, decided] = verified(document).facts
  if (!opened || !decided) throw new Error('two facts')
  await write([opened])
  const before = await own()
  await before.onBatch(await recordsIn(topics.ledger.name))
  await before.close()
  const id = orderIdOf(decided)
  await drivers.streams.ensureTopics([ordersTopic('TL')])
  await drivers.streams.publish(ordersTopic('TL').name, [{ key: opened.subject, value: JSON.stringify({ id, data: { kind: 'freeze' } }) }])
  const elsewhere: Streams = {
    ...drivers.streams,
    read: async function* () {
      yield []
    },
  }
  await recordDispatched(elsewhere, topics, new Date(), 0, { what: 'dispatched', position: 2 })
  const owner = await own('dispatch', 1)
  // Validation decides again after dispatch has passed these facts.
  await write([decided])
  await owner.onBatch((await recordsIn(topics.ledger.name)).slice(-1))
  expect((await orders()).map(order => order.id)).toEqual([id])
})

test('a fact of an unknown kind stops later messages of the request, but not those of earlier facts in the batch', async () => {
  const history = verified(document)
  const { refused } = history.refuse('Reopen', { reason: 'Again' })
  const last = history.facts.at(-1)
  if (!last) throw new Error('the history has no fact')
  const id = deterministicId('fact', 'of the next version')
  const unknown = { ...last, id, type: 'holdfast.fact.v1.OfTomorrow', sequence: last.sequence + 1, prevhash: last.hash }
  const owner = await own()
  await write([...history.facts, refused, unknown as unknown as LedgerRecord])
  await owner.onBatch(await recordsIn(topics.ledger.name))
  expect(await shown()).toEqual(['freeze 1000.00 KMNSTLDL'])
  const notificationsSent = await eventsIn<Notification>(notificationsTopic('SG').name)
  expect(notificationsSent.map(({ data }) => data.kind === 'progress' && data.fact)).toEqual(['RequestVerified', 'CommandRefused'])
})

describe('the data of an order', () => {
  test('is still known for an order at the end of a request', async () => {
    const history = verified(document, '400.00')
    history.give('Release', { reason: 'COURT_ORDER' })
    await workOff(history.facts)
    expect(await shown()).toEqual(['freeze 1000.00 KMNSTLDL', 'release 400.00 KMNSTLDL'])
    expect((await orders())[1]?.data.payment).toEqual(document.payment)
  })

  test('is read from the ledger when a request is reopened without a new document', async () => {
    const history = verified(document)
    history.give('ReportNotFound', { reason: 'NOOR' })
    history.give('Reopen', { reason: 'The bank has found it' })
    history.give('PassAssessment', { findings: [] })
    history.give('ReportFreeze', { amount: usd('1000.00'), basis: 'FIU_SUSPENSION' })
    history.give('Release', { reason: 'COURT_ORDER' })
    await workOff(history.facts)
    const [first, second, release] = await orders()
    expect([second?.data.kind, release?.data.kind]).toEqual(['freeze', 'release'])
    expect(second?.id).not.toBe(first?.id)
    for (const order of [second, release]) expect(order?.data.payment).toEqual(document.payment)
  })

  test('is of the latest document, wherever it is in the history, and of no other request', async () => {
    const other = verified(buildRequest({ caseReference: 'ANOTHER' }))
    const corrected = { ...document, payment: { ...document.payment, creditorAgent: { bic: 'EXMPTLDL' } } }
    const history = historyOf(document)
    history.give('AskInformation', { question: 'Which bank?' }, { actor: 'holdfast/validation/rules' })
    history.give('ProvideInformation', { request: corrected })
    history.give('PassAssessment', { findings: [] })
    history.give('ReportNotFound', { reason: 'NOOR' })
    history.give('Reopen', { reason: 'The bank has found it' })
    history.give('PassAssessment', { findings: [] })
    const [first, ...rest] = history.facts
    await workOff([...(first ? [first] : []), ...other.facts, ...rest])
    const own = (await orders()).filter(order => order.data.requestId === history.requestId)
    expect(own.map(({ data }) => data.institution.bic)).toEqual(['EXMPTLDL', 'EXMPTLDL'])
  })
})

describe('money that moved onward', () => {
  const commands = () => eventsIn<Command>(topics.commands.name)

  test('leads to a notification and no child before the requester approves', async () => {
    const history = verified(document)
    history.give('ReportMovedOnward', { amount: usd('600.00'), country: 'AE', onward })
    await workOff(history.facts)
    expect(await commands()).toEqual([])
    const notifications = (await eventsIn<Notification>(notificationsTopic('SG').name)).map(({ data }) => data)
    expect(notifications.slice(-2)).toMatchObject([
      { kind: 'progress', fact: 'MovedOnwardReported', data: { proposed: { hop: 1 } } },
      { kind: 'alert', fact: 'MovedOnwardReported', message: expect.stringContaining('USD 600.00 moved onward to AE') },
    ])
    expect(await recordsIn(notificationsTopic('AE').name)).toEqual([])
  })

  test('leads to a child request once the requester approves, and the parent records it', async () => {
    const history = verified(document)
    history.give('ReportMovedOnward', { amount: usd('600.00'), country: 'AE', onward })
    history.give('ReportMovedOnward', { amount: usd('400.00'), country: 'MY', onward: { ...onward, creditorAgent: { bic: 'EXMPMYKL' } } })
    const agreed = history.give('FollowOnward', { report: 3 })
    await workOff(history.facts)
    expect(await commands()).toMatchObject([
      {
        type: 'holdfast.command.v1.OpenRequest',
        causationid: agreed.fact.id,
        data: {
          request: { caseReference: document.caseReference, beneficiaryCountry: 'AE', payment: { ...onward, amount: usd('600.00') } },
        },
      },
    ])
    const [command] = await commands()
    const notifications = await eventsIn<Notification>(notificationsTopic('SG').name)
    expect(notifications.at(-1)?.data).toMatchObject({ fact: 'OnwardFollowed', data: { child: { requestId: command?.subject } } })
  })

  test('leads to a child from the account in the report, even if the request was reopened with another account', async () => {
    const history = verified(document)
    history.give('ReportMovedOnward', { amount: usd('600.00'), country: 'AE', onward })
    history.give('ReportNoFunds', { reason: 'AM04' })
    const corrected = buildRequest({
      payment: { amount: usd('1000.00'), creditor: { name: 'Another', account: { other: '998877' } } },
      handling: { deniedTo: ['VU'] },
    })
    history.give('Reopen', { reason: 'There is a second account', request: corrected })
    history.give('FollowOnward', { report: 3 })
    await workOff(history.facts)
    const [command] = await commands()
    expect(command?.data).toMatchObject({
      request: { payment: { debtor: document.payment.creditor }, handling: { deniedTo: ['VU'] } },
      lineage: [destinationIdOf('TL', accountNumberOf(document.payment.creditor.account))],
    })
  })

  test('leads to a child at once within the limits of the requester’s policy', async () => {
    const eur = (value: string) => ({ currency: 'EUR', value })
    const history = verified(buildRequest({ payment: { amount: eur('1000.00') } }))
    const moved = ['99.99', '100.00', '100.00'].map(value =>
      history.give('ReportMovedOnward', { amount: eur(value), country: 'AE', onward }),
    )
    await workOff(history.facts)
    expect((await commands()).map(({ causationid }) => causationid)).toEqual([moved[1]?.fact.id])
  })

  test('leads to no child if the requester declines or no child is possible', async () => {
    const history = verified(document)
    history.give('ReportMovedOnward', { amount: usd('600.00'), country: 'AE' })
    history.give('ReportMovedOnward', { amount: usd('100.00'), country: 'AE', onward })
    history.give('DeclineOnward', { report: 4, reason: 'The bank has it back' })
    await workOff(history.facts)
    expect(await commands()).toEqual([])
  })
})

test('the successor of an owner that crashed after sending repeats no message but the command, which the ledger drops', async () => {
  const history = verified(document)
  history.give('ReportMovedOnward', { amount: usd('1000.00'), country: 'AE', onward })
  history.give('FollowOnward', { report: 3 })
  const unsaving: Streams = {
    ...drivers.streams,
    append: (topic, ...rest) =>
      topic === topics.dispatched.name
        ? Promise.reject(new StreamUnavailableError('the process crashed before'))
        : drivers.streams.append(topic, ...rest),
  }
  const first = await own('dispatch', 0, { streams: unsaving })
  await write(history.facts)
  const facts = await recordsIn(topics.ledger.name)
  await first.onBatch(facts)
  const sent = [await orders(), await eventsIn(notificationsTopic('SG').name)]

  const successor = await own('the store of one that never saved')
  await successor.onBatch(facts)
  expect([await orders(), await eventsIn(notificationsTopic('SG').name)]).toEqual(sent)
  const commands = await eventsIn<Command>(topics.commands.name)
  expect(commands).toHaveLength(2)
  expect(commands[1]).toEqual(commands[0])
})

test('each country has its notifications in its own topic', async () => {
  const history = verified(document)
  history.give('Withdraw', { reason: 'Paid back' })
  const { refused } = history.refuse('ReportFreeze', { amount: usd('1.00'), basis: 'VOLUNTARY' })
  await workOff([...history.facts, refused])
  const notificationsSent = async (country: string) =>
    (await eventsIn<Notification>(notificationsTopic(country).name)).map(({ data }) => data.kind)
  expect(await notificationsSent('SG')).toEqual(['progress', 'progress', 'outcome', 'alert'])
  expect(await notificationsSent('TL')).toEqual(['alert'])
})

test('a flood of refused commands makes one notification for each recorded refusal, and no orders', async () => {
  const history = verified(document)
  const refused = Array.from({ length: 20 }, () => history.refuse('Reopen', { reason: 'Again' }).refused)
  await workOff([...history.facts, ...refused, ...refused])
  const notificationsSent = await eventsIn<Notification>(notificationsTopic('SG').name)
  expect(notificationsSent.filter(({ data }) => data.kind === 'progress' && data.fact === 'CommandRefused')).toHaveLength(20)
  expect(new Set(notificationsSent.map(({ id }) => id)).size).toBe(notificationsSent.length)
  expect(await shown()).toHaveLength(1)
})
