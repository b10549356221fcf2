import type { CommandBody } from '@holdfast/payment-stop/language'
import { moneyOf } from '@holdfast/payment-stop/lifecycle'
import type { ModelState } from '../model-state.ts'
import { give, type Move, requestersOfficer } from './move.ts'

/** The destination of the money here. */
export const nextCountry = 'FR'

/** The account there, as the bank reports it. */
export const onward = {
  rail: 'SWIFT',
  executedAt: '2024-07-23T09:45:00+08:00',
  creditor: { name: 'Passage Trading SARL', account: { other: '0030012345' } },
  creditorAgent: { bic: 'EXMPFRPP' },
} as const satisfies CommandBody<'ReportMovedOnward'>['onward']

/** The walker of the path supplies the parent of an id that the machine does not know. */
export const child = { requestId: '00000000-0000-5000-8000-000000000001', hop: 1 }

/** The report for a decision of the requester: one that awaits it, or else one that has it. */
function reported({ state: { context } }: ModelState) {
  const moved = context.movedOnward.find(({ proposed }) => proposed) ?? context.movedOnward.find(({ childRequestId }) => childRequestId)
  if (!moved) return undefined
  const { report, country, amountMinor } = moved
  return { report, reported: { country, amount: moneyOf('USD', amountMinor) } }
}

/** The requester's decisions on money that moved onward. */
export const onTheRequestersWord: readonly Move[] = [
  give('the requester agrees that a request follows the money', requestersOfficer, 'FollowOnward', standing => {
    const on = reported(standing)
    const data = on && { report: on.report }
    return data && { data, body: { type: 'OnwardFollowed', data: { ...data, ...on.reported, child } } }
  }),
  give('the requester wants no request to follow the money', requestersOfficer, 'DeclineOnward', standing => {
    const on = reported(standing)
    const data = on && { report: on.report, reason: 'The bank has taken it back' }
    return data && { data, body: { type: 'OnwardDeclined', data: { ...data, ...on.reported } } }
  }),
]
