import { isWork, type MemberActor, type Problem, type Refusal, type WorkBody, type WorkKind } from '@holdfast/schemas'
import { requestUnknown } from '../refusals.ts'
import type { WorkWorld } from './work-world.ts'

/** What a person wants to have done, of the shape that its kind has. */
export type RequestedWork = {
  [K in WorkKind]: { readonly kind: K; readonly requestId: string | undefined; readonly data: WorkBody<K> }
}[WorkKind]

/** A request sleeps a quarter at most: what is put aside for longer is forgotten. */
const snoozeMsMax = 92 * 24 * 3_600_000

/** What is wrong with it whatever stands in the chain. */
export function problemsOfWork(asked: RequestedWork, { person }: MemberActor, now: Date): Problem[] {
  if (asked.kind === 'RequestSnoozed' && asked.data.until !== null) {
    const ms = Date.parse(asked.data.until) - now.getTime()
    if (ms <= 0) return [{ code: 'RULE', path: '/until', message: 'must be still to come' }]
    if (ms > snoozeMsMax) return [{ code: 'RULE', path: '/until', message: 'must be within 92 days' }]
  }
  if (asked.kind === 'ShiftHandedOver' && asked.data.to === person.toLowerCase())
    return [{ code: 'RULE', path: '/to', message: 'must be somebody else' }]
  return []
}

const notSo = (message: string): Refusal => ({ code: 'WRONG_STATE', message })

/** Why it can't be done as the chain of the country stands now; no name stands in it. */
export function refusalOfWork(
  { views, work }: Pick<WorkWorld, 'views' | 'work'>,
  asked: RequestedWork,
  caller: MemberActor,
): Refusal | undefined {
  const { country, person } = caller
  if (asked.kind === 'NoteStruck') {
    const note = work.at(country, asked.data.note)
    if (!note || !isWork(note, 'NoteTaken') || note.subject !== asked.requestId) return notSo('there is no such note of this request')
    const isStruck = work.isStruck(country, note.subject ?? '', note.sequence)
    return isStruck ? notSo('this note is struck already') : undefined
  }
  if (asked.kind === 'AlertAcknowledged') {
    const { fact, sequence, time } = asked.data
    const alert = work
      .alertsOf(country, asked.requestId ?? '')
      .find(({ alert }) => alert.fact === fact && alert.sequence === sequence && alert.time === time)
    if (!alert) return notSo('there is no such alert of this request')
    return alert.acknowledgement ? notSo('this alert is acknowledged already') : undefined
  }
  if (asked.kind === 'ShiftHandedOver') {
    if (asked.data.requests.some(each => !views.find(each, country))) return requestUnknown
    const others = asked.data.requests.filter(each => work.assignee(country, each) !== work.keyOf(country, person))
    return others.length > 0 ? notSo(`${others.length} of these requests are not yours any more: look again`) : undefined
  }
  return undefined
}
