import type { ProfileFile } from '@holdfast/payment-stop/law'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { askedBack, decidedWithout, neverAnswered, reviewed, turnedAway } from './before-a-hold.ts'
import { challengedTwice } from './challenged.ts'
import { corrected } from './corrected.ts'
import { confirmation, held, money, paid, usd } from './documents.ts'
import { followedByPolicy, movedHome, movedOnward, paidLate, releasedAndSentBack } from './followed.ts'
import {
  confirmedForAWhile,
  confirmedForLong,
  consentRefused,
  extendedInLondon,
  halfExpired,
  reopened,
  suspendedInLondon,
  withdrawn,
} from './held.ts'
import { leftOpen } from './left-open.ts'
import { prosecutors, watch } from './persons.ts'
import { sharedWithUnits } from './shared.ts'
import type { Stage } from './stage.ts'

export const storyStart = '2024-07-23T02:25:00Z'
export const storyCountries = ['TL', 'MY', 'TH', 'AE', 'SG', 'JP', 'GB', 'KW']

/** The standing policy of Singapore: a large sum in euros is followed, once for a request. */
export const storyProfiles: ProfileFile = {
  countries: { SG: { followOnward: { minimums: [money('EUR', '20000.00')], childrenMax: 1 } } },
}

/**
 * 23 July to 26 August 2024, and the retention years later. The first case has the published days and sums; everything
 * else is invented.
 */
export async function tell(stage: Stage): Promise<void> {
  const { at, send, act, actTogether, answer, until } = stage
  const forgedInvoice = buildRequestNumber(
    4711,
    paid(usd('42300000.00'), { executedAt: '2024-07-19T09:30:00+08:00', settlementDate: '2024-07-19' }),
  )
  const reference = await send(forgedInvoice)
  await at('2024-07-23T02:40:00Z')
  await answer(reference, { kind: 'acknowledged', details: { reference: 'ACK-4711' } })

  await askedBack(stage)
  const unanswered = await neverAnswered(stage)
  const notThere = await reviewed(stage)
  await turnedAway(stage)
  await reopened(stage, notThere)

  // After the first and the last limit of its order.
  await at('2024-07-25T07:30:00Z')
  await answer(reference, held(usd('39000000.00'), 'FIU_SUSPENSION'))
  await at('2024-07-25T14:15:00Z')
  await send({ ...forgedInvoice, caseReference: 'SG-4718' })

  await withdrawn(stage)
  await decidedWithout(stage, unanswered)
  const expiring = await halfExpired(stage)
  const british = await suspendedInLondon(stage)
  await confirmedForAWhile(stage, notThere)
  const followed = await movedOnward(stage)
  await followedByPolicy(stage)
  await sharedWithUnits(stage)
  await movedHome(stage)
  await corrected(stage)
  await challengedTwice(stage)

  await at('2024-07-30T02:05:00Z')
  await answer(reference, held(usd('21000000.00'), 'FIU_SUSPENSION'))
  await at('2024-07-30T02:20:00Z')
  await answer(reference, held(usd('2100000.00'), 'FIU_SUSPENSION'))

  // The second hold of the other case expires too; its bank's later answer is late.
  await at('2024-07-30T07:00:00Z')
  await until(expiring, 'HoldExpired', 2)
  await at('2024-07-30T08:00:00Z')
  await answer(expiring, { kind: 'returnInitiated', details: { basis: 'CONSENT' } })

  await at('2024-07-31T02:00:00Z')
  await actTogether(prosecutors, reference, 'ConfirmFreeze', confirmation('MP-2024-0731', '2024-07-31'))
  await releasedAndSentBack(stage, followed)
  await extendedInLondon(stage, british)

  await at('2024-08-12T07:00:00Z')
  const byOrder = { kind: 'returnInitiated', details: { basis: 'ORDER', reference: 'ORD-0812' } } as const
  await answer(reference, byOrder)
  await answer(reference, { ...byOrder, person: 'second' })
  await consentRefused(stage, notThere)
  await at('2024-08-19T01:45:00Z')
  await answer(reference, { kind: 'returned', details: { amount: usd('30000000.00'), reference: 'RTN-1' } })
  await at('2024-08-20T03:00:00Z')
  await act(watch, reference, 'Withdraw', { reason: 'Asked for by mistake: the money is on its way' })
  await paidLate(stage, followed)
  await at('2024-08-26T06:10:00Z')
  const rest = { amount: usd('11098200.00'), charges: usd('1800.00'), reference: 'RTN-2' }
  await answer(reference, { kind: 'returned', details: { ...rest, converted: { amount: money('SGD', '14538642.00'), rate: '1.31' } } })
  await at('2024-08-26T06:30:00Z')
  await answer(reference, held(usd('10.00'), 'FIU_SUSPENSION'))

  await confirmedForLong(stage)
  // By now the retention of requests that ended in 2024 is over.
  await leftOpen(stage)
}
