import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { elsewhere, mistyped, money, paid, requestTo, usd } from './documents.ts'
import { checker, maker, watch } from './persons.ts'
import type { Stage } from './stage.ts'

/** A wrong check digit, corrected; then the account is found empty. */
export async function askedBack({ at, send, act, answer }: Stage): Promise<void> {
  const { wrong, corrected } = mistyped(4712, usd('125000.00'))
  await at('2024-07-23T03:00:00Z')
  const requestId = await send(wrong)
  await at('2024-07-23T04:00:00Z')
  await act(watch, requestId, 'ProvideInformation', { request: corrected, note: 'A typing error in the check digits' })
  await answer(requestId, { kind: 'acknowledged', details: {} })
  await at('2024-07-23T05:00:00Z')
  await answer(requestId, { kind: 'noFunds', details: { reason: 'AM04' } })
}

/** A wrong check digit that is never corrected. */
export async function neverAnswered({ at, send }: Stage): Promise<string> {
  await at('2024-07-23T05:10:00Z')
  return send(mistyped(4716, usd('64000.00')).wrong)
}

/** After three days the desk decides without the answer. */
export async function decidedWithout({ at, act }: Stage, unanswered: string): Promise<void> {
  await at('2024-07-26T05:30:00Z')
  await act(checker, unanswered, 'Reject', { code: 'INCOMPLETE', text: 'The account was asked for and not given' })
}

/** An account in another country, reviewed by two officers. One of them tries to be both. */
export async function reviewed({ at, send, act, answer }: Stage): Promise<string> {
  await at('2024-07-23T06:00:00Z')
  const approved = await send(elsewhere(4713, usd('88000.00')))
  await at('2024-07-23T06:10:00Z')
  await act(maker, approved, 'ProposeVerification', { note: 'The bank confirms that the account is its own' })
  await act(maker, approved, 'ApproveVerification', {})
  await at('2024-07-23T06:20:00Z')
  await act(checker, approved, 'ApproveVerification', {})
  await at('2024-07-23T07:00:00Z')
  await answer(approved, { kind: 'notFound', details: { reason: 'AC04' } })
  await at('2024-07-23T07:30:00Z')
  const refused = await send(elsewhere(4714, usd('88001.00'), 'FR7630006000011234567890189'))
  await act(checker, refused, 'Reject', { code: 'OUT_OF_SCOPE', text: 'The account is in France: ask there', findings: [] })
  return approved
}

/** Without attestation, so no bank is ordered; and one that is withdrawn before a bank has answered. */
export async function turnedAway({ at, send, act }: Stage): Promise<void> {
  await at('2024-07-24T00:10:00Z')
  const unattested = { ...requestTo('MY', 4722, money('MYR', '310000.00')), attestations: { dualCriminality: false, article3: true } }
  await send(unattested)
  await at('2024-07-24T01:00:00Z')
  const requestId = await send(buildRequestNumber(4715, paid(usd('9000.00'))))
  await act(watch, requestId, 'Withdraw', { reason: 'The payment had not left the bank' })
}
