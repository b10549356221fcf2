import type { PersonalDataCipher } from '@holdfast/encryption/wrappers'
import type { AppliedFact } from '@holdfast/request-state'
import { type CommandBody, type CommandKind, type DestructionCause, type Fact, isFact, topics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import { commandBecauseOf, type Outbound } from '../outbound.ts'
import type { DispatchState } from '../state/dispatch-state.ts'

export interface DestroyingDependencies {
  readonly streams: Pick<Streams, 'endOffset'>
  readonly cipher: Pick<PersonalDataCipher, 'destroy' | 'confirmDestroyed'>
}

/** Whether a fact requires the destruction of keys, or confirms one. */
export const concernsKeys = (fact: Fact): boolean => becauseOf(fact) !== undefined || isFact(fact, 'KeysDestroyed')

function becauseOf(fact: Fact): DestructionCause | undefined {
  if (isFact(fact, 'ErasureOrdered')) return 'ERASURE_ORDERED'
  return isFact(fact, 'DeadlineReached') && fact.data.kind === 'retention' ? 'RETENTION_OVER' : undefined
}

/**
 * Destroys the data keys of a request if a fact requires it, and returns the command that records the destruction; for
 * the fact that records it, returns the command that confirms it (V30). A repeat destroys nothing more and returns the
 * same command.
 *
 * Call it after all outbound messages of earlier facts are written, because their personal data is unreadable
 * afterwards. Throws StoreUnavailableError.
 */
export async function destroyKeys(
  { streams, cipher }: DestroyingDependencies,
  partition: number,
  { fact }: Pick<AppliedFact<DispatchState, Fact>, 'fact'>,
): Promise<Outbound | undefined> {
  const because = becauseOf(fact)
  if (because) {
    // Irreversible, so it waits until the fact and all earlier records are durable.
    await streams.endOffset(topics.ledger.name, partition)
    const { keys, intendedAt, destroyedAt } = await cipher.destroy(fact.subject, because)
    return commandOf('RecordDestruction', { because, keys: keys.length, intendedAt, destroyedAt }, fact, destroyedAt)
  }
  if (!isFact(fact, 'KeysDestroyed')) return undefined
  await streams.endOffset(topics.ledger.name, partition)
  const { confirmedAt } = await cipher.confirmDestroyed(fact.subject)
  return confirmedAt === undefined ? undefined : commandOf('ConfirmDestruction', { confirmedAt }, fact, confirmedAt)
}

const commandOf = <K extends CommandKind>(kind: K, data: CommandBody<K>, fact: Fact, time: string): Outbound =>
  commandBecauseOf(fact, kind, data, { subject: fact.subject, time, person: 'keys' })
