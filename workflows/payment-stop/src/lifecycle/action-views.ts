import { createActions } from '@holdfast/core'
import { parseWith } from '@holdfast/schemas'
import type { z } from 'zod'
import {
  type Command,
  type CommandKind,
  commandBodies,
  commandSchemaRef,
  dualApprovalOnceFrozen,
  type FreezeRequest,
  isDualApprovalCommand,
  type Policy,
} from '../language/index.ts'
import { decider, lifecycle } from './decide.ts'
import { findInstitutionObstacle } from './institution-keys.ts'
import type { RequestSnapshot } from './snapshot.ts'
import type { StatechartSnapshot } from './transition.ts'
import { trialBodies } from './trial-bodies.ts'

const verifying: ReadonlySet<string> = new Set<CommandKind>(['ProposeVerification', 'ApproveVerification'])

/** The commands of payment stops as members give them. */
export const actions = createActions<StatechartSnapshot, Command, Policy, FreezeRequest>(lifecycle, decider, {
  schemaOf: commandSchemaRef,
  parseBody: (kind: CommandKind, data) => parseWith<z.ZodType>(commandBodies[kind], data),
  describeDualApproval,
  trialBodies,
  mayNeedDualApproval,
  findInstitutionObstacle,
})
export const { actionsOf } = actions

const onceFrozen: readonly CommandKind[] = dualApprovalOnceFrozen

function describeDualApproval(kind: CommandKind): string | undefined {
  if (!isDualApprovalCommand(kind)) return undefined
  return `${onceFrozen.includes(kind) ? 'Once money is held, two' : 'Two'} officers must send it with the same data (dual approval).`
}

/** Also if one officer suffices now: a request that is not known yet may need two officers to verify it. */
function mayNeedDualApproval(kind: CommandKind, snapshot: RequestSnapshot | undefined): boolean {
  return isDualApprovalCommand(kind) || (verifying.has(kind) && (snapshot?.state.context.review.officers ?? 2) > 1)
}
