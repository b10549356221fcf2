import type { FreezeRequest, Money } from '@holdfast/schemas'
import { buildRequestNumber, type Overrides } from '@holdfast/test-kit/requests'
import type { Person } from '../src/engine.ts'
import type { Stage } from './stage.ts'

export const storyStart = '2024-07-23T02:25:00Z'
export const storyCountries = ['TL', 'MY', 'AE', 'SG', 'JP', 'GB', 'KW']

const singapore: Person = ['SG', 'officer', 'watch']
const authority: Person = ['TL', 'authority', 'prosecutor']
const maker: Person = ['TL', 'officer', 'maker']
const checker: Person = ['TL', 'officer', 'checker']

const money = (currency: string, value: string): Money => ({ currency, value })
const usd = (value: string) => money('USD', value)
const paid = (amount: Money, payment: Overrides<FreezeRequest['payment']> = {}) => ({ payment: { ...payment, amount } })
const held = (amount: Money, basis: 'VOLUNTARY' | 'FIU_SUSPENSION' | 'COURT', expiresAt?: string) =>
  ({ kind: 'frozen', details: { amount, basis, reference: `HOLD-${amount.value}`, ...(expiresAt ? { expiresAt } : {}) } }) as const

/** 23 July to 26 August 2024. The first case has the published days and sums as far as they go; everything else is made up. */
export async function tell(stage: Stage): Promise<void> {
  const { at, send, act, answer, until } = stage
  const forgedInvoice = buildRequestNumber(
    4711,
    paid(usd('42300000.00'), { executedAt: '2024-07-19T09:30:00+08:00', settlementDate: '2024-07-19' }),
  )
  const reference = await send(forgedInvoice)
  at('2024-07-23T02:40:00Z')
  await answer(reference, { kind: 'acknowledged', details: { reference: 'ACK-4711' } })

  await askedBack(stage)
  await reviewed(stage)
  await turnedAway(stage)

  at('2024-07-25T07:30:00Z')
  await answer(reference, held(usd('39000000.00'), 'FIU_SUSPENSION'))
  at('2024-07-25T14:15:00Z')
  await send({ ...forgedInvoice, caseReference: 'SG-4718' })

  await withdrawn(stage)
  const lapsing = await halfLapsed(stage)

  at('2024-07-30T02:05:00Z')
  await answer(reference, held(usd('21000000.00'), 'FIU_SUSPENSION'))
  at('2024-07-30T02:20:00Z')
  await answer(reference, held(usd('2100000.00'), 'FIU_SUSPENSION'))

  // The second hold of the other case lapses too; what its bank says afterwards is late.
  at('2024-07-30T07:00:00Z')
  await until(lapsing, 'HoldExpired', 2)
  at('2024-07-30T08:00:00Z')
  await answer(lapsing, { kind: 'returnInitiated', details: { basis: 'CONSENT' } })

  at('2024-07-31T02:00:00Z')
  await act(authority, reference, 'ConfirmFreeze', confirmation('MP-2024-0731', '2024-07-31'))
  at('2024-08-12T07:00:00Z')
  await answer(reference, { kind: 'returnInitiated', details: { basis: 'ORDER', reference: 'ORD-0812' } })
  at('2024-08-19T01:45:00Z')
  await answer(reference, { kind: 'returned', details: { amount: usd('30000000.00'), reference: 'RTN-1' } })
  at('2024-08-20T03:00:00Z')
  await act(singapore, reference, 'Withdraw', { reason: 'Asked for by mistake: the money is on its way' })
  at('2024-08-26T06:10:00Z')
  const rest = { amount: usd('11098200.00'), charges: usd('1800.00'), reference: 'RTN-2' }
  await answer(reference, { kind: 'returned', details: { ...rest, converted: { amount: money('SGD', '14538642.00'), rate: '1.31' } } })
  at('2024-08-26T06:30:00Z')
  await answer(reference, held(usd('10.00'), 'FIU_SUSPENSION'))

  await leftOpen(stage)
}

const confirmation = (reference: string, date: string, expiresAt?: string) => ({
  instrument: 'PROSECUTOR_ORDER' as const,
  authority: 'Prosecutor’s office',
  reference,
  date,
  ...(expiresAt ? { expiresAt } : {}),
})

/** A wrong check digit, mended; then the account is found empty. */
async function askedBack({ at, send, act, answer }: Stage): Promise<void> {
  const document = buildRequestNumber(4712, paid(usd('125000.00')))
  const { iban } = document.payment.creditor.account as { iban: string }
  at('2024-07-23T03:00:00Z')
  const requestId = await send(
    buildRequestNumber(4712, paid(usd('125000.00'), { creditor: { account: { iban: `TL00${iban.slice(4)}` } } })),
  )
  at('2024-07-23T04:00:00Z')
  await act(singapore, requestId, 'ProvideInformation', { request: document, note: 'A typing error in the check digits' })
  await answer(requestId, { kind: 'acknowledged', details: {} })
  at('2024-07-23T05:00:00Z')
  await answer(requestId, { kind: 'noFunds', details: { reason: 'AM04' } })
}

/** An account in another country, looked at by two persons. One of them tries to be both. */
async function reviewed({ at, send, act, answer }: Stage): Promise<void> {
  const elsewhere = (number: number) =>
    buildRequestNumber(number, paid(usd('88000.00'), { creditor: { account: { iban: 'GB29NWBK60161331926819' } } }))
  at('2024-07-23T06:00:00Z')
  const approved = await send(elsewhere(4713))
  at('2024-07-23T06:10:00Z')
  await act(maker, approved, 'ProposeVerification', { note: 'The bank confirms that the account is its own' })
  await act(maker, approved, 'ApproveVerification', {})
  at('2024-07-23T06:20:00Z')
  await act(checker, approved, 'ApproveVerification', {})
  at('2024-07-23T07:00:00Z')
  await answer(approved, { kind: 'notFound', details: { reason: 'AC04' } })
  at('2024-07-23T07:30:00Z')
  const refused = await send(
    buildRequestNumber(4714, paid(usd('88001.00'), { creditor: { account: { iban: 'FR7630006000011234567890189' } } })),
  )
  await act(checker, refused, 'Reject', { code: 'OUT_OF_SCOPE', text: 'The account is in France: ask there', findings: [] })
}

/** Not attested, so no bank hears of it; and one that is taken back before a bank has answered. */
async function turnedAway({ at, send, act }: Stage): Promise<void> {
  at('2024-07-24T00:10:00Z')
  await send(
    buildRequestNumber(4722, {
      ...paid(money('MYR', '310000.00'), domestic('MY')),
      beneficiaryCountry: 'MY',
      attestations: { dualCriminality: false },
    }),
  )
  at('2024-07-24T01:00:00Z')
  const requestId = await send(buildRequestNumber(4715, paid(usd('9000.00'))))
  await act(singapore, requestId, 'Withdraw', { reason: 'The payment had not left the bank' })
}

/** A hold that the requester lifts again. */
async function withdrawn({ at, send, act, answer }: Stage): Promise<void> {
  const amount = money('EUR', '186400.00')
  at('2024-07-26T01:00:00Z')
  const requestId = await send(buildRequestNumber(4730, { ...paid(amount, domestic('AE')), beneficiaryCountry: 'AE' }))
  at('2024-07-26T02:30:00Z')
  await answer(requestId, held(amount, 'FIU_SUSPENSION'))
  at('2024-07-26T05:00:00Z')
  await act(singapore, requestId, 'Withdraw', { reason: 'The creditor proved to be the supplier of many years' })
}

/** Two holds with two ends. At the first end a part stays held. */
async function halfLapsed({ at, send, answer, until }: Stage): Promise<string> {
  at('2024-07-26T06:00:00Z')
  const requestId = await send(
    buildRequestNumber(815, {
      ...paid(money('EUR', '92000.00'), domestic('SG')),
      caseReference: 'FR-0815',
      requestingCountry: 'FR',
      beneficiaryCountry: 'SG',
      victim: { country: 'FR' },
    }),
  )
  at('2024-07-26T07:00:00Z')
  await answer(requestId, held(money('EUR', '50000.00'), 'VOLUNTARY'))
  await answer(requestId, held(money('EUR', '42000.00'), 'FIU_SUSPENSION', '2024-07-30T07:00:00Z'))
  at('2024-07-29T07:00:00Z')
  await until(requestId, 'HoldExpired')
  return requestId
}

/** Everything that has not ended when the recording does: each state that can be stayed in, with its deadlines. */
async function leftOpen({ at, send, act, answer }: Stage): Promise<void> {
  at('2024-08-26T08:30:00Z')
  await send(recent(4740, 'KW', money('KWD', '60000.250')))
  await send(recent(4741, 'JP', money('JPY', '100.50')))
  const proposed = await send(recent(4742, 'TL', usd('77000.00'), { creditor: { account: { iban: 'GB29NWBK60161331926819' } } }))
  await act(maker, proposed, 'ProposeVerification', {})

  const yen = await send(recent(4743, 'JP', money('JPY', '5000000')))
  at('2024-08-26T09:00:00Z')
  await answer(yen, held(money('JPY', '3000000'), 'VOLUNTARY'))
  await answer(yen, held(money('JPY', '1999999'), 'FIU_SUSPENSION'))

  const pound = await send(recent(4744, 'GB', money('GBP', '650000.00')))
  at('2024-08-26T10:00:00Z')
  await answer(pound, held(money('GBP', '600000.00'), 'COURT', '2024-09-02T10:00:00Z'))
  await act(['GB', 'authority', 'court'], pound, 'ConfirmFreeze', confirmation('KB-2024-77', '2024-08-26', '2024-12-31T00:00:00Z'))
  // A hold that is found after the confirmation has an end of its own again.
  await answer(pound, held(money('GBP', '40000.00'), 'COURT', '2024-09-09T10:00:00Z'))
  at('2024-08-26T11:00:00Z')
  await act(['GB', 'authority', 'court'], pound, 'ConfirmFreeze', confirmation('KB-2024-78', '2024-08-26', '2025-02-28T00:00:00Z'))
  // And one that nobody has confirmed yet when part of the money goes back.
  await answer(pound, held(money('GBP', '10000.00'), 'VOLUNTARY'))
  await answer(pound, { kind: 'returnInitiated', details: { basis: 'INDEMNITY', reference: 'IND-1' } })
  const part = { amount: money('GBP', '600000.00'), charges: money('GBP', '25.50'), reference: 'RTN-3' }
  await answer(pound, { kind: 'returned', details: part })
}

/** A payment of the last day of the story. */
const recent = (number: number, country: string, amount: Money, payment: Overrides<FreezeRequest['payment']> = domestic(country)) =>
  buildRequestNumber(number, {
    beneficiaryCountry: country,
    reportedAt: '2024-08-26T08:00:00Z',
    recall: { initiated: false, reference: undefined, at: undefined },
    ...paid(amount, { executedAt: '2024-08-26T01:00:00Z', settlementDate: '2024-08-26', ...payment }),
  })

const creditorBanks: Readonly<Record<string, string>> = {
  MY: 'KLNGMYKL',
  AE: 'CREKAEAD',
  SG: 'TEMASGSG',
  JP: 'SUMIJPJT',
  GB: 'THAMGB2L',
  KW: 'SALMKWKW',
}

/** An account without IBAN at a bank of that country. */
const domestic = (country: string): Overrides<FreezeRequest['payment']> => ({
  creditor: { account: { other: `${country}-0099887766` } },
  creditorAgent: { bic: creditorBanks[country] ?? '' },
})
