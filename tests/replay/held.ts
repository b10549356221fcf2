import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { confirmation, domestic, held, money, paid, requestTo, usd } from './documents.ts'
import { britishCourt, japaneseCourt, officers, prosecutors, watch } from './persons.ts'
import type { Stage } from './stage.ts'

/**
 * The account was wrong: reopened with a corrected document. The bank asks, waits for consent, and freezes the money.
 */
export async function reopened({ at, act, answer }: Stage, requestId: string): Promise<void> {
  await at('2024-07-24T02:00:00Z')
  const corrected = buildRequestNumber(4713, paid(usd('88000.00')))
  await act(watch, requestId, 'Reopen', { reason: 'The victim has found the right account', request: corrected })
  await at('2024-07-24T03:00:00Z')
  await answer(requestId, { kind: 'question', details: { question: 'Was it one payment or two?' } })
  await at('2024-07-24T04:00:00Z')
  await act(watch, requestId, 'ProvideInformation', { note: 'One payment' })
  await answer(requestId, { kind: 'acknowledged', details: {} })
  await at('2024-07-24T06:00:00Z')
  await answer(requestId, held(usd('80000.00'), 'POLICE_ORDER'))
  // The rest of the amount is not there.
  await answer(requestId, { kind: 'noFunds', details: { reason: 'AM04' } })
  await answer(requestId, { kind: 'interim', details: { reason: 'RQDA', note: 'The holder is asked for consent' } })
}

export async function confirmedForAWhile({ at, actTogether }: Stage, requestId: string): Promise<void> {
  await at('2024-07-26T09:30:00Z')
  await actTogether(prosecutors, requestId, 'ConfirmFreeze', confirmation('MP-2024-0726', '2024-07-26', '2024-09-30T00:00:00Z'))
}

/** The holder does not answer in time, and then refuses. */
export async function consentRefused({ at, answer, actTogether }: Stage, requestId: string): Promise<void> {
  await at('2024-08-16T01:00:00Z')
  await answer(requestId, { kind: 'interim', details: { reason: 'CUST' } })
  await actTogether(prosecutors, requestId, 'CloseUnrecovered', {
    reason: 'CONSENT_REFUSED',
    authority: 'Prosecutor’s office',
    reference: 'MP-2024-0816',
  })
}

/** A hold that the requester withdraws, which takes two officers. */
export async function withdrawn({ at, send, actTogether, answer }: Stage): Promise<void> {
  const amount = money('EUR', '186400.00')
  await at('2024-07-26T01:00:00Z')
  const requestId = await send(requestTo('AE', 4730, amount))
  await at('2024-07-26T02:30:00Z')
  await answer(requestId, held(amount, 'FIU_SUSPENSION'))
  await at('2024-07-26T05:00:00Z')
  await actTogether(officers, requestId, 'Withdraw', { reason: 'The creditor proved to be the supplier of many years' })
}

/** Two holds with two ends. At the first end a part stays frozen. */
export async function halfExpired({ at, send, answer }: Stage): Promise<string> {
  await at('2024-07-26T06:00:00Z')
  const requestId = await send(
    buildRequestNumber(815, {
      ...paid(money('EUR', '92000.00'), domestic('SG')),
      caseReference: 'FR-0815',
      requestingCountry: 'FR',
      beneficiaryCountry: 'SG',
      victim: { country: 'FR' },
    }),
  )
  await at('2024-07-26T07:00:00Z')
  await answer(requestId, held(money('EUR', '50000.00'), 'VOLUNTARY', '2024-07-29T07:00:00Z'))
  await answer(requestId, held(money('EUR', '42000.00'), 'FIU_SUSPENSION', '2024-07-30T07:00:00Z'))
  return requestId
}

export async function suspendedInLondon({ at, send, act, answer }: Stage): Promise<string> {
  const amount = money('GBP', '210000.00')
  await at('2024-07-26T08:00:00Z')
  const requestId = await send(requestTo('GB', 4717, amount))
  await at('2024-07-26T09:00:00Z')
  await answer(requestId, held(amount, 'FIU_SUSPENSION'))
  // The police cannot extend a suspension.
  await act(['GB', 'authority', 'first'], requestId, 'ExtendFreeze', {
    basis: 'POLICE_ORDER',
    authority: 'Police',
    reference: 'PO-1',
    date: '2024-07-26',
  })
  return requestId
}

/** Warned, extended by a court, and forfeited in the end. */
export async function extendedInLondon({ at, actTogether }: Stage, requestId: string): Promise<void> {
  await at('2024-08-05T10:00:00Z')
  const court = { authority: 'Crown Court', reference: 'CC-311', date: '2024-08-05' }
  await actTogether(britishCourt, requestId, 'ExtendFreeze', { basis: 'COURT', ...court })
  await at('2024-08-09T10:00:00Z')
  await actTogether(britishCourt, requestId, 'CloseUnrecovered', {
    reason: 'FORFEITED',
    authority: 'Crown Court',
    reference: 'CC-312',
  })
}

/** A confirmation without an end is reviewed after half a year; then the hold is no longer needed. */
export async function confirmedForLong({ at, send, answer, actTogether, until }: Stage): Promise<void> {
  const amount = money('JPY', '9000000')
  await at('2024-08-26T07:00:00Z')
  const requestId = await send(requestTo('JP', 4719, amount))
  await answer(requestId, held(amount, 'COURT'))
  await actTogether(japaneseCourt, requestId, 'ConfirmFreeze', confirmation('TK-2024-9', '2024-08-26'))
  await at('2025-03-01T00:00:00Z')
  await until(requestId, 'DeadlineReached')
  await actTogether(officers, requestId, 'Withdraw', { reason: 'The insurer has paid, and the holder has proved its right' })
}
