import { join } from 'node:path'
import type { Examined } from './examine.ts'
import { everythingEnds } from './model.ts'

export const documentFile = join(import.meta.dirname, '../../docs/arbitration.md')
export const guaranteesFile = join(import.meta.dirname, '../../docs/guarantees.md')

/** Names as in docs/checking.md: invariants of the checker as code, others as text. */
const nameOf = (promise: string): string => (promise.includes(' ') ? promise : `\`${promise}\``)

const runOf = (steps: readonly string[]): string =>
  steps.map((step, index) => (index === steps.length - 1 ? step : `${index + 1}. ${step}`)).join(' · ')

/** docs/guarantees.md with the runs without a guard, between its two comments. */
export function withRuns(text: string, examined: readonly Examined[]): string {
  const rows = examined.flatMap(({ claim: { kind, without = '', about }, steps = [] }) =>
    kind === 'guard' ? [`| \`${without}\` | ${nameOf(about)} | ${runOf(steps)} |`] : [],
  )
  const table = ['| without | breaks | the shortest run |', '|---|---|---|', ...rows].join('\n')
  const [before, , after] = text.split(/(?<=<!-- Runs: written by .* -->\n)|(?=<!-- Runs end here -->)/)
  if (before === undefined || after === undefined) throw new Error('docs/guarantees.md lacks the comments between which the runs go')
  return `${before}\n${table}\n\n${after}`
}

/** The text of docs/arbitration.md. */
export function documentOf(examined: readonly Examined[]): string {
  const proofs = examined.filter(({ claim }) => claim.kind === 'proof')
  const assumptions = examined.filter(({ claim }) => claim.kind === 'assumption')
  const moments = examined.filter(({ claim }) => claim.kind === 'moment')
  const byModel = [...Map.groupBy(proofs, ({ claim }) => claim.model)]
  return `<!-- Written by npm run arbitration -- --write. -->
# The arbitration model

\`tests/arbitration/model\` is an Alloy model of the engine under concurrency and faults: takeovers and late owners, records that do not count, flushed and restored stores, log truncation.

\`npm run arbitration\` examines it. This page has the results for the scopes below; \`--large\` takes larger ones. Invariants have the names of [checking.md](checking.md).
[guarantees.md](guarantees.md#the-model) says what breaks without each guard.

## Proved promises

With all guards and for runs of any length: the inductive invariant is true at the beginning and after each step, and the promises follow from it. *Everything ends* means: from any state, once faults are
over, the owners finish their work within this number of steps. Promises after log truncation hold for runs of a limited length, under the assumptions below.

| part | follows | scope |
|---|---|---|
${byModel.map(([model, ofModel]) => `| ${model.about} | ${promisesIn(ofModel)} | ${model.scope.small} |`).join('\n')}

## Assumptions

Without these assumptions a promise breaks, even with all guards:

| without | breaks | the shortest run |
|---|---|---|
${assumptions.map(({ claim: { without, about }, steps = [] }) => `| ${without?.replaceAll('-', ' ')} | ${nameOf(about)} | ${runOf(steps)} |`).join('\n')}

## Reached moments

${[...Map.groupBy(moments, ({ claim }) => claim.model)].map(([model, ofModel]) => `- ${model.about}: ${ofModel.map(({ claim }) => claim.about).join(', ')}`).join('\n')}
`
}

function promisesIn(proofs: readonly Examined[]): string {
  const said = proofs.map(({ claim: { about, model, states } }) => {
    if (about === everythingEnds) return `${everythingEnds}, within ${model.ends?.steps} steps`
    return about.endsWith(' after log truncation')
      ? `${nameOf(about.replace(/ after log truncation$/, ''))} after log truncation, in runs of ${states[1]} states`
      : nameOf(about)
  })
  return [...new Set(said)].filter(name => !/^(at the beginning|after each step)$/.test(name)).join('; ')
}
