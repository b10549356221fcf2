import { z } from 'zod'
import { eventSchema } from '../cloud-event.ts'

const topicName = z.string().min(1).max(249)

/**
 * Facts about the partitions of a topic. The first count of a topic is binding, because keys are assigned by it. A topic
 * that was replaced by another is no longer used. A restore is recorded before its first record and after its last one,
 * with the digest of its backup; a ledger in between must not be used. `engine` identifies the engine that owns the topic,
 * derived from its secret.
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

/** The topics of each workflow that belong to one ledger. */
const ofOneLedger = /^[^.]+\.(commands|ledger|dispatched)$/

/**
 * The name of a topic for one ledger of an engine. Commands, ledger and dispatch offsets share partitions, so each
 * ledger has its own; all other topics belong to the engine.
 */
export const topicOfLedger = (topic: string, ledger: number): string =>
  ledger > 1 && ofOneLedger.test(topic) ? `${topic}-${ledger}` : topic

/** The ledger number in a name of `topicOfLedger`. */
export const ledgerOfTopic = (topic: string): number => Number(/-(\d+)$/.exec(topic)?.[1] ?? 1)
