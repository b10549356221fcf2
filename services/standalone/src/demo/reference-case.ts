import type { Client } from '@holdfast/client'
import { addMinor, minorOf } from '@holdfast/lifecycle'
import { isFact, type Order } from '@holdfast/schemas'
import { forgedInvoice } from './documents.ts'
import type { PlayedInstitution } from './engine.ts'
import { act, askForHold, expectView, money, prove, type Stage } from './stage.ts'

/** The case as far as the public record goes, and what is needed to tell on. */
export interface OpenCase {
  readonly requestId: string
  readonly order: Order
  readonly institution: PlayedInstitution
}

const usd = (value: string) => money('USD', value)
const frozen = (mandate: 'provisional' | 'confirmed', recovery: 'idle' | 'returning' | 'partlyReturned') => [
  'frozen.coverage.partial',
  `frozen.mandate.${mandate}`,
  `frozen.recovery.${recovery}`,
]

/** 15 to 25 July 2024: from the forged mail to the first hold. Source of days and sums: INTERPOL, 6 August 2024. */
export async function playReferenceCase(stage: Stage, singapore: Client): Promise<OpenCase> {
  const { engine, screen, told, desk } = stage
  await screen.heading('1  Singapore → Timor-Leste: the case of July 2024')
  await screen.say('15 July: a mail in a supplier’s name, its address off by one letter, names a new bank account.')
  await screen.say('19 July: USD 42.3 million are paid into it. 23 July: the real supplier asks where its money is.')
  await screen.say('The victim goes to the police, who ask Timor-Leste the same morning. It is day four.')

  const { requestId, order, institution, verified } = await askForHold(stage, singapore, forgedInvoice, '2024-07-23T10:40:00+08:00')
  const findings = isFact(verified.fact, 'RequestVerified') ? verified.fact.data.findings : []
  await prove(stage, 'Past 72 hours: flagged LATE by rule V09, and accepted all the same', findings.map(summaryOf), ['V09 flag LATE'])

  await screen.say('25 July: most of it is found and held. Days and sums up to here are INTERPOL’s published ones.')
  engine.clock.moveTo('2024-07-25T15:30:00+08:00')
  await institution.answer(order, { kind: 'frozen', details: { amount: usd('39000000.00'), basis: 'FIU_SUSPENSION', reference: 'HOLD-1' } })
  const held = await desk.until(requestId, 'FreezeReported')
  expectView(stage, held.view, { states: frozen('provisional', 'idle'), frozen: usd('39000000.00') })
  told.expect('the hold of 39 million has an end by the country’s profile', held.view.deadlines, [
    { kind: 'holdExpiry', dueAt: '2024-08-01T07:30:00.000Z' },
  ])
  return { requestId, order, institution }
}

const summaryOf = ({ rule, severity, message }: { rule: string; severity: string; message: string }) =>
  `${rule} ${severity} ${message.split(':')[0]}`

/** From the second hold to the money's return: how such a case would go on. */
export async function playReturn(stage: Stage, { requestId, order, institution }: OpenCase): Promise<void> {
  const { engine, screen, desk } = stage
  const freeze = (value: string, reference: string) =>
    institution.answer(order, { kind: 'frozen', details: { amount: usd(value), basis: 'FIU_SUSPENSION', reference } })
  const { clock } = engine
  await screen.heading('6  The first case goes on: more is found, and the money comes back')
  await screen.say('On record: “more than 2 million” more. That it is 2.1, and the return, is how it would go on.')

  clock.moveTo('2024-07-30T10:05:00+08:00')
  await freeze('21000000.00', 'HOLD-2')
  const typo = await desk.until(requestId, 'CommandRefused')
  expectView(stage, typo.view, { states: frozen('provisional', 'idle'), frozen: usd('39000000.00') })
  const code = isFact(typo.fact, 'CommandRefused') ? typo.fact.data.code : undefined
  await prove(stage, 'A zero too many at the bank: refused, kept on record, and no sum has moved', code, 'AMOUNT_EXCEEDED')

  clock.moveTo('2024-07-30T10:20:00+08:00')
  await freeze('2100000.00', 'HOLD-2')
  const more = await desk.until(requestId, 'FreezeReported', 2)
  expectView(stage, more.view, { states: frozen('provisional', 'idle'), frozen: usd('41100000.00') })

  clock.moveTo('2024-07-31T11:00:00+09:00')
  await act(engine.as('TL', 'authority'), requestId, 'ConfirmFreeze', {
    instrument: 'PROSECUTOR_ORDER',
    authority: 'prosecutor’s office in Dili',
    reference: 'MP-2024-0731',
    date: '2024-07-31',
  })
  const confirmed = await desk.until(requestId, 'FreezeConfirmed')
  expectView(stage, confirmed.view, { states: frozen('confirmed', 'idle') })
  await prove(stage, 'Confirmed a day before the first hold would have lapsed: no deadline is left', confirmed.view.deadlines, [])

  clock.moveTo('2024-08-12T15:00:00+08:00')
  await institution.answer(order, { kind: 'returnInitiated', details: { basis: 'ORDER', reference: 'ORD-0812' } })
  const returning = await desk.until(requestId, 'ReturnInitiated')
  expectView(stage, returning.view, { states: frozen('confirmed', 'returning') })

  clock.moveTo('2024-08-19T09:45:00+08:00')
  await institution.answer(order, { kind: 'returned', details: { amount: usd('30000000.00'), reference: 'RTN-1' } })
  const partly = await desk.until(requestId, 'ReturnReported')
  expectView(stage, partly.view, { states: frozen('confirmed', 'partlyReturned'), recovered: usd('30000000.00'), charges: usd('0.00') })

  clock.moveTo('2024-08-26T14:10:00+08:00')
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
