import type { CommandContext as CommandContextOf, Snapshot } from '@holdfast/core'
import type { Command, CommandKind, Policy } from '../language/index.ts'
import type { StatechartSnapshot } from './transition.ts'

/** A request after its facts. */
export type RequestSnapshot = Snapshot<StatechartSnapshot>

/** A command on an opened request, with its actor and the policy of the countries. */
export interface CommandContext extends CommandContextOf<StatechartSnapshot, Command, Policy> {
  readonly kind: CommandKind
}
