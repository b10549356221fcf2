import { type CommandKind, commandBodies, commandKinds, dualApprovalOnceFrozen, refusals } from '@holdfast/schemas'
import { factsPerMemberRoleMax, reservedFactsPerMemberRoleMax } from '../src/history-quota-used.ts'
import { describePermission } from '../src/permissions.ts'
import { refusalsMax } from '../src/refusal-budgets.ts'
import { statechart } from '../src/statechart.ts'
import { alertRows } from './alert-rows.ts'
import { type Chart, type ChartTransition, readChart, unreachedStates } from './chart.ts'
import { drawingOf } from './drawing.ts'
import { type FactsOfCommands, factsOfCommands } from './facts-of-commands.ts'
import { guardTexts } from './guard-texts.ts'
import { mermaidOf } from './mermaid.ts'

interface LifecyclePage {
  /** docs/lifecycle.md. */
  readonly text: string
  /** The statechart in Graphviz's language, the source of docs/lifecycle.svg. */
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

const textOf = (chart: Chart, facts: FactsOfCommands): string => `# The life of a request

Made by \`npm run generate\` from \`packages/lifecycle\` and \`schemas/src\`. Change it there.

For engineers of member systems: the states of a freeze request, and the commands that change them.

A member or the engine gives a **command**. The ledger turns it into one **fact** in the request's history, or refuses it. Only facts change the state. So
the arrows below have the names of facts, and the tables list the commands that lead to them and the roles that may give those.

A request is *received* while it is assessed, and *verified* once its order to freeze is sent. It is *frozen* while money is on hold, and *recovered* once the
money is back. All other ends are kinds of *closed*. While it is frozen, three regions run in parallel: the amount on hold (*coverage*), the confirmation by an
authority (*mandate*), and the return (*recovery*).

Money that *moved onward* can have an onward request in the next country, once the requesting country approves. An officer approves with \`FollowOnward\` at any
time and in any state. A standing policy in the country's profile approves in advance ([profiles.md](profiles.md)).

![The statechart of a request](lifecycle.svg)

How to read it: a thick border marks the initial state of a box; dashed boxes are parallel regions. An arrow from the edge of a box applies to every state in
the box, unless the state has its own arrow for that fact. A fact that is written inside a state or box does not leave it. "Otherwise" applies if the condition
of the row above is false, for the same fact and state.${unreached(chart)}

The same in Mermaid, where a dot marks the initial state:

\`\`\`mermaid
${mermaidOf(chart)}
\`\`\`

## Transitions

The ledger refuses a fact without a row for the state or a box around it.

An answer must not contradict earlier reports of its institution. The ledger refuses \`ReportNotFound\` if money is on hold or was returned. With \`AC03\` or
\`NOOR\` it also refuses it if money moved onward. Histories of older versions may have such facts, so their rows stay.

An institution corrects a wrong answer with \`CorrectAnswer\` and a reason, which both countries can read. \`corrects\` is the kind of the answer. \`report\` is the
number of its fact; without it, the newest of that kind is corrected. The correction undoes that answer only. The ledger refuses it with \`WRONG_STATE\` if others
rely on the answer: an authority confirmed or extended the hold, its return has begun, there is an onward request, or the request has ended. A request that a
wrong answer ended can be reopened ([ADR 68](adr/0068-correct-an-answer-by-a-separate-command.md)).

${table(
  ['from', 'fact', 'when', 'to', 'command', 'who may'],
  chart.transitions.map(transition => transitionRow(transition, facts)),
)}

## Commands

Fields after *perhaps* are optional.

${table(
  ['command', 'carries', 'becomes', 'who may'],
  commandKinds.map(kind => [code(kind), fieldsOf(kind), facts[kind].map(code).join(', '), describePermission(kind)]),
)}

## Refusals

A refusal has one of these codes and a message about the case. An endpoint refuses with this HTTP status; only after a 503 or 500 is the outcome unknown. If the
ledger refuses a member's command, it adds a record \`holdfast.refusal.v1\` to the ledger, which changes no state. Each member role can have ${refusalsMax} of these on a
request, and ${refusalsMax} more for answers after its end. Further refusals are answered but not recorded. Refused commands of the engine are dropped.

Each member role may give ${factsPerMemberRoleMax} facts on a request. After that, the ledger accepts only facts that advance the request (verified, frozen, confirmed, being returned,
ended, but not reopened), and ${reservedFactsPerMemberRoleMax} more reports on money and proposals. A member role does not use up the quota of another.

${table(
  ['code', 'status', 'what it means'],
  Object.entries(refusals).map(([name, { status, title }]) => [code(name), String(status), title]),
)}

## Alerts

An alert tells an officer what to look at: in \`GET /v1/alerts\`, as a notification and on the page. It has a code for systems and a sentence for people. \`proposed\`
goes to the country of the proposer, once for each proposal. Its \`parameters\` have the \`command\`. To approve, another person of the same role gives this command
with the data in \`GET /v1/proposals\`. The \`parameters\` of \`movedOnward\` have the \`amount\`, the \`country\` of destination and the \`report\`. An officer gives
\`FollowOnward\` with \`{"report": 7}\`, or \`DeclineOnward\` with that and a \`reason\`. Both alerts stay open until a decision.

${table(
  ['code', 'for', 'what it says'],
  alertRows().map(([name, who, message]) => [code(name), name === 'proposed' ? 'the country of the proposer' : who, message]),
)}
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
    commands.map(describePermission).join('<br>'),
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
