import { factsPerMemberRoleMax, refusalsMax, reservedFactsPerMemberRoleMax } from '@holdfast/core'
import { codeSpan, markdownTable } from '../../../../docs/markdown-table.ts'
import { type CommandKind, commandBodies, commandKinds, dualApprovalOnceFrozen } from '../../src/language/index.ts'
import { isForMembers, permissionsOf } from '../../src/lifecycle/permissions.ts'
import { statechart } from '../../src/lifecycle/statechart.ts'
import { readChart } from './chart.ts'
import { factsOfCommands } from './facts-of-commands.ts'
import { guardTexts } from './guard-texts.ts'

/** docs/reference/commands.md: who may give each command, its data, and the facts that it becomes. */
export function commandsPage(): string {
  const facts = factsOfCommands(readChart(statechart, guardTexts))
  const rowOf = (kind: CommandKind) => [codeSpan(kind), whoOf(kind), fieldsOf(kind), facts[kind].map(codeSpan).join(', '), approvalOf(kind)]
  const head = ['command', 'who may give it', 'data', 'becomes', 'dual approval']
  const [forMembers, ofEngine] = [commandKinds.filter(isForMembers), commandKinds.filter(kind => !isForMembers(kind))]
  return `---
reader: developer of a member system
task: look up who may give a command and what it becomes
---
# Commands

For developers of a member system: who may give each command, and its facts. See also [Send a command](../member/send.md#3-send-a-command).

Made by \`npm run generate\` from \`workflows/payment-stop\`. Change it there.

The ledger turns a command into a fact, or refuses it with a [code](errors.md). [States](states.md) lists the facts that each state allows.
[command.schema.json](../../schemas/generated/command.schema.json) describes the data. A question mark marks optional fields. *Requesting* and *beneficiary* are the countries. \`fiu\` is a Financial Intelligence Unit (FIU).

## Commands of members

${markdownTable(head, forMembers.map(rowOf))}

With dual approval (*once frozen*: once money is frozen), it becomes \`ActionProposed\` first. It takes effect when another person of the same role gives the same command and data.

## Commands of the engine

The ingress makes \`OpenRequest\` of a freeze request.

${markdownTable(
  head.slice(0, 4),
  ofEngine.map(kind => rowOf(kind).slice(0, 4)),
)}

## Quotas of a request

Each member role can give ${factsPerMemberRoleMax} facts on a request. After that the ledger accepts only facts that advance the request, and ${reservedFactsPerMemberRoleMax} more reports on money and proposals.

For each member role and request, the ledger records ${refusalsMax} refusals as \`holdfast.refusal.v1\`, and ${refusalsMax} more of answers after its end.
`
}

const whoOf = (kind: CommandKind): string =>
  permissionsOf(kind)
    .map(({ party, roles }) => `${party.replace(' country', '')}: ${roles.join(', ')}`)
    .join('; ')

const onceFrozen: ReadonlySet<CommandKind> = new Set(dualApprovalOnceFrozen)
function approvalOf(kind: CommandKind): string {
  if (kind === 'OrderErasure') return 'always'
  if (kind === 'ApproveVerification') return 'after `ProposeVerification`'
  return onceFrozen.has(kind) ? 'once frozen' : '–'
}

function fieldsOf(kind: CommandKind): string {
  const fields = Object.entries(commandBodies[kind].shape).map(([name, schema]) => ({ name, mayMiss: schema.safeParse(undefined).success }))
  const must = fields.filter(({ mayMiss }) => !mayMiss).map(({ name }) => codeSpan(name))
  const may = fields.filter(({ mayMiss }) => mayMiss).map(({ name }) => codeSpan(name))
  return [...must, ...may.map(name => `${name}?`)].join(', ') || '–'
}
