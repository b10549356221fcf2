import { held, money, onwardTo, requestTo, usd } from './documents.ts'
import { malaysianCourt, watch } from './persons.ts'
import type { Stage } from './stage.ts'

/** A request and its onward request. */
export interface Followed {
  readonly parent: string
  readonly child: string
}

/** Part of the money has left Malaysia for Thailand, and part of that for the account that it came from. */
export async function movedOnward({ at, send, act, answer, childOf, reportOf }: Stage): Promise<Followed> {
  await at('2024-07-29T08:00:00Z')
  const parent = await send(requestTo('MY', 4751, usd('500000.00')))
  await answer(parent, { kind: 'acknowledged', details: {} })
  await answer(parent, { kind: 'interim', details: { reason: 'S003' } })
  await at('2024-07-29T09:00:00Z')
  await answer(parent, held(usd('120000.00'), 'FIU_SUSPENSION'))
  const onward = onwardTo('TH', '0011223344', '2024-07-29T05:00:00Z')
  await answer(parent, { kind: 'movedOnward', details: { amount: usd('380000.00'), country: 'TH', onward } })
  await at('2024-07-29T09:10:00Z')
  await act(watch, parent, 'FollowOnward', { report: await reportOf(parent) })
  const child = await childOf(parent)
  await at('2024-07-29T09:20:00Z')
  await answer(child, { kind: 'acknowledged', details: {} })
  await at('2024-07-29T10:00:00Z')
  await answer(child, held(usd('300000.00'), 'POLICE_ORDER'))
  const back = onwardTo('MY', '0099887766', '2024-07-29T06:00:00Z')
  await answer(child, { kind: 'movedOnward', details: { amount: usd('80000.00'), country: 'MY', onward: back } })
  return { parent, child }
}

/**
 * Euros: a standing policy of Singapore agrees to the first large part. An officer declines two others, then agrees to
 * one, and withdraws the opened requests.
 */
export async function followedByPolicy({ at, send, act, answer, childOf, reportOf }: Stage): Promise<void> {
  await at('2024-07-29T10:20:00Z')
  const requestId = await send(requestTo('AE', 4755, money('EUR', '90000.00')))
  const moved = (value: string, country: string, number: string) =>
    answer(requestId, {
      kind: 'movedOnward',
      details: { amount: money('EUR', value), country, onward: onwardTo(country, number, '2024-07-29T05:30:00Z') },
    })
  await moved('50000.00', 'TH', '0044556677')
  await moved('25000.00', 'GB', '0044556688')
  // With this all of it moved onward, and the request has ended.
  await moved('15000.00', 'KW', '0044556699')
  await at('2024-07-29T10:30:00Z')
  await act(watch, requestId, 'DeclineOnward', { report: await reportOf(requestId, 1), reason: 'The bank in London has it back' })
  await act(watch, requestId, 'DeclineOnward', { report: await reportOf(requestId, 2), reason: 'A refund of the victim' })
  await at('2024-07-29T10:40:00Z')
  await act(watch, requestId, 'FollowOnward', { report: await reportOf(requestId, 1), note: 'It was another payment' })
  await act(watch, requestId, 'FollowOnward', { report: await reportOf(requestId, 1) })
  await at('2024-07-29T10:50:00Z')
  for (const nth of [0, 1]) await act(watch, await childOf(requestId, nth), 'Withdraw', { reason: 'The victim has its money' })
}

/**
 * No bank answers until the next day; then all of it has gone to the requesting country, where no request is needed.
 */
export async function movedHome({ at, send, answer }: Stage): Promise<void> {
  await at('2024-07-29T11:00:00Z')
  const requestId = await send(requestTo('AE', 4753, usd('70000.00')))
  await at('2024-07-30T01:00:00Z')
  await answer(requestId, { kind: 'movedOnward', details: { amount: usd('70000.00'), country: 'SG' } })
}

/** A court releases the rest in Malaysia; the bank in Thailand is ordered to return its part. */
export async function releasedAndSentBack({ at, actTogether, answer }: Stage, { parent, child }: Followed): Promise<void> {
  await at('2024-08-01T02:00:00Z')
  const order = { reason: 'COURT_ORDER', authority: 'Sessions Court', reference: 'KL-0801' } as const
  await actTogether(malaysianCourt, parent, 'Release', order)
  await at('2024-08-01T03:00:00Z')
  const byConsent = { kind: 'returnInitiated', details: { basis: 'CONSENT' } } as const
  await answer(child, byConsent)
  await answer(child, { ...byConsent, person: 'second' })
}

/** The money is returned after its due day. */
export async function paidLate({ at, answer }: Stage, { child }: Followed): Promise<void> {
  await at('2024-08-21T03:00:00Z')
  await answer(child, { kind: 'returned', details: { amount: usd('299985.00'), charges: usd('15.00'), reference: 'RTN-TH-1' } })
}
