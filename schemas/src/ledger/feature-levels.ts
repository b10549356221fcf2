import { z } from 'zod'
import { eventSchema } from '../cloud-event.ts'
import { deterministicId } from '../ids.ts'
import type { FactKind } from '../requests/facts.ts'

/**
 * What may be written into a ledger. Readers of every version read all that they can; who writes keeps to the level that the ledger says it is at, and that is raised once every
 * reader knows what may come then. A ledger that says nothing is at level 1.
 */
export const featureLevel = 1

/** The level from which on facts of a kind may be written, where that is not the first. */
const levels: Readonly<Partial<Record<FactKind, number>>> = {}

export const featureLevelOf = (kind: FactKind): number => levels[kind] ?? 1

export const featureLevelRaisedType = 'holdfast.level.v1'

/** A record of `freeze.ledger` that is about the partition and no request: from here on, what its level allows may lie there. It is never lowered. */
export const featureLevelRaisedSchema = eventSchema(featureLevelRaisedType, z.strictObject({ level: z.int().min(1) })).meta({
  title: 'Level raised',
  description: 'A record of freeze.ledger that is about its partition.',
})
export type FeatureLevelRaised = z.output<typeof featureLevelRaisedSchema>

/** What raises a partition to a level. Its id says which partition and level, so that it is the same one however often it is written. */
export const raiseOf = (
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

/** The key of such records: no request has it. */
export const featureLevelKey = 'level'
