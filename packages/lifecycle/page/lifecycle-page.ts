import { type CommandKind, commandBodies, commandKinds, dualApprovalOnceHeld, refusals } from '@holdfast/schemas'
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
  /** The statechart in Graphviz's language, of which docs/lifecycle.svg is drawn. */
  readonly drawing: string
}

/** The page and the drawing of the lifecycle, as the machine and the ledger's code say. Throws when a guard has no words or a command no fact. */
export function lifecyclePage(): LifecyclePage {
  const chart = readChart(statechart, guardTexts)
  const facts = factsOfCommands(chart)
  return { text: textOf(chart, facts), drawing: drawingOf(chart) }
}

const textOf = (chart: Chart, facts: FactsOfCommands): string => `# The life of a request

Made by \`npm run generate\` from \`packages/lifecycle\` and \`schemas/src\`; changes belong there.

A freeze request moves only when a **fact** is added to its history. A member or the engine gives a **command**; the ledger turns it into one fact, or
refuses it. So the arrows below are named after facts, and the tables say which commands lead to them and who may give those.

A request is *received* while it is examined, *verified* once it is ordered to be frozen, *frozen* while money is held, and *recovered* when the money is
back. Every other end is a way of being *closed*. While it is frozen, three things run side by side: how much is held (*coverage*), whether an authority
stands behind it (*mandate*), and what has come back (*recovery*).

Money that has *moved onward* is followed by a child request in the next country, but not before the requesting country agrees: by \`FollowOnward\`, at any
time and wherever the request stands, or beforehand by its profile ([profiles.md](profiles.md)).

![The statechart of a request](lifecycle.svg)

How to read it: a thick border marks the state that is entered first in a box; dashed boxes run side by side. An arrow from the edge of a box holds for
every state in the box, unless the state has an answer of its own to that fact. A fact that is written in a state or a box does not leave
it. "Otherwise" is asked when the condition before it in the table below, of the same fact in the same state, does not hold.${unreached(chart)}

The same in Mermaid, where a dot leads to the state that is entered first:

\`\`\`mermaid
${mermaidOf(chart)}
\`\`\`

## Transitions

A fact that has no row here for a state, nor for a box round it, is refused there.

An answer must not contradict what its institution has reported. The ledger refuses \`ReportNotFound\` where money is held or has come back; with \`AC03\` or \`NOOR\` it refuses it
where money has moved onward too. Histories of older versions may have such facts, so the rows for them stay.

An institution takes back a wrong answer by \`CorrectAnswer\` with a reason, which both countries read. \`corrects\` names the kind of the answer; \`report\` is the number of its fact, and without it the newest of that kind is meant.
The correction undoes that answer alone. The ledger refuses it with \`WRONG_STATE\` where others rely on the answer: an authority has confirmed or extended the hold, its return has begun, a request
follows the money, or the request has ended. A request that a wrong answer ended is reopened ([ADR 68](adr/0068-correct-an-answer-by-a-separate-command.md)).

${table(
  ['from', 'fact', 'when', 'to', 'command', 'who may'],
  chart.transitions.map(transition => transitionRow(transition, facts)),
)}

## Commands

What follows *perhaps* may be left out.

${table(
  ['command', 'carries', 'becomes', 'who may'],
  commandKinds.map(kind => [code(kind), fieldsOf(kind), facts[kind].map(code).join(', '), describePermission(kind)]),
)}

## Refusals

A refusal has one of these codes and a sentence about the case. Refused at the door, it is an HTTP answer with this status, and nothing but a 503 or 500 leaves open whether it was done. Refused
by the ledger, a member's command becomes a record beside the history, \`holdfast.refusal.v1\`, which changes nothing: ${refusalsMax} for each country and role, and
${refusalsMax} more for answers that came after the end. What is refused beyond that is answered and leaves nothing; the engine's own is dropped.

A history takes ${factsPerMemberRoleMax} facts of any kind of each country and role. From a side that has given them it takes only what moves the request on (verified, frozen, confirmed, being returned,
ended, but not reopened), and ${reservedFactsPerMemberRoleMax} more reports of money and first words of two persons. One side's facts use up no other side's room.

${table(
  ['code', 'status', 'what it means'],
  Object.entries(refusals).map(([name, { status, title }]) => [code(name), String(status), title]),
)}

## Alerts

What somebody has to look at, at \`GET /v1/alerts\`, as a notice and on the page, has one of these codes to branch on and a sentence for people. \`proposed\` is for the side whose person proposed, once for each proposal,
and its \`parameters\` say the \`command\`: another person of that side and role gives it in the words that stand at \`GET /v1/proposals\`. The \`parameters\` of \`movedOnward\` are the \`amount\`, the \`country\` where it
went, and the \`report\`: an officer gives \`FollowOnward\` with \`{"report": 7}\`, or \`DeclineOnward\` with that and a \`reason\`. Both are alerts for as long as they wait.

${table(
  ['code', 'for', 'what it says'],
  alertRows().map(([name, who, message]) => [code(name), name === 'proposed' ? 'the side of who proposed' : who, message]),
)}
`

function unreached(chart: Chart): string {
  const paths = unreachedStates(chart)
  return paths.length === 0 ? '' : `\n\nNo fact leads to these states yet: ${paths.map(code).join(', ')}.`
}

/** What two persons do once money is held is proposed there, and what is theirs at any time once a request has ended. */
const isProposedIn = (state: string, kind: CommandKind): boolean =>
  (dualApprovalOnceHeld as readonly CommandKind[]).includes(kind) === state.startsWith('frozen')

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
