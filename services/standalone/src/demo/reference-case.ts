import type { Client } from '@holdfast/client'
import type { PaymentStopTypes, PaymentStopView } from '@holdfast/payment-stop/language'
import { type CommandBody, type DeadlineKind, isFact } from '@holdfast/payment-stop/language'
import { addMinor, minorOf } from '@holdfast/payment-stop/lifecycle'
import { namesOfPseudonyms } from '@holdfast/schemas'
import { forgedInvoice } from './documents.ts'
import { approve, propose } from './dual-approval.ts'
import { handleOf } from './handles.ts'
import { type ArrivedOrder, advanceTo, expectView, money, prove, requestFreeze, type Stage } from './stage.ts'

const usd = (value: string) => money('USD', value)
const frozen = (mandate: 'provisional' | 'confirmed', recovery: 'idle' | 'returning' | 'partlyReturned') => [
  'frozen.coverage.partial',
  `frozen.mandate.${mandate}`,
  `frozen.recovery.${recovery}`,
]

/**
 * 15 to 25 July 2024: from the forged e-mail to the first hold. Source of days and amounts: INTERPOL, 6 August 2024.
 */
export async function playReferenceCase(stage: Stage, singapore: Client<PaymentStopTypes>): Promise<ArrivedOrder> {
  const { screen, check, desk } = stage
  await screen.heading('1  Singapore → Timor-Leste: the case of July 2024')
  await screen.say('15 July: an e-mail in a supplier’s name, with one letter changed in its address, names a new bank account.')
  await screen.say('19 July: USD 42.3 million are paid into it. 23 July: the real supplier asks for its money.')
  await screen.say('The victim goes to the police, who send a request to Timor-Leste the same morning. It is day four.')

  const { verified, ...arrived } = await requestFreeze(stage, singapore, forgedInvoice, '2024-07-23T10:40:00+08:00')
  const { requestId, order, institution } = arrived
  const findings = isFact(verified.fact, 'RequestVerified') ? verified.fact.data.findings : []
  await prove(stage, 'Past 72 hours: flagged LATE by rule V09, and accepted all the same', findings.map(summaryOf), ['V09 flag LATE'])

  await screen.say('A day passes without a hold. The engine sends a reminder at its deadline (not on public record).')
  await advanceTo(stage, '2024-07-24T10:30:00+08:00')
  const escalated = await desk.until(requestId, 'DeadlineReached')
  const chase = await institution.order(requestId, 'chase')
  await prove(
    stage,
    `Escalated after 24 hours, on the minute: ${chase.data.institution.name} gets a reminder`,
    chase.causationid,
    escalated.fact.id,
  )
  check.expect('the next deadline, at 48 hours', deadlinesIn(escalated.view), ['executeHard 2024-07-25T02:25:00.000Z'])

  await screen.say('25 July: most of it is found and frozen. Days and amounts up to here were published by INTERPOL.')
  await advanceTo(stage, '2024-07-25T09:30:00+08:00')
  await institution.answer(order, { kind: 'frozen', details: { amount: usd('39000000.00'), basis: 'FIU_SUSPENSION', reference: 'HOLD-1' } })
  const held = await desk.until(requestId, 'FreezeReported')
  expectView(stage, held.view, { states: frozen('provisional', 'idle'), frozen: usd('39000000.00') })
  check.expect('the hold of 39 million has the end and the warnings of the country’s profile', deadlinesIn(held.view), [
    'holdWarning 2024-07-28T13:30:00.000Z',
    'holdWarning 2024-07-31T01:30:00.000Z',
    'holdWarning 2024-07-31T21:30:00.000Z',
    'holdExpiry 2024-08-01T01:30:00.000Z',
  ])
  return arrived
}

const summaryOf = ({ rule, severity, message }: { rule: string; severity: string; message: string }) =>
  `${rule} ${severity} ${message.split(':')[0]}`

const deadlinesIn = ({ deadlines }: PaymentStopView) => deadlines.map(({ kind, dueAt }) => `${kind} ${dueAt}`)

const prosecutorsOrder: CommandBody<'ConfirmFreeze'> = {
  instrument: 'PROSECUTOR_ORDER',
  authority: 'prosecutor’s office in Dili',
  reference: 'MP-2024-0731',
  date: '2024-07-31',
}

/** 30 and 31 July: more money is found, and two prosecutors confirm the hold. An invented continuation. */
export async function playConfirmed(stage: Stage, { requestId, order, institution }: ArrivedOrder): Promise<void> {
  const { screen, desk } = stage
  const freeze = (value: string) =>
    institution.answer(order, { kind: 'frozen', details: { amount: usd(value), basis: 'FIU_SUSPENSION', reference: 'HOLD-2' } })
  await screen.heading('7  The first case continues: more is found, and two prosecutors confirm the hold')
  await screen.say('On public record: “more than 2 million” more. The figure of 2.1 million and all that follows are invented.')

  await advanceTo(stage, '2024-07-30T17:05:00+08:00')
  await freeze('21000000.00')
  const typo = await (await stage.engine.systemOf('TL')).refusalOf(requestId)
  const standing = await stage.engine.as('TL', 'officer').show(requestId)
  if (!standing.ok) throw new Error(`${requestId} cannot be read:  ${standing.error.detail}`)
  expectView(stage, standing.value.request, { states: frozen('provisional', 'idle'), frozen: usd('39000000.00') })
  const { code } = (typo.data as { data: { code: string } }).data
  await prove(stage, 'A zero too many at the bank: refused, its country is notified, and no amount has changed', code, 'AMOUNT_EXCEEDED')

  await advanceTo(stage, '2024-07-30T17:20:00+08:00')
  await freeze('2100000.00')
  const more = await desk.until(requestId, 'FreezeReported', 2)
  expectView(stage, more.view, { states: frozen('provisional', 'idle'), frozen: usd('41100000.00') })

  await screen.say('A prosecutor proposes to confirm the hold. One proposal is recorded and has no effect by itself.')
  const confirm = { country: 'TL', role: 'authority', requestId, command: 'ConfirmFreeze', data: prosecutorsOrder } as const
  await advanceTo(stage, '2024-07-31T09:00:00+09:00')
  const proposed = await propose(stage, confirm)
  expectView(stage, proposed.view, { states: frozen('provisional', 'idle'), frozen: usd('41100000.00') })
  await screen.say('Both countries are warned that a day is left. Then a second prosecutor approves.')
  await advanceTo(stage, '2024-07-31T11:00:00+09:00')
  await approve(stage, confirm)
  const confirmed = await desk.until(requestId, 'FreezeConfirmed')
  expectView(stage, confirmed.view, { states: frozen('confirmed', 'idle') })
  const proposedBy = isFact(confirmed.fact, 'FreezeConfirmed')
    ? namesOfPseudonyms([proposed.fact])(confirmed.fact.data.proposedBy)
    : undefined
  await prove(
    stage,
    'The fact names both prosecutors',
    [proposedBy, confirmed.fact.actor],
    (['first', 'second'] as const).map(nth => `TL/authority/${handleOf('authority', nth)}`),
  )
  await prove(stage, 'The hold no longer expires: the only deadline is a review in half a year', deadlinesIn(confirmed.view), [
    'confirmedHoldReview 2025-01-27T02:00:00.000Z',
  ])
}

/** 12 to 22 August: the money is returned. */
export async function playReturn(stage: Stage, { requestId, order, institution }: ArrivedOrder): Promise<void> {
  const { screen, desk } = stage
  await screen.heading('10  The first case ends: the money is returned')
  await advanceTo(stage, '2024-08-12T15:00:00+08:00')
  const byOrder = { kind: 'returnInitiated', details: { basis: 'ORDER', reference: 'ORD-0812' } } as const
  await institution.answer(order, byOrder)
  await desk.until(requestId, 'ActionProposed', 2)
  await advanceTo(stage, '2024-08-12T15:20:00+08:00')
  await institution.answer(order, { ...byOrder, person: 'second' })
  const returning = await desk.until(requestId, 'ReturnInitiated')
  expectView(stage, returning.view, { states: frozen('confirmed', 'returning') })
  await prove(stage, 'The bank must pay within ten working days of Dili, or it gets a reminder', dueOf(returning.view, 'returnPayment'), [
    '2024-08-26T07:20:00.000Z',
  ])

  await advanceTo(stage, '2024-08-19T09:45:00+08:00')
  await institution.answer(order, { kind: 'returned', details: { amount: usd('30000000.00'), reference: 'RTN-1' } })
  const partly = await desk.until(requestId, 'ReturnReported')
  expectView(stage, partly.view, { states: frozen('confirmed', 'partlyReturned'), recovered: usd('30000000.00'), charges: usd('0.00') })

  await advanceTo(stage, '2024-08-22T14:10:00+08:00')
  await institution.answer(order, {
    kind: 'returned',
    details: { amount: usd('11098200.00'), charges: usd('1800.00'), reference: 'RTN-2' },
  })
  const { view } = await desk.until(requestId, 'ReturnReported', 2)
  expectView(stage, view, { states: ['recovered'], recovered: usd('41098200.00'), charges: usd('1800.00') })
  const { recovered, charges, frozen: held } = view.amounts
  const recoveredAndCharges = addMinor(minorOf(recovered) ?? '?', minorOf(charges) ?? '?')
  await prove(stage, 'Recovered: the returned amount and the charges are exactly the frozen amount', recoveredAndCharges, minorOf(held))
}

const dueOf = ({ deadlines }: PaymentStopView, kind: DeadlineKind) =>
  deadlines.flatMap(deadline => (deadline.kind === kind ? [deadline.dueAt] : []))
