import type { Person } from '../src/engine.ts'
import { held, requestTo, usd } from './documents.ts'
import { malaysianCourt } from './persons.ts'
import type { Stage } from './stage.ts'

/** The account holder challenges the freeze twice: the first challenge is dismissed, the second one is upheld. */
export async function challengedTwice({ at, send, act, actTogether, answer }: Stage): Promise<void> {
  const lodged = { decidingBody: 'Court of Appeal of Putrajaya', date: '2024-07-30' }
  const judge: Person = ['MY', 'authority', 'first']
  await at('2024-07-30T01:40:00Z')
  const requestId = await send(requestTo('MY', 4758, usd('71000.00')))
  await at('2024-07-30T01:45:00Z')
  await answer(requestId, held(usd('71000.00'), 'FIU_SUSPENSION'))
  await act(judge, requestId, 'LodgeChallenge', { ...lodged, reference: 'CA-0730', note: 'The holder shows an invoice' })
  // One challenge at a time.
  await act(judge, requestId, 'LodgeChallenge', { ...lodged, reference: 'CA-0731' })
  await actTogether(malaysianCourt, requestId, 'DecideChallenge', { decision: 'AGAINST_HOLDER', reference: 'CA-0730' })
  await act(judge, requestId, 'LodgeChallenge', { ...lodged, reference: 'CA-0731' })
  await actTogether(malaysianCourt, requestId, 'DecideChallenge', {
    decision: 'FOR_HOLDER',
    reference: 'CA-0731',
    note: 'The goods were delivered',
  })
}
