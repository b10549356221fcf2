import { held, onwardTo, requestTo, usd } from './documents.ts'
import type { Stage } from './stage.ts'

/**
 * A bank in Bangkok corrects three answers: a hold on another account, another payment, and a shortfall. Then it
 * freezes all of the money.
 */
export async function corrected({ at, send, answer }: Stage): Promise<void> {
  await at('2024-07-30T01:10:00Z')
  const requestId = await send(requestTo('TH', 4761, usd('64000.00')))
  await answer(requestId, held(usd('60000.00'), 'FIU_SUSPENSION'))
  await answer(requestId, { kind: 'corrected', details: { corrects: 'frozen', reason: 'The hold was put on another account' } })
  await at('2024-07-30T01:20:00Z')
  const onward = onwardTo('MY', '0077112233', '2024-07-29T23:30:00Z')
  await answer(requestId, { kind: 'movedOnward', details: { amount: usd('4000.00'), country: 'MY', onward } })
  await answer(requestId, { kind: 'corrected', details: { corrects: 'movedOnward', reason: 'That was the payment of another customer' } })
  await answer(requestId, held(usd('60000.00'), 'FIU_SUSPENSION'))
  await answer(requestId, { kind: 'noFunds', details: { reason: 'AM04' } })
  await at('2024-07-30T01:30:00Z')
  await answer(requestId, { kind: 'corrected', details: { corrects: 'noFunds', reason: 'There is a second account' } })
  await answer(requestId, held(usd('4000.00'), 'FIU_SUSPENSION'))
}
