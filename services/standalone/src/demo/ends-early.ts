import type { Client } from '@holdfast/client'
import { isFact } from '@holdfast/schemas'
import { forgedInvoice, honestSupplier, neverConfirmed, notAttested, sameAgain } from './documents.ts'
import { approve, insist, propose } from './dual-approval.ts'
import { askForHold, expectView, money, passTo, prove, type Stage, submit } from './stage.ts'

/** A client and the bytes of the last answer it got. */
interface WitnessedClient {
  readonly client: Client
  lastAnswer(): string
}

/** The same request again, with its old key and with a new one. */
export async function playDuplicates(stage: Stage, { client, lastAnswer }: WitnessedClient, first: { requestId: string; bytes: string }) {
  const { screen, told, desk } = stage
  await screen.heading('2  The same again')
  await screen.say('After a power cut Singapore’s case system sends its request once more, with its old key.')
  await passTo(stage, '2024-07-25T18:00:00+08:00')
  await submit(client, forgedInvoice, forgedInvoice.caseReference)
  await prove(stage, `The same receipt, byte for byte (${first.bytes.length} bytes, still of 23 July)`, lastAnswer(), first.bytes)
  const other = await client.submit({ ...forgedInvoice, reason: 'UAPA' }, { idempotencyKey: forgedInvoice.caseReference })
  await prove(stage, 'Another body under that key is refused', other.ok ? 'accepted' : [other.error.status, other.error.code], [
    422,
    'KEY_REUSED',
  ])

  await screen.say('The night shift opens a case of its own for the same payment, and sends it under a new key.')
  await passTo(stage, '2024-07-25T22:15:00+08:00')
  const { requestId } = await submit(client, sameAgain, sameAgain.caseReference)
  const { view } = await desk.until(requestId, 'DuplicateDetected')
  expectView(stage, view, { states: ['closed.duplicate'] })
  told.expect('the request that stands in the place of SG-4718', view.standingRequestId, first.requestId)
  await prove(stage, 'Closed as a duplicate: it names the request that stands, and no bank is asked twice', view.phase, 'closed')
}

/** A request that lacks what every request needs. */
export async function playRejected(stage: Stage, singapore: Client): Promise<void> {
  const { engine, screen, desk } = stage
  await screen.heading('3  Refused: the law of both countries')
  await screen.say('The sender does not attest that the act is a crime in both countries. No bank hears of it.')
  // Listens all the same: an order that should not be would be counted at the end.
  await engine.institutionOf(notAttested.beneficiaryCountry)
  await passTo(stage, '2024-07-26T08:10:00+08:00')
  const { requestId } = await submit(singapore, notAttested, notAttested.caseReference)
  const { view } = await desk.until(requestId, 'RequestRejected')
  expectView(stage, view, { states: ['closed.rejected'], frozen: money('MYR', '0.00') })
  await prove(stage, 'Rejected with a code that a machine can read, and what to do about it', view.rejection, {
    code: 'NO_DUAL_CRIMINALITY',
  })
}

/** A hold that the requester lifts again. */
export async function playWithdrawn(stage: Stage, singapore: Client): Promise<void> {
  const { screen, desk } = stage
  const amount = money('EUR', '186400.00')
  await screen.heading('4  Withdrawn: it was no fraud')
  await screen.say('A supplier really did change its bank. By the time it can be reached, the money is held in Dubai.')
  await passTo(stage, '2024-07-26T09:00:00+08:00')
  const { requestId, order, institution } = await askForHold(stage, singapore, honestSupplier, '2024-07-26T09:20:00+08:00')
  await passTo(stage, '2024-07-26T10:30:00+08:00')
  await institution.answer(order, { kind: 'frozen', details: { amount, basis: 'FIU_SUSPENSION', reference: 'HOLD-7' } })
  const held = await desk.until(requestId, 'FreezeReported')
  expectView(stage, held.view, { states: ['frozen.coverage.full', 'frozen.mandate.provisional', 'frozen.recovery.idle'], frozen: amount })

  await screen.say('Money is held, so one officer’s word does not let it go, nor the same officer’s word twice.')
  const reason = 'The creditor proved to be the supplier of many years'
  const withdraw = { country: 'SG', role: 'officer', requestId, command: 'Withdraw', data: { reason } } as const
  await passTo(stage, '2024-07-26T13:00:00+08:00')
  const proposed = await propose(stage, withdraw)
  expectView(stage, proposed.view, { states: held.view.states, frozen: amount })
  await passTo(stage, '2024-07-26T13:05:00+08:00')
  await prove(stage, 'The officer who asked for it cannot be the second one', await insist(stage, withdraw), 'SAME_PERSON')
  await passTo(stage, '2024-07-26T13:20:00+08:00')
  await approve(stage, withdraw)
  const { view } = await desk.until(requestId, 'RequestWithdrawn')
  expectView(stage, view, { states: ['closed.withdrawn'], frozen: money('EUR', '0.00'), released: amount })
  const release = await institution.order(requestId, 'release')
  await prove(stage, `An order to release EUR 186,400 reached ${release.data.institution.name} by itself`, release.data.amount, amount)
}

/** A hold on a bank's own will that no authority confirms in time. */
export async function playLapsed(stage: Stage): Promise<void> {
  const { engine, screen, desk } = stage
  const amount = money('EUR', '92000.00')
  await screen.heading('5  Lapsed: nobody confirms the hold')
  await screen.say('France asks Singapore. A bank there holds the money of its own will, which lasts 72 hours.')
  await passTo(stage, '2024-07-26T14:00:00+08:00')
  const { requestId, order, institution } = await askForHold(stage, engine.as('FR', 'system'), neverConfirmed, '2024-07-26T14:20:00+08:00')
  await passTo(stage, '2024-07-26T15:00:00+08:00')
  await institution.answer(order, { kind: 'frozen', details: { amount, basis: 'VOLUNTARY', reference: 'HOLD-9' } })
  const held = await desk.until(requestId, 'FreezeReported')
  expectView(stage, held.view, { states: ['frozen.coverage.full', 'frozen.mandate.provisional', 'frozen.recovery.idle'], frozen: amount })

  await screen.say('Three days pass. Both sides are warned at half time, a day and four hours before; nobody acts.')
  await passTo(stage, '2024-07-29T15:00:00+08:00')
  const { fact, view } = await desk.until(requestId, 'HoldExpired')
  expectView(stage, view, { states: ['closed.expired'], frozen: money('EUR', '0.00'), released: amount })
  await prove(stage, 'The hold ended by itself, on the minute', isFact(fact, 'HoldExpired') && fact.data.dueAt, '2024-07-29T07:00:00.000Z')
}
