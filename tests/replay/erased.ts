import { requestTo, usd } from './documents.ts'
import { malaysianCourt, officers, watch } from './persons.ts'
import type { Stage } from './stage.ts'

/**
 * Two requests with erased personal data: one at the end of its retention, one by order of two officers after a
 * judgment. For an engine with encryption.
 */
export async function erasedInTheEnd({ at, send, act, actTogether, answer, until }: Stage): Promise<void> {
  const over = await send(requestTo('MY', 4761, usd('42300000.00')))
  await answer(over, { kind: 'acknowledged', details: { reference: 'ACK-4761' } })
  await at('2024-07-23T09:00:00Z')
  await answer(over, { kind: 'frozen', details: { amount: usd('39000000.00'), basis: 'FIU_SUSPENSION', reference: 'HOLD-4761' } })
  await actTogether(malaysianCourt, over, 'Release', {
    reason: 'COURT_ORDER',
    authority: 'High Court of Malaya',
    reference: 'KL-24-77',
    note: 'The holder is another person of the same name',
  })
  const ordered = await send(requestTo('JP', 4762, usd('64000.00')))
  await act(watch, ordered, 'Withdraw', { reason: 'The victim was paid back by its own bank' })
  await at('2024-08-05T03:00:00Z')
  await actTogether(officers, ordered, 'OrderErasure', {
    authority: 'General Division of the High Court of Singapore',
    reference: 'HC-77/2024',
    date: '2024-08-02',
  })
  await until(ordered, 'DestructionConfirmed')
  await at('2029-08-01T00:00:00Z')
  await until(over, 'DestructionConfirmed')
}
