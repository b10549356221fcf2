import { type Fact, factType } from '@holdfast/payment-stop/language'
import { topics } from '@holdfast/schemas'
import type { MemoryLog } from '@holdfast/test-kit/memory-streams'
import type { Violation } from '../../../checker/observations.ts'
import type { SentRequest } from '../actors/member.ts'
import type { SimulatedEncryption } from '../engine/encryption.ts'
import type { Histories } from './histories.ts'

export interface EncryptedValue {
  readonly encryption: SimulatedEncryption
  readonly log: MemoryLog
  readonly partitions: number
  readonly histories: Histories
  readonly sent: readonly SentRequest[]
  /** Erasures ordered before this time must be done; undefined where none has to be. */
  readonly doneBeforeMs: number | undefined
  /** A partition lost acknowledged facts: keys can have been destroyed because of a lost fact. */
  readonly isTailLost: boolean
}

/** The engine's internal topics, which must not contain personal data. */
const ofTheEngine = [topics.ledger, topics.commands, topics.parked]

/** An actor of a member without a pseudonym in place of the person. */
const namedActor = /"(?:actor|proposedBy|sharedBy)":"[A-Z]{2}\/[a-z]+\/[^~"][^"]*"/

/** Violations of encryption and erasure (V30). */
export async function judgeErasures({
  encryption,
  log,
  partitions,
  histories,
  sent,
  doneBeforeMs,
  isTailLost,
}: EncryptedValue): Promise<readonly Violation[]> {
  const there = new Set(log.topics())
  const recordsOf = (topic: string) =>
    there.has(topic)
      ? Array.from({ length: topic === topics.parked.name ? 1 : partitions }, (_, partition) => log.recordsOf(topic, partition)).flat()
      : []
  const violations: Violation[] = []
  const names = new Set(sent.map(({ document }) => document.payment.creditor.name))
  for (const { name: topic } of ofTheEngine)
    for (const { value, offset } of recordsOf(topic)) {
      const [acting] = namedActor.exec(value) ?? []
      for (const name of [...names].filter(each => value.includes(each)).concat(acting ?? []))
        violations.push({ invariant: 'data-encrypted', message: `${topic} ${offset} has ${name} in plaintext` })
    }

  const counted = recordsOf(topics.ledger.name)
    .map(({ value, timestampMs }) => ({ fact: JSON.parse(value) as Fact, timestampMs }))
    .filter(({ fact }) => fact.type.startsWith('holdfast.fact.') && histories.counts(fact))
  const factsOf = (kind: 'ErasureOrdered' | 'KeysDestroyed' | 'DestructionConfirmed') =>
    counted.filter(({ fact }) => fact.type === factType(kind))
  const destroyed = new Set(factsOf('KeysDestroyed').map(({ fact }) => fact.subject))
  const confirmed = new Set(factsOf('DestructionConfirmed').map(({ fact }) => fact.subject))
  const ordered = new Set(factsOf('ErasureOrdered').map(({ fact }) => fact.subject))
  for await (const page of encryption.keys.pagesOfDestructions())
    for (const { requestId, destroyedAt } of page) {
      if (!ordered.has(requestId) && !isTailLost)
        violations.push({
          invariant: 'destroyed-because',
          requestId,
          message: 'its keys are marked for destruction, and no fact orders it',
        })
      if (destroyedAt === undefined && destroyed.has(requestId))
        violations.push({
          invariant: 'destroyed-as-said',
          requestId,
          message: 'a fact confirms that its keys are destroyed, and they exist',
        })
    }
  if (doneBeforeMs === undefined) return violations
  for (const { fact, timestampMs } of factsOf('ErasureOrdered'))
    if (timestampMs < doneBeforeMs && !(destroyed.has(fact.subject) && confirmed.has(fact.subject)))
      violations.push({
        invariant: 'erased-when-ordered',
        requestId: fact.subject,
        message: `its erasure was ordered by fact ${fact.sequence}, and its keys are ${destroyed.has(fact.subject) ? 'destroyed and not confirmed' : 'not destroyed'}`,
      })
  return violations
}
