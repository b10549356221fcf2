import { type RefusedCommand, refusedCommandSchemaOf } from '@holdfast/schemas'
import { z } from 'zod'
import { attributes, type Phase, phases } from './envelope.ts'
import { type CommandKind, commandKinds } from './registry.ts'

const names = commandKinds as readonly CommandKind[]

export const refusedStopCommandSchema = refusedCommandSchemaOf({ command: z.enum(names), phase: z.enum(phases), attributes }).meta({
  title: 'Refused command',
  description: 'A record of freeze.ledger that is no fact.',
})

/** A refused command about a payment stop. */
export type RefusedStopCommand = RefusedCommand & { readonly phase: Phase; readonly beneficiarycountry: string }
