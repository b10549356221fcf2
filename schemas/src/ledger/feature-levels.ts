import { z } from 'zod'
import { eventSchema } from '../cloud-event.ts'
import { deterministicId } from '../ids.ts'

/**
 * The features that a ledger may contain. Consumers of every version read all features they know. A writer stays at the
 * ledger's level, which an operator raises once every consumer supports the next one. The default is level 1. Level 2 has
 * challenges of a freeze.
 */
export const featureLevel = 2

export const featureLevelRaisedType = 'holdfast.level.v1'

/**
 * A record of `freeze.ledger` that concerns the partition. Later records may use the features of its level. A level is
 * never lowered.
 */
export const featureLevelRaisedSchema = eventSchema(featureLevelRaisedType, z.strictObject({ level: z.int().min(1) })).meta({
  title: 'Level raised',
  description: 'A record of freeze.ledger that is about its partition.',
})
export type FeatureLevelRaised = z.output<typeof featureLevelRaisedSchema>

/** The record that raises a partition to a level. Its id is made of both, so a repeat has the same id. */
export const featureLevelRaiseOf = (
  partition: number,
  level: number,
  { source, at }: { readonly source: string; readonly at: Date },
): FeatureLevelRaised => ({
  specversion: '1.0',
  id: deterministicId('level', partition, level),
  source,
  type: featureLevelRaisedType,
  time: at.toISOString(),
  datacontenttype: 'application/json',
  data: { level },
})

/** The record key of level records; no request has it. */
export const featureLevelKey = 'level'
