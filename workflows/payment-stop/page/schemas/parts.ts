import { type CommandKind, commandKinds, moneySchema } from '@holdfast/schemas'
import { z } from 'zod'

export const commandName = z.enum(commandKinds as [CommandKind, ...CommandKind[]])

export const amounts = z.strictObject({
  requested: moneySchema.optional(),
  frozen: moneySchema.optional(),
  recovered: moneySchema.optional(),
  charges: moneySchema.optional(),
  movedOnward: moneySchema.optional(),
  released: moneySchema.optional(),
})
