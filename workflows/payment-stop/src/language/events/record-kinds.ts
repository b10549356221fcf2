import type { RefusedCommand } from '@holdfast/schemas'
import { z } from 'zod'
import type { Fact } from './facts.ts'
import { factKinds } from './registry.ts'

/** A record of `freeze.ledger` about a request, of a kind that this version knows. */
export type LedgerRecord = Fact | RefusedCommand

/**
 * How notifications and alerts name a ledger record: the kind of a fact, or a refused command after the fact with their
 * sequence.
 */
export const recordKindSchema = z.enum([...factKinds, 'CommandRefused'])
export type RecordKind = z.output<typeof recordKindSchema>
