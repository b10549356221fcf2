import type { FreezeRequest, Money } from '@holdfast/payment-stop/language'
import { buildRequestNumber, type Overrides } from '@holdfast/test-kit/requests'
import { confirmation, domestic, held, money, paid, usd } from './documents.ts'
import { britishCourt, maker } from './persons.ts'
import type { Stage } from './stage.ts'

/** All requests that are open at the end of the recording: each lasting state, with its deadlines. */
export async function leftOpen(stage: Stage): Promise<void> {
  const { at, send, act, answer } = stage
  await at('2030-03-04T01:00:00Z')
  await send(recent(4740, 'KW', money('KWD', '60000.250')))
  await send(recent(4741, 'JP', money('JPY', '100.50')))
  const proposed = await send(recent(4742, 'TL', usd('77000.00'), { creditor: { account: { iban: 'GB29NWBK60161331926819' } } }))
  await act(maker, proposed, 'ProposeVerification', {})
  const asked = await send(recent(4745, 'MY', money('MYR', '12000.00')))
  await answer(asked, { kind: 'acknowledged', details: {} })
  await answer(asked, { kind: 'question', details: { question: 'Which of the two payments of that day is meant?' } })

  const unreached = await send(recent(4746, 'TH', usd('8100.00')))
  await stage.undelivered(unreached, 'A bank that is not there')

  const yen = await send(recent(4743, 'JP', money('JPY', '5000000')))
  await at('2030-03-04T01:20:00Z')
  await answer(yen, held(money('JPY', '3000000'), 'VOLUNTARY'))
  await answer(yen, held(money('JPY', '1999999'), 'FIU_SUSPENSION'))
  // Awaits a second approval.
  await answer(yen, { kind: 'returnInitiated', details: { basis: 'INDEMNITY' } })
  await poundsPartlyReturned(stage)
}

/** Holds that are confirmed one after the other, and an unconfirmed one when part of the money is returned. */
async function poundsPartlyReturned({ at, send, actTogether, answer }: Stage): Promise<void> {
  const pound = await send(recent(4744, 'GB', money('GBP', '650000.00')))
  await at('2030-03-04T01:40:00Z')
  await answer(pound, held(money('GBP', '600000.00'), 'COURT', '2030-03-11T10:00:00Z'))
  await actTogether(britishCourt, pound, 'ConfirmFreeze', confirmation('KB-2030-77', '2030-03-04', '2030-06-30T00:00:00Z'))
  // A hold that is reported after the confirmation has its own end again.
  await answer(pound, held(money('GBP', '40000.00'), 'COURT', '2030-03-18T10:00:00Z'))
  await at('2030-03-04T02:00:00Z')
  await actTogether(britishCourt, pound, 'ConfirmFreeze', confirmation('KB-2030-78', '2030-03-04', '2030-08-31T00:00:00Z'))
  await answer(pound, held(money('GBP', '10000.00'), 'VOLUNTARY'))
  const indemnity = { kind: 'returnInitiated', details: { basis: 'INDEMNITY', reference: 'IND-1' } } as const
  await answer(pound, indemnity)
  await answer(pound, { ...indemnity, person: 'second' })
  const part = { amount: money('GBP', '600000.00'), charges: money('GBP', '25.50'), reference: 'RTN-3' }
  await answer(pound, { kind: 'returned', details: part })
}

/** A payment of the last day of the story. */
const recent = (number: number, country: string, amount: Money, payment: Overrides<FreezeRequest['payment']> = domestic(country)) =>
  buildRequestNumber(number, {
    beneficiaryCountry: country,
    reportedAt: '2030-03-04T00:30:00Z',
    recall: { initiated: false, reference: undefined, at: undefined },
    ...paid(amount, { executedAt: '2030-03-04T00:00:00Z', settlementDate: '2030-03-04', ...payment }),
  })
