import { featureLevel } from '@holdfast/schemas'
import { z } from 'zod'
import { filePath, wholeNumber } from './values.ts'

/** The ledger, and what is made once for an engine. */
export const ledger = {
  HOLDFAST_PARTITIONS: wholeNumber(1, 256)
    .optional()
    .describe(
      'Partitions of commands and ledger where they are made new; 4 on Kafka, 1 embedded. Afterwards they are changed by `holdfast repartition` alone (docs/operating.md)',
    ),
  HOLDFAST_LEDGER_NUMBER: wholeNumber(1, 999)
    .default(1)
    .describe('Which ledger of this engine is in use, the same for every service: each `holdfast repartition` makes the next one'),
  HOLDFAST_TREE_NUMBER: wholeNumber(1, 999)
    .default(1)
    .describe(
      'Which tree of the ledger desks sign checkpoints of, the same for every desk: one more where the log of a desk says that the ledger has lost facts whose checkpoint was signed, and somebody has told the witnesses (docs/operating.md)',
    ),
  HOLDFAST_CLOCK_CONFIRMED_AT: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'must be an instant such as 2026-11-25T22:00:00Z')
    .refine(instant => !Number.isNaN(Date.parse(instant)), 'there is no such day or time')
    .optional()
    .describe(
      'Embedded: an instant at which somebody saw that the clock of this machine was right. Needed once where the engine was off for longer than a day, or its clock was put right by more than a minute, ahead or back: no deadline passes before, or deadlines pass late. Set back, it counts within an hour. It may stay',
    ),
  HOLDFAST_LEDGER_LEVEL: z.coerce
    .number()
    .int()
    .min(1)
    .max(featureLevel, `must be at most ${featureLevel}, the level that this version knows`)
    .optional()
    .describe(
      'Raises the ledger to this level, for the ledger service, once every service of the engine runs a version that knows it; it can not be lowered again (docs/upgrading.md)',
    ),
  HOLDFAST_SECRET_FILE: filePath
    .optional()
    .describe(
      'File with the secret of this engine, 64 hex digits, the same for every service: ids and places in streams come from it. On Kafka and Redis it is needed; embedded a new engine makes it in HOLDFAST_DATA. A service does not start with another one than the ledger was written with',
    ),
}
