import { featureLevel } from '@holdfast/schemas'
import { z } from 'zod'
import { filePath, wholeNumber } from './values.ts'

/** The ledger, and settings that are fixed at the first start of an engine. */
export const ledger = {
  HOLDFAST_PARTITIONS: wholeNumber(1, 256).optional().describe('Partitions of a new ledger: 4 on Kafka, 1 embedded'),
  HOLDFAST_LEDGER_NUMBER: wholeNumber(1, 999)
    .default(1)
    .describe('Number of the ledger in use; each `holdfast repartition` creates the next one'),
  HOLDFAST_TREE_NUMBER: wholeNumber(1, 999).default(1).describe('Number of the transparency log tree that desks sign'),
  HOLDFAST_CLOCK_CONFIRMED_AT: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'must be an instant such as 2026-11-25T22:00:00Z')
    .refine(instant => !Number.isNaN(Date.parse(instant)), 'is not an existing date and time')
    .optional()
    .describe('Embedded: UTC time at which an operator confirmed the clock of this machine'),
  HOLDFAST_LEDGER_FEATURE_LEVEL: z.coerce
    .number()
    .int()
    .min(1)
    .max(featureLevel, `must be at most ${featureLevel}, the feature level that this version supports`)
    .optional()
    .describe('Raises the ledger to this feature level; it cannot be lowered'),
  HOLDFAST_SECRET_FILE: filePath.optional().describe('Secret of this engine, 64 hex digits; a new embedded engine creates it'),
}
