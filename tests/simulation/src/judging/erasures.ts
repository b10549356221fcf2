import { type Fact, factType, topics } from '@holdfast/schemas'
import type { MemoryLog } from '@holdfast/test-kit/memory-streams'
import type { Violation } from '../../../checker/observations.ts'
import type { SentRequest } from '../actors/member.ts'
import type { SimulatedEncryption } from '../engine/encryption.ts'
import type { Histories } from './histories.ts'

export interface EncryptedValue {
  readonly sealing: SimulatedEncryption
  readonly log: MemoryLog
  readonly partitions: number
  readonly histories: Histories
  readonly sent: readonly SentRequest[]
  /** What was ordered before this has had the time to be done; undefined where nothing has to be. */
  readonly doneBeforeMs: number | undefined
  /** A partition lost facts that it had acknowledged: keys may be destroyed because of one that is gone. */
  readonly isTailLost: boolean
}

/** The engine's own topics, where no word of a person has to lie. */
const ofTheEngine = [topics.ledger, topics.commands, topics.parked]

/** A member's actor in whose place for the person no mark stands. */
const namedActor = /"(?:actor|proposedBy|sharedBy)":"[A-Z]{2}\/[a-z]+\/[^~"][^"]*"/

/** What is wrong with words that were sealed and with those that were destroyed (V30). */
export async function judgeErasures({
  sealing,
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
        violations.push({ invariant: 'words-sealed', message: `${topic} ${offset} has ${name} in clear` })
    }

  const counted = recordsOf(topics.ledger.name)
    .map(({ value, timestampMs }) => ({ fact: JSON.parse(value) as Fact, timestampMs }))
    .filter(({ fact }) => fact.type.startsWith('holdfast.fact.') && histories.counts(fact))
  const factsOf = (kind: 'ErasureOrdered' | 'KeysDestroyed' | 'DestructionConfirmed') =>
    counted.filter(({ fact }) => fact.type === factType(kind))
  const destroyed = new Set(factsOf('KeysDestroyed').map(({ fact }) => fact.subject))
  const confirmed = new Set(factsOf('DestructionConfirmed').map(({ fact }) => fact.subject))
  const ordered = new Set(factsOf('ErasureOrdered').map(({ fact }) => fact.subject))
  for await (const page of sealing.keys.pagesOfDestructions())
    for (const { requestId, destroyedAt } of page) {
      if (!ordered.has(requestId) && !isTailLost)
        violations.push({ invariant: 'destroyed-because', requestId, message: 'its keys are to be destroyed, and no fact says so' })
      if (destroyedAt === undefined && destroyed.has(requestId))
        violations.push({
          invariant: 'destroyed-as-said',
          requestId,
          message: 'a fact says that its keys are destroyed, and they are there',
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
