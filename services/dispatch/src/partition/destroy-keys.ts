import type { FoldedFact } from '@holdfast/folds'
import { type CommandBody, type CommandKind, type DestructionCause, type Fact, isFact, topics } from '@holdfast/schemas'
import type { PersonalDataCipher } from '@holdfast/sealing/wrappers'
import type { Streams } from '@holdfast/streams'
import { commandBecauseOf, type OutboundRecord } from '../outbound.ts'
import type { DispatchState } from '../state/dispatch-state.ts'

export interface DestroyingDependencies {
  readonly streams: Pick<Streams, 'endOffset'>
  readonly words: Pick<PersonalDataCipher, 'destroy' | 'confirmDestroyed'>
}

/** Whether something is destroyed because of a fact, or was and is confirmed by it. */
export const concernsKeys = (fact: Fact): boolean => becauseOf(fact) !== undefined || isFact(fact, 'KeysDestroyed')

function becauseOf(fact: Fact): DestructionCause | undefined {
  if (isFact(fact, 'ErasureOrdered')) return 'ERASURE_ORDERED'
  return isFact(fact, 'DeadlineReached') && fact.data.kind === 'retention' ? 'RETENTION_OVER' : undefined
}

/**
 * Destroys the keys of a request because of a fact that says so, and gives the command that puts it on record; of the fact that has it on record, the one that confirms it (V30). Done again, it destroys nothing more and gives the same command. To be called once all that
 * goes out because of earlier facts is written: nobody can read their words after it. Throws StoreUnavailableError.
 */
export async function destroyKeys(
  { streams, words }: DestroyingDependencies,
  partition: number,
  { fact }: Pick<FoldedFact<DispatchState>, 'fact'>,
): Promise<OutboundRecord | undefined> {
  const because = becauseOf(fact)
  if (because) {
    // What can't be taken back waits until the fact can't be lost any more, nor what was written before.
    await streams.endOffset(topics.ledger.name, partition)
    const { keys, intendedAt, destroyedAt } = await words.destroy(fact.subject, because)
    return commandOf('RecordDestruction', { because, keys: keys.length, intendedAt, destroyedAt }, fact, destroyedAt)
  }
  if (!isFact(fact, 'KeysDestroyed')) return undefined
  await streams.endOffset(topics.ledger.name, partition)
  const { confirmedAt } = await words.confirmDestroyed(fact.subject)
  return confirmedAt === undefined ? undefined : commandOf('ConfirmDestruction', { confirmedAt }, fact, confirmedAt)
}

const commandOf = <K extends CommandKind>(kind: K, data: CommandBody<K>, fact: Fact, time: string): OutboundRecord =>
  commandBecauseOf(fact, kind, data, { subject: fact.subject, time, person: 'keys' })
