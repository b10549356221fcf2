import { statechart } from '../../src/lifecycle/statechart.ts'
import { type Chart, type ChartTransition, readChart, unreachedStates } from './chart.ts'
import { drawingOf } from './drawing.ts'
import { guardTexts } from './guard-texts.ts'

interface LifecyclePage {
  /** docs/reference/states.md. */
  readonly text: string
  /** The statechart in Graphviz's language, the source of docs/reference/states.svg. */
  readonly drawing: string
}

/**
 * The page and the drawing of the lifecycle, from the statechart. Throws if a guard has no text.
 */
export function lifecyclePage(): LifecyclePage {
  const chart = readChart(statechart, guardTexts)
  return { text: textOf(chart), drawing: drawingOf(chart) }
}

const textOf = (chart: Chart): string => `---
reader: developer of a member system
task: look up states and transitions
---
<!-- Generated from workflows/payment-stop by npm run generate. -->
# States of a request

For developers of member systems and of desks: the states of a freeze request, and the facts that change them. [Commands](commands.md) lists the command of each fact.

| state | the request has |
| --- | --- |
| \`received\` | no order yet: the rules or officers assess it |
| \`verified\` | an order to freeze at the institution |
| \`frozen\` | money on hold. Parallel regions: \`coverage\`, \`mandate\` (confirmation by an authority), \`recovery\` (the return) |
| \`recovered\` | ended: the money is back |
| \`closed\` | any other end |

![The statechart of a request](states.svg)

Thick borders mark initial states, dashed boxes parallel regions. An arrow from the edge of a box applies to every state in it without an own arrow for that fact.
A fact inside a state does not leave it.${unreached(chart)}

## Transitions

The ledger refuses a fact without a row for the state or a box around it. *Otherwise* means that the condition in the row above is false. Without a new state, the request stays.

${table(['from', 'fact', 'if', 'to'], transitionRows(chart.transitions))}

- **Contradictions.** The ledger refuses \`ReportNotFound\` if money is on hold or was returned. With \`AC03\` or \`NOOR\` it also refuses it if money moved onward.
- **Corrections.** \`CorrectAnswer\` undoes a [wrong answer](../bank/answer.md#correct-an-answer) of the institution.
- **Challenges.** \`LodgeChallenge\` records that the account holder challenges the freeze. \`DecideChallenge\` keeps the hold, or releases the money like \`Release\`. Until then, \`CHALLENGE_UPHELD\` is no reason for a release.
- **Onward requests.** Money that moved onward gets a request in the next country once an officer of the requesting country gives \`FollowOnward\`. A policy in the [profile](profiles.md) can approve in advance.
- **Deadlines** are instants in facts. The [profile](profiles.md) sets their length, and each kind has an [alert](alerts.md).
`

function unreached(chart: Chart): string {
  const paths = unreachedStates(chart)
  return paths.length === 0 ? '' : `\n\nNo fact leads to these states yet: ${paths.map(code).join(', ')}.`
}

/** Equal rows of several states are one row. An *otherwise* refers to the row above, so it and the row that it follows stay. */
function transitionRows(transitions: readonly ChartTransition[]): string[][] {
  const keyOf = (index: number): string => {
    const [from = '', ...rest] = transitionRow(transitions[index] as ChartTransition)
    const next = transitions[index + 1]
    const isAlone = !rest[1]?.startsWith('otherwise') && !next?.condition.startsWith('otherwise')
    return JSON.stringify(isAlone ? rest : [from, ...rest])
  }
  const groups = Map.groupBy(transitions.keys(), keyOf)
  return [...groups.values()].map(indexes => {
    const rows = indexes.map(index => transitionRow(transitions[index] as ChartTransition))
    return [rows.map(([from]) => from).join(', '), ...(rows[0] ?? []).slice(1)]
  })
}

function transitionRow({ from, fact, condition, to }: ChartTransition): readonly string[] {
  const when = condition.replace(/^if /, '').replace(/^otherwise, if /, 'otherwise, ')
  return [code(from), fact === '' ? 'at once' : code(fact), when, to.length === 0 ? '–' : to.map(code).join(', ')]
}

const code = (text: string): string => `\`${text}\``

const table = (head: readonly string[], rows: ReadonlyArray<readonly string[]>): string =>
  [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n')
