import { join } from 'node:path'
import type { Examined } from './examine.ts'
import { everythingEnds } from './model.ts'

export const documentFile = join(import.meta.dirname, '../../docs/arbitration.md')
export const guaranteesFile = join(import.meta.dirname, '../../docs/guarantees.md')

/** As docs/checking.md names them: those of the checker as code, the others in plain words. */
const nameOf = (promise: string): string => (promise.includes(' ') ? promise : `\`${promise}\``)

const runOf = (told: readonly string[]): string =>
  told.map((step, index) => (index === told.length - 1 ? step : `${index + 1}. ${step}`)).join(' · ')

/** docs/guarantees.md with what was found where a guard is taken out: between its two comments. */
export function withRuns(text: string, examined: readonly Examined[]): string {
  const rows = examined.flatMap(({ claim: { kind, without = '', about }, told = [] }) =>
    kind === 'guard' ? [`| \`${without}\` | ${nameOf(about)} | ${runOf(told)} |`] : [],
  )
  const table = ['| without | breaks | the shortest run |', '|---|---|---|', ...rows].join('\n')
  const [before, , after] = text.split(/(?<=<!-- Runs: written by .* -->\n)|(?=<!-- Runs end here -->)/)
  if (before === undefined || after === undefined) throw new Error('docs/guarantees.md has no place for runs')
  return `${before}\n${table}\n\n${after}`
}

/** What docs/arbitration.md says. */
export function documentOf(examined: readonly Examined[]): string {
  const proofs = examined.filter(({ claim }) => claim.kind === 'proof')
  const assumptions = examined.filter(({ claim }) => claim.kind === 'assumption')
  const moments = examined.filter(({ claim }) => claim.kind === 'moment')
  const byModel = [...Map.groupBy(proofs, ({ claim }) => claim.model)]
  return `<!-- Written by npm run arbitration -- --write. -->
# The arbitration, as a model

\`tests/arbitration/model\` says in Alloy what the engine does where several may act at once or something fails: who takes a partition over and who works on without knowing, what lies in the log and what counts of it, stores
that forget or go back, a tail that is lost. \`npm run arbitration\` examines it; it was written with the scopes below, and \`--large\` takes larger ones. Invariants have the names of [checking.md](checking.md). What breaks
without each guard is in [guarantees.md](guarantees.md#the-model).

## What follows

With all guards, and however long a run is: what is always so is so at the beginning and after each step, and from it follow the invariants. That everything ends is that from whatever state, once faults are over and the
owners are left alone, all is done within so many steps. What is said of a lost tail holds for runs of a bounded length, under the assumptions below.

| part | follows | scope |
|---|---|---|
${byModel.map(([model, ofModel]) => `| ${model.about} | ${promisesIn(ofModel)} | ${model.scope.small} |`).join('\n')}

## What it takes for granted

Without these assumptions an invariant does not hold, with all guards:

| without | breaks | the shortest run |
|---|---|---|
${assumptions.map(({ claim: { without, about }, told = [] }) => `| ${without?.replaceAll('-', ' ')} | ${nameOf(about)} | ${runOf(told)} |`).join('\n')}

## What is reached

${[...Map.groupBy(moments, ({ claim }) => claim.model)].map(([model, ofModel]) => `- ${model.about}: ${ofModel.map(({ claim }) => claim.about).join(', ')}`).join('\n')}
`
}

function promisesIn(proofs: readonly Examined[]): string {
  const said = proofs.map(({ claim: { about, model, states } }) => {
    if (about === everythingEnds) return `${everythingEnds}, within ${model.ends?.steps} steps`
    return about.endsWith('tail')
      ? `${nameOf(about.replace(/ with .*/, ''))} with a lost tail, in runs of ${states[1]} states`
      : nameOf(about)
  })
  return [...new Set(said)].filter(name => !/^(at the beginning|after each step)$/.test(name)).join('; ')
}
