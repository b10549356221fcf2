import type { Client } from '@holdfast/client'
import { addMinor, minorOf } from '@holdfast/lifecycle'
import { type CommandBody, type DeadlineKind, isFact, namesOfPseudonyms, type RequestView } from '@holdfast/schemas'
import { forgedInvoice } from './documents.ts'
import { approve, propose } from './dual-approval.ts'
import { handleOf } from './handles.ts'
import { type ArrivedOrder, askForHold, expectView, money, passTo, prove, type Stage } from './stage.ts'

const usd = (value: string) => money('USD', value)
const frozen = (mandate: 'provisional' | 'confirmed', recovery: 'idle' | 'returning' | 'partlyReturned') => [
  'frozen.coverage.partial',
  `frozen.mandate.${mandate}`,
  `frozen.recovery.${recovery}`,
]

/** 15 to 25 July 2024: from the forged mail to the first hold. Source of days and sums: INTERPOL, 6 August 2024. */
export async function playReferenceCase(stage: Stage, singapore: Client): Promise<ArrivedOrder> {
  const { screen, told, desk } = stage
  await screen.heading('1  Singapore → Timor-Leste: the case of July 2024')
  await screen.say('15 July: a mail in a supplier’s name, its address off by one letter, names a new bank account.')
  await screen.say('19 July: USD 42.3 million are paid into it. 23 July: the real supplier asks where its money is.')
  await screen.say('The victim goes to the police, who ask Timor-Leste the same morning. It is day four.')

  const { verified, ...asked } = await askForHold(stage, singapore, forgedInvoice, '2024-07-23T10:40:00+08:00')
  const { requestId, order, institution } = asked
  const findings = isFact(verified.fact, 'RequestVerified') ? verified.fact.data.findings : []
  await prove(stage, 'Past 72 hours: flagged LATE by rule V09, and accepted all the same', findings.map(summaryOf), ['V09 flag LATE'])

  await screen.say('A day goes by without a hold. By a timer of its own (not on record) the engine asks again.')
  await passTo(stage, '2024-07-24T10:30:00+08:00')
  const escalated = await desk.until(requestId, 'DeadlineReached')
  const chase = await institution.order(requestId, 'chase')
  await prove(
    stage,
    `Escalated after 24 hours, on the minute: ${chase.data.institution.name} is chased`,
    chase.causationid,
    escalated.fact.id,
  )
  told.expect('what is due next, at 48 hours', deadlinesIn(escalated.view), ['executeHard 2024-07-25T02:25:00.000Z'])

  await screen.say('25 July: most of it is found and held. Days and sums up to here are INTERPOL’s published ones.')
  await passTo(stage, '2024-07-25T09:30:00+08:00')
  await institution.answer(order, { kind: 'frozen', details: { amount: usd('39000000.00'), basis: 'FIU_SUSPENSION', reference: 'HOLD-1' } })
  const held = await desk.until(requestId, 'FreezeReported')
  expectView(stage, held.view, { states: frozen('provisional', 'idle'), frozen: usd('39000000.00') })
  told.expect('the hold of 39 million has an end by the country’s profile, and is warned of', deadlinesIn(held.view), [
    'holdWarning 2024-07-28T13:30:00.000Z',
    'holdWarning 2024-07-31T01:30:00.000Z',
    'holdWarning 2024-07-31T21:30:00.000Z',
    'holdExpiry 2024-08-01T01:30:00.000Z',
  ])
  return asked
}

const summaryOf = ({ rule, severity, message }: { rule: string; severity: string; message: string }) =>
  `${rule} ${severity} ${message.split(':')[0]}`

const deadlinesIn = ({ deadlines }: RequestView) => deadlines.map(({ kind, dueAt }) => `${kind} ${dueAt}`)

const prosecutorsOrder: CommandBody<'ConfirmFreeze'> = {
  instrument: 'PROSECUTOR_ORDER',
  authority: 'prosecutor’s office in Dili',
  reference: 'MP-2024-0731',
  date: '2024-07-31',
}

/** 30 and 31 July: more is found, and two persons confirm the hold. How such a case would go on. */
export async function playConfirmed(stage: Stage, { requestId, order, institution }: ArrivedOrder): Promise<void> {
  const { screen, desk } = stage
  const freeze = (value: string) =>
    institution.answer(order, { kind: 'frozen', details: { amount: usd(value), basis: 'FIU_SUSPENSION', reference: 'HOLD-2' } })
  await screen.heading('7  The first case goes on: more is found, and two persons confirm the hold')
  await screen.say('On record: “more than 2 million” more. That it is 2.1, and what follows, is how it would go on.')

  await passTo(stage, '2024-07-30T17:05:00+08:00')
  await freeze('21000000.00')
  const typo = await (await stage.engine.systemOf('TL')).refusalOf(requestId)
  const standing = await stage.engine.as('TL', 'officer').show(requestId)
  if (!standing.ok) throw new Error(`${requestId} is not shown: ${standing.error.detail}`)
  expectView(stage, standing.value.request, { states: frozen('provisional', 'idle'), frozen: usd('39000000.00') })
  const { code } = (typo.data as { data: { code: string } }).data
  await prove(stage, 'A zero too many at the bank: refused, its side is told, and no sum has moved', code, 'AMOUNT_EXCEEDED')

  await passTo(stage, '2024-07-30T17:20:00+08:00')
  await freeze('2100000.00')
  const more = await desk.until(requestId, 'FreezeReported', 2)
  expectView(stage, more.view, { states: frozen('provisional', 'idle'), frozen: usd('41100000.00') })

  await screen.say('A prosecutor confirms the hold. One person’s word is on record, and does nothing by itself.')
  const confirm = { country: 'TL', role: 'authority', requestId, command: 'ConfirmFreeze', data: prosecutorsOrder } as const
  await passTo(stage, '2024-07-31T09:00:00+09:00')
  const proposed = await propose(stage, confirm)
  expectView(stage, proposed.view, { states: frozen('provisional', 'idle'), frozen: usd('41100000.00') })
  await screen.say('Soon both sides are warned that a day is left. Then a second prosecutor gives the same order.')
  await passTo(stage, '2024-07-31T11:00:00+09:00')
  await approve(stage, confirm)
  const confirmed = await desk.until(requestId, 'FreezeConfirmed')
  expectView(stage, confirmed.view, { states: frozen('confirmed', 'idle') })
  const proposedBy = isFact(confirmed.fact, 'FreezeConfirmed')
    ? namesOfPseudonyms([proposed.fact])(confirmed.fact.data.proposedBy)
    : undefined
  await prove(
    stage,
    'Two persons stand behind it, by name',
    [proposedBy, confirmed.fact.actor],
    (['first', 'second'] as const).map(nth => `TL/authority/${handleOf('authority', nth)}`),
  )
  await prove(stage, 'The hold no longer lapses: all that is due is to look at it again in half a year', deadlinesIn(confirmed.view), [
    'confirmedHoldReview 2025-01-27T02:00:00.000Z',
  ])
}

/** 12 to 22 August: the money comes back. */
export async function playReturn(stage: Stage, { requestId, order, institution }: ArrivedOrder): Promise<void> {
  const { screen, desk } = stage
  await screen.heading('10  The first case ends: the money comes back')
  await passTo(stage, '2024-08-12T15:00:00+08:00')
  const byOrder = { kind: 'returnInitiated', details: { basis: 'ORDER', reference: 'ORD-0812' } } as const
  await institution.answer(order, byOrder)
  await desk.until(requestId, 'ActionProposed', 2)
  await passTo(stage, '2024-08-12T15:20:00+08:00')
  await institution.answer(order, { ...byOrder, person: 'second' })
  const returning = await desk.until(requestId, 'ReturnInitiated')
  expectView(stage, returning.view, { states: frozen('confirmed', 'returning') })
  await prove(stage, 'The bank is to pay within ten working days of Dili, or it is chased', dueOf(returning.view, 'returnPayment'), [
    '2024-08-26T07:20:00.000Z',
  ])

  await passTo(stage, '2024-08-19T09:45:00+08:00')
  await institution.answer(order, { kind: 'returned', details: { amount: usd('30000000.00'), reference: 'RTN-1' } })
  const partly = await desk.until(requestId, 'ReturnReported')
  expectView(stage, partly.view, { states: frozen('confirmed', 'partlyReturned'), recovered: usd('30000000.00'), charges: usd('0.00') })

  await passTo(stage, '2024-08-22T14:10:00+08:00')
  await institution.answer(order, {
    kind: 'returned',
    details: { amount: usd('11098200.00'), charges: usd('1800.00'), reference: 'RTN-2' },
  })
  const { view } = await desk.until(requestId, 'ReturnReported', 2)
  expectView(stage, view, { states: ['recovered'], recovered: usd('41098200.00'), charges: usd('1800.00') })
  const { recovered, charges, frozen: held } = view.amounts
  const backAndSpent = addMinor(minorOf(recovered) ?? '?', minorOf(charges) ?? '?')
  await prove(stage, 'Recovered: what came back and what it cost are, to the cent, what was held', backAndSpent, minorOf(held))
}

const dueOf = ({ deadlines }: RequestView, kind: DeadlineKind) =>
  deadlines.flatMap(deadline => (deadline.kind === kind ? [deadline.dueAt] : []))
