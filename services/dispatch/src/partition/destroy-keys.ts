import { destructionCauseOf, recordsDestruction, type Workflow } from '@holdfast/core'
import type { PersonalDataCipher } from '@holdfast/encryption/wrappers'
import type { LedgerFact } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import { commandBecauseOf, type Outbound } from '../outbound.ts'

export interface DestroyingDependencies {
  readonly workflow: Pick<Workflow, 'topics'>
  readonly streams: Pick<Streams, 'endOffset'>
  readonly cipher: Pick<PersonalDataCipher, 'destroy' | 'confirmDestroyed'>
}

/** Whether a fact requires the destruction of keys, or confirms one. */
export const concernsKeys = (fact: LedgerFact): boolean => destructionCauseOf(fact) !== undefined || recordsDestruction(fact)

/**
 * Destroys the data keys of a request if a fact requires it, and returns the command that records the destruction; for
 * the fact that records it, returns the command that confirms it (V30). A repeat destroys nothing more and returns the
 * same command.
 *
 * Call it after all outbound messages of earlier facts are written, because their personal data is unreadable
 * afterwards. Throws StoreUnavailableError.
 */
export async function destroyKeys(
  { workflow, streams, cipher }: DestroyingDependencies,
  partition: number,
  { fact }: { readonly fact: LedgerFact },
): Promise<Outbound | undefined> {
  const commandAt = (time: string) => ({ subject: fact.subject, time, person: 'keys' }) as const
  const because = destructionCauseOf(fact)
  if (because) {
    // Irreversible, so it waits until the fact and all earlier records are durable.
    await streams.endOffset(workflow.topics.ledger.name, partition)
    const { keys, intendedAt, destroyedAt } = await cipher.destroy(fact.subject, because)
    const recorded = { because, keys: keys.length, intendedAt, destroyedAt }
    return commandBecauseOf(workflow, fact, 'RecordDestruction', recorded, commandAt(destroyedAt))
  }
  if (!recordsDestruction(fact)) return undefined
  await streams.endOffset(workflow.topics.ledger.name, partition)
  const { confirmedAt } = await cipher.confirmDestroyed(fact.subject)
  return confirmedAt === undefined
    ? undefined
    : commandBecauseOf(workflow, fact, 'ConfirmDestruction', { confirmedAt }, commandAt(confirmedAt))
}
