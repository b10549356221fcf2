import type { Actor, Command, CommandKind, Policy } from '@holdfast/schemas'
import type { RequestSnapshot } from './snapshot.ts'

/** A command on a request that has been opened, with who gives it and the law by which it is decided. */
export interface CommandContext {
  readonly snapshot: RequestSnapshot
  readonly command: Command
  readonly kind: CommandKind
  readonly actor: Actor
  readonly policy: Policy
}
