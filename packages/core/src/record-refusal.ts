import { type CommandEvent, lastRefusalOf, type Refusal, refusalIdOf, refusedCommandType } from '@holdfast/schemas'
import type { RefusedEvent } from './history.ts'
import type { AnyState, Snapshot } from './lifecycle.ts'
import { budgetOf, refusalsMax } from './refusal-budgets.ts'
import { phaseOf, statesOf } from './states.ts'

/** A command that was refused. */
interface ToRecord<State> {
  readonly snapshot: Snapshot<State>
  readonly command: CommandEvent
  readonly kind: string
  readonly refusal: Refusal
  /** Of an institution or FIU of the request. */
  readonly isAnswer: boolean
  readonly hasEnded: boolean
  /** Further attributes of the workflow's records. */
  readonly attributes: Readonly<Record<string, string>>
}

/** The record of a refused command; undefined if the refusal budget is used up. */
export function recordRefusal<State extends AnyState>(refused: ToRecord<State>): RefusedEvent | undefined {
  const { snapshot, command, kind, refusal, isAnswer, hasEnded, attributes } = refused
  // Money may be on hold or on its way without anyone knowing, so an officer has to look.
  const late = isAnswer && hasEnded
  const used = snapshot.refusals.used[budgetOf(command.actor, late)] ?? 0
  if (used >= refusalsMax) return undefined
  const before = lastRefusalOf(snapshot.requestId, snapshot.refusals.commands)
  const record = {
    specversion: '1.0',
    id: refusalIdOf(command.subject, command.id),
    source: '/holdfast/ledger',
    type: refusedCommandType,
    subject: command.subject,
    time: command.time,
    datacontenttype: 'application/json',
    causationid: command.id,
    correlationid: command.correlationid ?? command.subject,
    actor: command.actor,
    ...(command.encryptedactor ? { encryptedactor: command.encryptedactor } : {}),
    phase: phaseOf(snapshot.state),
    ...attributes,
    aftersequence: snapshot.sequence,
    afterhash: snapshot.hash,
    number: snapshot.refusals.commands.length + 1,
    ...(before ? { afterrefusal: before } : {}),
    ...(command.orderid ? { orderid: command.orderid } : {}),
    ...(command.traceparent ? { traceparent: command.traceparent } : {}),
    data: {
      command: kind,
      ...refusal,
      state: statesOf(snapshot).join(', '),
      ...(late ? { late: true as const } : {}),
      ...(isAnswer ? { data: command.data } : {}),
      ...(used + 1 === refusalsMax ? { last: true as const } : {}),
    },
  }
  return record
}
