import { z } from 'zod'
import { fact } from './commands/definition.ts'
import { dualApprovalCommands } from './commands.ts'

/** A person proposed a command. The approval must have the same digest: SHA-256 of command and data (RFC 8785). */
export const ActionProposed = fact({
  body: z.strictObject({
    command: z.enum(dualApprovalCommands),
    proposalDigest: z.string().regex(/^[a-f0-9]{64}$/),
    data: z.unknown(),
  }),
})
