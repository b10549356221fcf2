import type { Actor, Command, CommandKind, Policy } from '@holdfast/schemas'
import type { RequestSnapshot } from './snapshot.ts'

/** A command on an opened request, with its actor and the policy of the countries. */
export interface CommandContext {
  readonly snapshot: RequestSnapshot
  readonly command: Command
  readonly kind: CommandKind
  readonly actor: Actor
  readonly policy: Policy
}
