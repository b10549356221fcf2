import { type CommandEvent, chainStart, consequenceIdOf, factTypePrefix, type UnhashedFact } from '@holdfast/schemas'
import type { AnyState, FactBody, Lifecycle, PersonPolicy, Snapshot } from './lifecycle.ts'
import { phaseOf } from './states.ts'

/** Attributes that the fact of every workflow can have. */
const attributesOfAll = [
  'actor',
  'actorproof',
  'causationid',
  'correlationid',
  'critical',
  'data',
  'datacontenttype',
  'encryptedactor',
  'id',
  'orderid',
  'phase',
  'prevhash',
  'sequence',
  'source',
  'specversion',
  'subject',
  'time',
  'traceparent',
  'type',
] as const

/** Makes the fact after the last one of a request, which leads to this state. */
export type NextFact<State> = (last: Snapshot<State> | undefined, command: CommandEvent, body: FactBody, state: State) => UnhashedFact

/** A fact depends only on its command and the history, so deciding again gives the same fact, byte for byte. */
export function createNextFact<State extends AnyState, Command extends CommandEvent, Policy extends PersonPolicy>(
  lifecycle: Pick<Lifecycle<State, Command, Policy>, 'attributes' | 'chart' | 'facts' | 'resultingState'>,
): NextFact<State> {
  // Members are sorted by name, so that canonicalJson need not sort them.
  const names = [...attributesOfAll, ...Object.keys(lifecycle.attributes(lifecycle.chart.initialState))].sort()
  return (last, command, { type, data }, state) => {
    const members: Readonly<Record<string, unknown>> = {
      ...lifecycle.attributes(state),
      actor: command.actor,
      encryptedactor: command.encryptedactor,
      actorproof: command.actorproof,
      causationid: command.id,
      correlationid: command.correlationid ?? command.subject,
      critical: lifecycle.facts[type]?.isRecordOnly ? false : undefined,
      data: { ...data, resultingState: lifecycle.resultingState({ state, openedAt: last?.openedAt ?? command.time }) },
      datacontenttype: 'application/json',
      id: consequenceIdOf('fact', command.subject, command.id),
      orderid: command.orderid,
      phase: phaseOf(state),
      prevhash: last?.hash ?? chainStart,
      sequence: (last?.sequence ?? 0) + 1,
      source: '/holdfast/ledger',
      specversion: '1.0',
      subject: command.subject,
      time: command.time,
      traceparent: command.traceparent,
      type: `${factTypePrefix}${type}`,
    }
    const fact: Record<string, unknown> = {}
    for (const name of names) {
      const member = members[name]
      if (member !== undefined) fact[name] = member
    }
    return fact as unknown as UnhashedFact
  }
}
