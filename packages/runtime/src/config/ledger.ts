import { featureLevel } from '@holdfast/schemas'
import { z } from 'zod'
import { filePath, wholeNumber } from './values.ts'

/** The ledger, and settings that are fixed at the first start of an engine. */
export const ledger = {
  HOLDFAST_PARTITIONS: wholeNumber(1, 256)
    .optional()
    .describe(
      'Partitions of a new ledger and its commands; 4 on Kafka, 1 embedded. Later only `holdfast repartition` changes them (docs/operating.md)',
    ),
  HOLDFAST_LEDGER_NUMBER: wholeNumber(1, 999)
    .default(1)
    .describe('Number of the ledger in use, the same for every service; each `holdfast repartition` creates the next one'),
  HOLDFAST_TREE_NUMBER: wholeNumber(1, 999)
    .default(1)
    .describe(
      'Number of the transparency log tree whose checkpoints desks sign, the same for every desk. Raise it by one if the log of a desk says that the ledger lost facts under a signed checkpoint, after you have informed the witnesses (docs/operating.md)',
    ),
  HOLDFAST_CLOCK_CONFIRMED_AT: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'must be an instant such as 2026-11-25T22:00:00Z')
    .refine(instant => !Number.isNaN(Date.parse(instant)), 'is not an existing date and time')
    .optional()
    .describe(
      'Embedded: an instant at which an operator confirmed the clock of this machine. Needed once after the engine was off for more than a day, or after its clock was corrected by more than a minute: until then no deadline expires, or deadlines expire late. After a correction backwards it is valid within an hour. It can stay set',
    ),
  HOLDFAST_LEDGER_FEATURE_LEVEL: z.coerce
    .number()
    .int()
    .min(1)
    .max(featureLevel, `must be at most ${featureLevel}, the feature level that this version supports`)
    .optional()
    .describe(
      'Raises the ledger to this feature level; for the ledger service, once every service runs a version that supports it. It cannot be lowered again (docs/upgrading.md)',
    ),
  HOLDFAST_SECRET_FILE: filePath
    .optional()
    .describe(
      'File with the secret of this engine, 64 hex digits, the same for every service; ids and cursors are derived from it. Required on Kafka and Redis; a new embedded engine creates it in HOLDFAST_DATA. A service does not start if the ledger was written with another secret',
    ),
}
