import type { PaymentStopTypes } from '@holdfast/payment-stop/language'
import { factKindOf, isFact, type Notification } from '@holdfast/payment-stop/language'
import { notificationsTopic, ordersTopic, type RequestWithHistory, topics } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { createChainVerifier } from '@holdfast/trust'
import { afterEach, describe, expect, test } from 'vitest'
import { type BankAndEngine, startBankAndEngine } from '../src/bank-process.ts'
import { clientsOf, eventsIn, eventually, type Person, reaches, submit, together } from '../src/engine.ts'

const requester: Person = ['SG', 'system', 'ncb']
const judges = [
  ['TL', 'authority', 'a.judge'],
  ['TL', 'authority', 'b.judge'],
] as const
const usd = (value: string) => ({ currency: 'USD', value })
const court = { instrument: 'COURT_ORDER', authority: 'District Court', reference: 'C-1', date: '2024-07-26' } as const

let bank: BankAndEngine | undefined
afterEach(async () => {
  await bank?.stop()
  bank = undefined
})

async function open(...options: string[]): Promise<BankAndEngine> {
  bank = await startBankAndEngine(...options)
  return bank
}
const send = (engine: BankAndEngine['engine'], value: string) =>
  submit(engine, requester, buildRequestNumber(1, { payment: { amount: usd(value) } }), 'key-1')
const confirm = (engine: BankAndEngine['engine'], requestId: string) => together(engine, judges, requestId, 'ConfirmFreeze', court)

/** The formats of the bank's answers, oldest first. */
const writtenAs = (lines: readonly string[]) => lines.flatMap(line => /^-> .*\((camt\.029|pacs\.004|JSON)/.exec(line)?.[1] ?? [])
const reasons = (refusals: RequestWithHistory<PaymentStopTypes>['refusals']) => refusals.map(({ data }) => `${data.command} ${data.code}`)

describe('a bank’s whole part in a request, by webhook and in ISO 20022 messages', () => {
  test('a prompt bank freezes everything and returns it after a court has confirmed the hold', async () => {
    const { engine, lines, says } = await open('--pace', '0')
    const requestId = await send(engine, '42300000.00')
    await says(`<- ${requestId} freeze USD 42300000.00 (camt.056)`)
    const held = await reaches(engine, requestId, 'frozen.coverage.full')
    expect(held.request.amounts).toMatchObject({ frozen: usd('42300000.00'), recovered: usd('0.00') })
    // The bank does not return money on its own: its output names the authority that has to act.
    await says(`npx holdfast act ${requestId} ConfirmFreeze`)
    await confirm(engine, requestId)
    const { request, history } = await reaches(engine, requestId, 'recovered')
    expect(request.amounts).toMatchObject({ frozen: usd('42300000.00'), recovered: usd('42300000.00'), charges: usd('0.00') })
    expect(history.map(factKindOf)).toEqual([
      'RequestOpened',
      'RequestVerified',
      'InterimReported',
      'FreezeReported',
      'ActionProposed',
      'FreezeConfirmed',
      'ActionProposed',
      'ReturnInitiated',
      'ReturnReported',
    ])
    // The engine can record the return before the bank, another process, prints that it was accepted.
    await says('(pacs.004')
    expect(writtenAs(lines())).toEqual(['camt.029', 'JSON', 'camt.029', 'camt.029', 'pacs.004'])
  })

  test('a bank freezes and returns the fifth it finds; an onward request follows the rest after the requester agrees', async () => {
    const { engine, says } = await open('--pace', '0', '--profile', 'partial', '--onward', 'AE')
    const requestId = await send(engine, '2234578.88')
    await says('moved on to AE')
    const held = await reaches(engine, requestId, 'frozen.coverage.partial')
    expect(held.request.amounts).toMatchObject({ requested: usd('2234578.88'), frozen: usd('446915.78') })
    await confirm(engine, requestId)
    const { request } = await reaches(engine, requestId, 'recovered')
    expect(request.amounts).toMatchObject({ frozen: usd('446915.78'), recovered: usd('446915.78'), movedOnward: usd('1787663.10') })
    const { desk } = clientsOf(engine, ['SG', 'officer'])
    const agreed = await desk.act(requestId, 'FollowOnward', { report: request.movedOnward[0]?.report }, { idempotencyKey: 'follow' })
    const child = (agreed.ok && agreed.value.view?.movedOnward[0]?.childRequestId) || ''
    const followed = await reaches(engine, child, 'verified')
    expect(followed.request).toMatchObject({
      beneficiaryCountry: 'AE',
      amounts: { requested: usd('1787663.10') },
      parent: { requestId, hop: 1 },
    })
    // An officer has to ask which fifth the bank means; the notification says so.
    const notifications = await eventsIn<Notification>(engine.streams, notificationsTopic('TL'))
    expect(notifications.map(({ data }) => data).filter(({ kind }) => kind === 'answer')).toMatchObject([
      { code: 'IN_PART' },
      { code: 'IN_PART' },
    ])
  })

  test('a bank corrects an excessive report with a reason, which the requester reads, and freezes the actual amount', async () => {
    const { engine, says } = await open('--pace', '0', '--profile', 'mistaken')
    const requestId = await send(engine, '1000.00')
    await says('takes back that it said frozen')
    await says(`npx holdfast act ${requestId}`)
    await confirm(engine, requestId)
    const { request, history } = await reaches(engine, requestId, 'recovered')
    expect(request.amounts).toMatchObject({
      requested: usd('1000.00'),
      frozen: usd('600.00'),
      recovered: usd('600.00'),
      released: usd('0.00'),
    })
    const correction = {
      corrects: 'frozen',
      report: 4,
      amount: usd('1000.00'),
      reason: 'The hold was reported before the balance was known',
    }
    expect(history.flatMap(fact => (isFact(fact, 'AnswerCorrected') ? [fact.data] : []))).toMatchObject([correction])
    const notifications = await eventsIn<Notification>(engine.streams, notificationsTopic('SG'))
    expect(notifications.map(({ data }) => data)).toContainEqual(
      expect.objectContaining({ fact: 'AnswerCorrected', data: expect.objectContaining(correction) }),
    )
  })

  test('a slow bank that answers in JSON freezes and returns in parts', async () => {
    const { engine, says } = await open('--pace', '0', '--profile', 'slow', '--format', 'json')
    const requestId = await send(engine, '1000.01')
    await says(`<- ${requestId} freeze USD 1000.01 (JSON)`)
    await says(`npx holdfast act ${requestId}`)
    await confirm(engine, requestId)
    const { request, history } = await reaches(engine, requestId, 'recovered')
    expect(request.amounts).toMatchObject({ frozen: usd('1000.01'), recovered: usd('1000.01') })
    const parts = history.flatMap(fact =>
      isFact(fact, 'FreezeReported') || isFact(fact, 'ReturnReported') ? [fact.data.amount.value] : [],
    )
    expect(parts).toEqual(['600.01', '400.00', '600.01', '400.00'])
  })

  test('a silent bank has its order, and the request waits', async () => {
    const { engine, says } = await open('--profile', 'silent')
    const requestId = await send(engine, '1000.00')
    await says('keeps silent')
    const delivered = await eventually(
      async () =>
        (await eventsIn<{ data: { kind: string } }>(engine.streams, topics.deliveries)).find(({ data }) => data.kind === 'delivered'),
      'the delivery',
    )
    expect(delivered.data).toMatchObject({ requestId, channel: 'webhook' })
    expect((await reaches(engine, requestId, 'verified.ordering')).request.amounts).toMatchObject({ frozen: usd('0.00') })
  })
})

describe('a hostile bank', () => {
  test('changes no amount, duplicates nothing, and all its answers are recorded', async () => {
    const { engine, says, lines } = await open('--profile', 'hostile')
    const requestId = await send(engine, '1000.00')
    await says('has done its worst')
    const { desk } = clientsOf(engine, ['TL', 'officer'])
    const settled = async (command: string) =>
      eventually(async () => {
        const shown = await desk.show(requestId)
        return shown.ok && shown.value.refusals.some(({ data }) => data.command === command) ? shown.value : undefined
      }, `a refused ${command}`)
    await settled('ReportMovedOnward')
    const { request, history, refusals } = await eventually(async () => {
      const shown = await desk.show(requestId)
      return shown.ok && reasons(shown.value.refusals).filter(reason => reason.startsWith('ReportReturn')).length === 2
        ? shown.value
        : undefined
    }, 'the last refusal')

    // 60 % is frozen: reported five times at once, and counted once.
    expect(request.amounts).toEqual({
      requested: usd('1000.00'),
      frozen: usd('600.00'),
      recovered: usd('0.00'),
      charges: usd('0.00'),
      movedOnward: usd('0.00'),
      released: usd('0.00'),
    })
    const kinds = history.map(factKindOf)
    expect(kinds.filter(kind => kind === 'FreezeReported')).toHaveLength(1)
    expect(kinds.filter(kind => kind === 'InterimReported')).toHaveLength(2)
    // One person's proposals have approved nothing.
    expect(kinds.filter(kind => kind === 'ReturnInitiated')).toEqual([])
    expect(request.proposals).toMatchObject([{ command: 'InitiateReturn' }])
    expect(reasons(refusals)).toEqual([
      'ReportFreeze AMOUNT_EXCEEDED',
      'ReportFreeze CURRENCY_MISMATCH',
      'ReportNotFound WRONG_STATE',
      'ReportReturn WRONG_STATE',
      'InitiateReturn SAME_PERSON',
      'ReportMovedOnward AMOUNT_EXCEEDED',
      'ReportReturn WRONG_STATE',
    ])

    // The body is refused unread: the engine can close the connection while the bank still sends.
    expect(lines().find(line => line.includes('sends ten megabytes'))).toMatch(/413 TOO_LARGE|connection was closed/)
    // Unreadable messages were answered at once.
    expect(
      lines()
        .filter(line => / (422|400|401|404)/.test(line))
        .map(line => line.replace(/^-> \w+ (.*?): (\d+).*$/, '$2 $1')),
    ).toEqual([
      '422 sends an entity bomb',
      '422 reads a file of the engine',
      '422 sends XML a thousand deep',
      '400 sends half a document',
      '404 answers an unknown order',
      '404 answers for an unknown request',
      '404 names a case of its own',
      '401 signs with an unknown key',
      '401 signs not at all',
      '401 says something else by the same token',
    ])
    // An answer that matches no order was refused at once and left no record.
    expect(await eventsIn(engine.streams, topics.deadLetters)).toEqual([])
    const notifications = await eventsIn<Notification>(engine.streams, notificationsTopic('TL'))
    expect(notifications.filter(({ data }) => data.kind === 'answer')).toEqual([])
  })

  test('after the end its answer alerts both countries and freezes nothing', async () => {
    const { engine, says } = await open('--profile', 'hostile')
    const requestId = await send(engine, '1000.00')
    await says('has done its worst')
    await together(engine, judges, requestId, 'Release', { reason: 'COURT_ORDER' })
    await says('reports money after the end: 202')
    const alerts = await eventually(async () => {
      const found = await Promise.all(['SG', 'TL'].map(async country => clientsOf(engine, [country, 'officer']).desk.alerts()))
      const late = found.map(page => page.ok && page.value.alerts.some(({ message }) => message.includes('after the request had ended')))
      return late.every(Boolean) ? found : undefined
    }, 'alerts in both countries')
    expect(alerts).toHaveLength(2)
    const shown = await clientsOf(engine, ['SG', 'officer']).desk.show(requestId)
    if (!shown.ok) throw new Error('not shown')
    expect(shown.value.request).toMatchObject({ phase: 'closed', amounts: { frozen: usd('0.00'), released: usd('600.00') } })
    expect(shown.value.refusals.at(-1)).toMatchObject({ data: { command: 'ReportFreeze', late: true } })
    const verifier = createChainVerifier()
    for (const [index, fact] of shown.value.history.entries()) verifier.add(fact, index + 1)
    expect(verifier.finish().problems).toEqual([])
    // One order to freeze and one to release: no order was duplicated.
    const orders = await eventsIn<{ data: { kind: string } }>(engine.streams, ordersTopic('TL'))
    expect(orders.map(({ data }) => data.kind)).toEqual(['freeze', 'release'])
  })
})
