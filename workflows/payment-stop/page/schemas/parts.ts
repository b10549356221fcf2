import { z } from 'zod'
import { type CommandKind, commandKinds, moneySchema } from '../../src/language/index.ts'

export const commandName = z.enum(commandKinds as [CommandKind, ...CommandKind[]])

export const amounts = z.strictObject({
  requested: moneySchema.optional(),
  frozen: moneySchema.optional(),
  recovered: moneySchema.optional(),
  charges: moneySchema.optional(),
  movedOnward: moneySchema.optional(),
  released: moneySchema.optional(),
})
