import {
  type Command,
  chainStart,
  consequenceIdOf,
  type FactBody,
  type FactKind,
  factType,
  type ResultingState,
  type UnchainedFact,
} from '@holdfast/schemas'
import type { StatechartEvent } from './event.ts'
import type { Body } from './fact-body.ts'
import { resultingStateOf } from './resulting-state.ts'
import { isRecordOnly, type RequestSnapshot } from './snapshot.ts'
import { phaseOf } from './states.ts'
import type { StatechartSnapshot } from './transition.ts'

export type OpenCommand = Extract<Command, { type: 'holdfast.command.v1.OpenRequest' }>

/** The next fact of a request, as an event of the statechart. */
export const eventOf = (
  snapshot: RequestSnapshot,
  { actor, actorproof: proof, time }: Pick<Command, 'actor' | 'actorproof' | 'time'>,
  body: Body,
): StatechartEvent => ({ ...body, actor, proof, time, sequence: snapshot.sequence + 1 }) as StatechartEvent

/** The first fact of a request, which leads to this state. */
export const firstFactOf = (command: OpenCommand, data: FactBody<'RequestOpened'>, state: StatechartSnapshot): UnchainedFact =>
  factAt('RequestOpened', data, command, {
    sequence: 1,
    phase: 'received',
    resultingState: resultingStateOf({ state, openedAt: command.time }),
    prevhash: chainStart,
    requestingcountry: command.data.request.requestingCountry,
    beneficiarycountry: command.data.request.beneficiaryCountry,
  })

/** The fact after the last one of a request, which leads to this state. */
export const nextFactOf = (
  { sequence, hash, openedAt, state: { context } }: RequestSnapshot,
  command: Command,
  { type, data }: Body,
  state: StatechartSnapshot,
): UnchainedFact =>
  factAt(type, data, command, {
    sequence: sequence + 1,
    phase: phaseOf(state),
    resultingState: resultingStateOf({ state, openedAt }),
    prevhash: hash,
    requestingcountry: context.requestingCountry,
    beneficiarycountry: context.beneficiaryCountry,
  })

/** The position of a fact in its history, and the resulting state. */
interface HistoryPosition extends Pick<UnchainedFact, 'sequence' | 'phase' | 'prevhash' | 'requestingcountry' | 'beneficiarycountry'> {
  readonly resultingState: ResultingState
}

/** A fact depends only on its command and the history, so deciding again gives the same fact, byte for byte. */
function factAt(kind: FactKind, data: object, command: Command, position: HistoryPosition): UnchainedFact {
  // Members are sorted by name, so that canonicalJson need not sort them.
  return {
    actor: command.actor,
    ...(command.encryptedactor ? { encryptedactor: command.encryptedactor } : {}),
    ...(command.actorproof ? { actorproof: command.actorproof } : {}),
    beneficiarycountry: position.beneficiarycountry,
    causationid: command.id,
    correlationid: command.correlationid ?? command.subject,
    ...(isRecordOnly(kind) ? { critical: false as const } : {}),
    data: { ...data, resultingState: position.resultingState },
    datacontenttype: 'application/json',
    id: consequenceIdOf('fact', command.subject, command.id),
    ...(command.orderid ? { orderid: command.orderid } : {}),
    phase: position.phase,
    prevhash: position.prevhash,
    requestingcountry: position.requestingcountry,
    sequence: position.sequence,
    source: '/holdfast/ledger',
    specversion: '1.0',
    subject: command.subject,
    time: command.time,
    ...(command.traceparent ? { traceparent: command.traceparent } : {}),
    type: factType(kind),
  } as UnchainedFact
}
