import { type CommandKind, commandBodies, commandKinds, dualApprovalOnceFrozen } from '@holdfast/schemas'
import { factsPerMemberRoleMax, reservedFactsPerMemberRoleMax } from '../src/history-quota-used.ts'
import { describePermission } from '../src/permissions.ts'
import { refusalsMax } from '../src/refusal-budgets.ts'
import { statechart } from '../src/statechart.ts'
import { type Chart, type ChartTransition, readChart, unreachedStates } from './chart.ts'
import { drawingOf } from './drawing.ts'
import { type FactsOfCommands, factsOfCommands } from './facts-of-commands.ts'
import { guardTexts } from './guard-texts.ts'

interface LifecyclePage {
  /** docs/reference/states.md. */
  readonly text: string
  /** The statechart in Graphviz's language, the source of docs/reference/states.svg. */
  readonly drawing: string
}

/**
 * The page and the drawing of the lifecycle, from the statechart and the ledger's code. Throws if a guard has no text
 * or a command no fact.
 */
export function lifecyclePage(): LifecyclePage {
  const chart = readChart(statechart, guardTexts)
  const facts = factsOfCommands(chart)
  return { text: textOf(chart, facts), drawing: drawingOf(chart) }
}

const textOf = (chart: Chart, facts: FactsOfCommands): string => `---
reader: developer of a member system
task: look up states, transitions and commands
---
<!-- Generated from packages/lifecycle and schemas/src by npm run generate. -->
# States of a request

For developers of member systems and of desks: the states of a freeze request, and the commands that change them.

A member or the engine gives a **command**. The ledger turns it into one **fact**, or refuses it. Only facts change the state.

| state | the request has |
| --- | --- |
| \`received\` | no order yet: the rules or officers assess it |
| \`verified\` | an order to freeze at the institution |
| \`frozen\` | money on hold, in three parallel regions: \`coverage\`, \`mandate\` (confirmation by an authority) and \`recovery\` (the return) |
| \`recovered\` | ended: the money is back |
| \`closed\` | any other end |

![The statechart of a request](states.svg)

A thick border marks the initial state of a box. Dashed boxes are parallel regions. An arrow from the edge of a box applies to every state in it, unless the state has its own arrow for that fact.
A fact that is written inside a state does not leave it.${unreached(chart)}

## Transitions

The ledger refuses a fact without a row for the state or a box around it. *Otherwise* applies if the condition of the row above is false, for the same fact and state.

${table(
  ['from', 'fact', 'when', 'to', 'command'],
  chart.transitions.map(transition => transitionRow(transition, facts)),
)}

- **Contradictions.** The ledger refuses \`ReportNotFound\` if money is on hold or was returned. With \`AC03\` or \`NOOR\` it also refuses it if money moved onward.
- **Corrections.** \`CorrectAnswer\` undoes one wrong answer of the institution. \`corrects\` is its kind. \`report\` is the number of its fact; without it, the engine corrects the newest.
- The ledger refuses a correction with \`WRONG_STATE\` once others rely on the answer. Examples are a confirmation, a return or an onward request.
- **Onward requests.** Money that moved onward gets a request in the next country once an officer of the requesting country gives \`FollowOnward\`. A policy in the [profile](profiles.md) can approve in advance.
- **Deadlines** are instants in facts. The [profile](profiles.md) of the country sets their length, and each kind has an [alert](alerts.md).

## Commands

Fields after *perhaps* are optional.

${table(
  ['command', 'carries', 'becomes', 'who may'],
  commandKinds.map(kind => [code(kind), fieldsOf(kind), facts[kind].map(code).join(', '), describePermission(kind)]),
)}

## Refusals

[Errors](errors.md) lists the codes.

- **Record.** The ledger records a refused command as \`holdfast.refusal.v1\`, which changes no state. A member role can have ${refusalsMax} of these on a request, and ${refusalsMax} more for answers after its end.
- **History quota.** A member role may give ${factsPerMemberRoleMax} facts on a request. After that, the ledger accepts only facts that advance the request, and ${reservedFactsPerMemberRoleMax} more reports on money and proposals.
`

function unreached(chart: Chart): string {
  const paths = unreachedStates(chart)
  return paths.length === 0 ? '' : `\n\nNo fact leads to these states yet: ${paths.map(code).join(', ')}.`
}

/** Dual approval once money is frozen is proposed in `frozen`, and erasure in an ended request. */
const isProposedIn = (state: string, kind: CommandKind): boolean =>
  (dualApprovalOnceFrozen as readonly CommandKind[]).includes(kind) === state.startsWith('frozen')

function transitionRow({ from, fact, condition, to }: ChartTransition, facts: FactsOfCommands): readonly string[] {
  const commands = commandKinds.filter(
    kind => facts[kind].some(known => known === fact) && (fact !== 'ActionProposed' || isProposedIn(from, kind)),
  )
  return [
    code(from),
    fact === '' ? 'at once' : code(fact),
    condition,
    to.length === 0 ? 'stays' : to.map(code).join(', '),
    commands.map(code).join('<br>'),
  ]
}

function fieldsOf(kind: CommandKind): string {
  const fields = Object.entries(commandBodies[kind].shape).map(([name, schema]) => ({ name, mayMiss: schema.safeParse(undefined).success }))
  const must = fields.filter(({ mayMiss }) => !mayMiss).map(({ name }) => code(name))
  const may = fields.filter(({ mayMiss }) => mayMiss).map(({ name }) => code(name))
  return [...must, ...may.map(name => `*perhaps* ${name}`).slice(0, 1), ...may.slice(1)].join(', ') || 'nothing'
}

const code = (text: string): string => `\`${text}\``

const table = (head: readonly string[], rows: ReadonlyArray<readonly string[]>): string =>
  [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n')
