import { z } from 'zod'
import { eventSchema } from '../cloud-event.ts'
import { topics } from '../topics.ts'

const topicName = z.string().min(1).max(249)

/**
 * What is so about the partitions of a topic. The first count of a topic stands: by it keys fall, and where records lie can be told. A topic that goes on as another is read and
 * written by nobody any more. A restore is on record from before its first record until after its last one, with the digest of its copy: a ledger in between is not used.
 * `engine` is the identity of the engine whose topic it is, made from its secret.
 */
const partitionsBodySchema = z.union([
  z.strictObject({ topic: topicName, partitions: z.int().min(1) }),
  z.strictObject({ topic: topicName, continuedAs: topicName }),
  z.strictObject({ topic: topicName, engine: z.string().regex(/^[0-9a-f]{64}$/) }),
  z.strictObject({
    topic: topicName,
    restore: z.enum(['begun', 'done']),
    copy: z.string().regex(/^[0-9a-f]{64}$/),
    takenAt: z.iso.datetime(),
  }),
])
export type PartitionsBody = z.output<typeof partitionsBodySchema>

export const partitionsType = 'holdfast.partitions.v1'
export const partitionsSchema = eventSchema(partitionsType, partitionsBodySchema).meta({
  title: 'Partitions',
  description: 'A record of freeze.partitions.',
})
export type PartitionsEvent = z.output<typeof partitionsSchema>

const ofOneLedger: ReadonlySet<string> = new Set([topics.commands.name, topics.ledger.name, topics.dispatched.name])

/** The name that a topic has for one ledger of an engine: commands and facts lie by the same count, and how far dispatch has come is said of each partition, so each ledger has its own of these; all other topics are the engine's. */
export const topicOfLedger = (topic: string, ledger: number): string =>
  ledger > 1 && ofOneLedger.has(topic) ? `${topic}-${ledger}` : topic

/** The number of the ledger that a topic of `topicOfLedger` belongs to. */
export const ledgerOfTopic = (topic: string): number => Number(/-(\d+)$/.exec(topic)?.[1] ?? 1)
