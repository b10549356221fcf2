import type { Client } from '@holdfast/client'
import type { PaymentStopTypes } from '@holdfast/payment-stop/language'
import { isFact } from '@holdfast/payment-stop/language'
import { forgedInvoice, honestSupplier, neverConfirmed, notAttested, sameAgain } from './documents.ts'
import { approve, approveOwnProposal, propose } from './dual-approval.ts'
import { advanceTo, expectView, money, prove, requestFreeze, type Stage, submit } from './stage.ts'

/** A client, and the bytes of its last response. */
interface WitnessedClient {
  readonly client: Client<PaymentStopTypes>
  lastResponse(): string
}

/** The same request again, under its old key and under a new one. */
export async function playDuplicates(stage: Stage, { client, lastResponse }: WitnessedClient, first: { requestId: string; bytes: string }) {
  const { screen, check, desk } = stage
  await screen.heading('2  The same again')
  await screen.say('After a power cut Singapore’s case system repeats its request under its old key.')
  await advanceTo(stage, '2024-07-25T18:00:00+08:00')
  await submit(client, forgedInvoice, forgedInvoice.caseReference)
  await prove(stage, `The same receipt, byte for byte (${first.bytes.length} bytes, still of 23 July)`, lastResponse(), first.bytes)
  const other = await client.submit({ ...forgedInvoice, reason: 'UAPA' }, { idempotencyKey: forgedInvoice.caseReference })
  await prove(stage, 'Another body under that key is refused', other.ok ? 'accepted' : [other.error.status, other.error.code], [
    422,
    'KEY_REUSED',
  ])

  await screen.say('The night shift opens another case for the same payment and sends it under a new key.')
  await advanceTo(stage, '2024-07-25T22:15:00+08:00')
  const { requestId } = await submit(client, sameAgain, sameAgain.caseReference)
  const { view } = await desk.until(requestId, 'DuplicateDetected')
  expectView(stage, view, { states: ['closed.duplicate'] })
  check.expect('the request that covers the payment of SG-4718', view.standingRequestId, first.requestId)
  await prove(stage, 'Closed as a duplicate: it names the first request, and no bank gets a second order', view.phase, 'closed')
}

/** A request without a required attestation. */
export async function playRejected(stage: Stage, singapore: Client<PaymentStopTypes>): Promise<void> {
  const { engine, screen, desk } = stage
  await screen.heading('3  Refused: the law of both countries')
  await screen.say('The sender does not attest that the act is a crime in both countries. No bank gets an order.')
  // Listens nevertheless: a wrong order would be counted at the end.
  await engine.institutionOf(notAttested.beneficiaryCountry)
  await advanceTo(stage, '2024-07-26T08:10:00+08:00')
  const { requestId } = await submit(singapore, notAttested, notAttested.caseReference)
  const { view } = await desk.until(requestId, 'RequestRejected')
  expectView(stage, view, { states: ['closed.rejected'], frozen: money('MYR', '0.00') })
  await prove(stage, 'Rejected with a machine-readable code', view.rejection, {
    code: 'NO_DUAL_CRIMINALITY',
  })
}

/** A hold that the requester withdraws. */
export async function playWithdrawn(stage: Stage, singapore: Client<PaymentStopTypes>): Promise<void> {
  const { screen, desk } = stage
  const amount = money('EUR', '186400.00')
  await screen.heading('4  Withdrawn: it was no fraud')
  await screen.say('A supplier really did change its bank. By the time it can be reached, the money is frozen in Dubai.')
  await advanceTo(stage, '2024-07-26T09:00:00+08:00')
  const { requestId, order, institution } = await requestFreeze(stage, singapore, honestSupplier, '2024-07-26T09:20:00+08:00')
  await advanceTo(stage, '2024-07-26T10:30:00+08:00')
  await institution.answer(order, { kind: 'frozen', details: { amount, basis: 'FIU_SUSPENSION', reference: 'HOLD-7' } })
  const frozen = await desk.until(requestId, 'FreezeReported')
  expectView(stage, frozen.view, { states: ['frozen.coverage.full', 'frozen.mandate.provisional', 'frozen.recovery.idle'], frozen: amount })

  await screen.say('Money is frozen, so its release needs dual approval: two commands of one officer are not enough.')
  const reason = 'The creditor proved to be the supplier of many years'
  const withdraw = { country: 'SG', role: 'officer', requestId, command: 'Withdraw', data: { reason } } as const
  await advanceTo(stage, '2024-07-26T13:00:00+08:00')
  const proposed = await propose(stage, withdraw)
  expectView(stage, proposed.view, { states: frozen.view.states, frozen: amount })
  await advanceTo(stage, '2024-07-26T13:05:00+08:00')
  await prove(stage, 'The officer who proposed it cannot approve it', await approveOwnProposal(stage, withdraw), 'SAME_PERSON')
  await advanceTo(stage, '2024-07-26T13:20:00+08:00')
  await approve(stage, withdraw)
  const { view } = await desk.until(requestId, 'RequestWithdrawn')
  expectView(stage, view, { states: ['closed.withdrawn'], frozen: money('EUR', '0.00'), released: amount })
  const release = await institution.order(requestId, 'release')
  await prove(stage, `An order to release EUR 186,400 reached ${release.data.institution.name} automatically`, release.data.amount, amount)
}

/** A bank's voluntary hold that no authority confirms in time. */
export async function playExpired(stage: Stage): Promise<void> {
  const { engine, screen, desk } = stage
  const amount = money('EUR', '92000.00')
  await screen.heading('5  Expired: no authority confirms the hold')
  await screen.say('France requests a freeze in Singapore. A bank there holds the money voluntarily, for 72 hours.')
  await advanceTo(stage, '2024-07-26T14:00:00+08:00')
  const { requestId, order, institution } = await requestFreeze(
    stage,
    engine.as('FR', 'system'),
    neverConfirmed,
    '2024-07-26T14:20:00+08:00',
  )
  await advanceTo(stage, '2024-07-26T15:00:00+08:00')
  await institution.answer(order, { kind: 'frozen', details: { amount, basis: 'VOLUNTARY', reference: 'HOLD-9' } })
  const frozen = await desk.until(requestId, 'FreezeReported')
  expectView(stage, frozen.view, { states: ['frozen.coverage.full', 'frozen.mandate.provisional', 'frozen.recovery.idle'], frozen: amount })

  await screen.say('Three days pass. Both countries are warned at half time, a day and four hours before; no authority acts.')
  await advanceTo(stage, '2024-07-29T15:00:00+08:00')
  const { fact, view } = await desk.until(requestId, 'HoldExpired')
  expectView(stage, view, { states: ['closed.expired'], frozen: money('EUR', '0.00'), released: amount })
  await prove(
    stage,
    'The hold expired automatically, on the minute',
    isFact(fact, 'HoldExpired') && fact.data.dueAt,
    '2024-07-29T07:00:00.000Z',
  )
}
