import { isWork, type MemberActor, type Problem, type Refusal, type WorkBody, type WorkKind } from '@holdfast/schemas'
import { requestUnknown } from '../refusals.ts'
import type { WorkWorld } from './work-world.ts'

/** An action that a person requests, with the data of its kind. */
export type RequestedWork = {
  [K in WorkKind]: { readonly kind: K; readonly requestId: string | undefined; readonly data: WorkBody<K> }
}[WorkKind]

/** 92 days: a request that is snoozed for longer would be forgotten. */
const snoozeMsMax = 92 * 24 * 3_600_000

/** Problems of the action itself, independent of the chain. */
export function problemsOfWork(requested: RequestedWork, { person }: MemberActor, now: Date): Problem[] {
  if (requested.kind === 'RequestSnoozed' && requested.data.until !== null) {
    const ms = Date.parse(requested.data.until) - now.getTime()
    if (ms <= 0) return [{ code: 'RULE', path: '/until', message: 'must be in the future' }]
    if (ms > snoozeMsMax) return [{ code: 'RULE', path: '/until', message: 'must be within 92 days' }]
  }
  if (requested.kind === 'ShiftHandedOver' && requested.data.to === person.toLowerCase())
    return [{ code: 'RULE', path: '/to', message: 'must be another officer' }]
  return []
}

const wrongState = (message: string): Refusal => ({ code: 'WRONG_STATE', message })

/** Why the current chain of the country does not allow the action. Messages contain no names. */
export function refusalOfWork(
  { views, work }: Pick<WorkWorld, 'views' | 'work'>,
  requested: RequestedWork,
  caller: MemberActor,
): Refusal | undefined {
  const { country, person } = caller
  if (requested.kind === 'NoteStruck') {
    const note = work.at(country, requested.data.note)
    if (!note || !isWork(note, 'NoteTaken') || note.subject !== requested.requestId) return wrongState('This request has no such note.')
    const isStruck = work.isStruck(country, note.subject ?? '', note.sequence)
    return isStruck ? wrongState('This note has already been struck.') : undefined
  }
  if (requested.kind === 'AlertAcknowledged') {
    const { fact, sequence, time } = requested.data
    const alert = work
      .alertsOf(country, requested.requestId ?? '')
      .find(({ alert }) => alert.fact === fact && alert.sequence === sequence && alert.time === time)
    if (!alert) return wrongState('This request has no such alert.')
    return alert.acknowledgement ? wrongState('This alert has already been acknowledged.') : undefined
  }
  if (requested.kind === 'ShiftHandedOver') {
    if (requested.data.requests.some(each => !views.find(each, country))) return requestUnknown
    const others = requested.data.requests.filter(each => work.assignee(country, each) !== work.keyOf(country, person))
    return others.length > 0
      ? wrongState(`${others.length} of these requests are no longer assigned to you. Reload your inbox.`)
      : undefined
  }
  return undefined
}
