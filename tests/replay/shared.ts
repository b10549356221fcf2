import { requestTo, usd } from './documents.ts'
import { malaysianDesk, watch } from './persons.ts'
import type { Stage } from './stage.ts'

/**
 * A shared request: with units of other countries, one of the beneficiary's own, and the General Secretariat. One reads
 * less, then more, and two lose access in the end.
 */
export async function sharedWithUnits({ at, send, act }: Stage): Promise<void> {
  await at('2024-07-29T10:52:00Z')
  const requestId = await send(requestTo('MY', 4757, usd('64000.00')))
  const dubai = { country: 'AE', unit: 'antiScamCentre' } as const
  await act(watch, requestId, 'ShareRequest', { with: dubai, extent: 'standing', purpose: 'Its centre knows the account' })
  await act(malaysianDesk, requestId, 'ShareRequest', {
    with: { country: 'MY', unit: 'cybercrime' },
    extent: 'history',
    purpose: 'The same server stands in its cases',
  })
  await at('2024-07-29T10:54:00Z')
  await act(watch, requestId, 'ShareRequest', { with: dubai, extent: 'history', purpose: 'It asked for the payment' })
  await act(watch, requestId, 'ShareRequest', {
    with: { country: 'XP', unit: 'generalSecretariat' },
    extent: 'standing',
    purpose: 'It coordinates the operation',
  })
  // A unit of a country that is not a party's own is not allowed here.
  await act(malaysianDesk, requestId, 'ShareRequest', { with: dubai, extent: 'standing', purpose: 'It asked' })
  await at('2024-07-29T10:56:00Z')
  await act(watch, requestId, 'WithdrawShare', { share: 4, reason: 'Its case is closed' })
  await act(watch, requestId, 'WithdrawShare', { share: 5, reason: 'Asked for by mistake' })
}
