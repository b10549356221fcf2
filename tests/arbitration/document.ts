import { join } from 'node:path'
import type { Examined } from './examine.ts'
import { everythingEnds } from './model.ts'

export const documentFile = join(import.meta.dirname, '../../docs/contributing/model.md')

/** Invariants of the checker as code, others as text. */
const nameOf = (promise: string): string => (promise.includes(' ') ? promise : `\`${promise}\``)

/** The length of the shortest run, and its consequence. Any shortest run will do, so the page has no steps. */
const rowOf = (name: string, { claim: { about }, steps = [] }: Examined): string =>
  `| ${name} | ${nameOf(about)} | ${steps.length - 1} | ${steps.at(-1)?.replace(/^so /, '') ?? ''} |`

/** The text of docs/contributing/model.md. */
export function documentOf(examined: readonly Examined[]): string {
  const ofKind = (wanted: Examined['claim']['kind']) => examined.filter(({ claim }) => claim.kind === wanted)
  const byModel = [...Map.groupBy(ofKind('proof'), ({ claim }) => claim.model)]
  return `---
reader: contributor
task: look up what the arbitration model proves
---
<!-- Written by npm run arbitration -- --write. -->
# The arbitration model

For contributors who change ownership, stores or ids: what the Alloy model proves, and what breaks without each guard.

\`tests/arbitration/model\` models the engine under concurrency and faults: takeovers, late owners, flushed and restored stores, log truncation. It needs Java.

1. Run \`npm run arbitration\`. It must end with no claim that fails, and prints each run step by step.
2. After a change of the model, run \`npm run arbitration -- --write\`.
3. If a claim fails, \`--model NAME --without-guard NAME\` examines that part alone.

## Proved promises

The promises follow from an inductive invariant, for runs of any length. *Everything ends* means that the owners finish within this number of steps once faults end.
Promises after log truncation hold for runs of a limited length, under the [assumptions](#assumptions).

| part | follows | scope |
|---|---|---|
${byModel.map(([model, ofModel]) => `| ${model.about} | ${promisesIn(ofModel)} | ${model.scope.small.replaceAll('exactly ', '')} |`).join('\n')}

## Guards

Without a guard, a promise breaks. No run that breaks it is shorter.

| without | breaks | steps | consequence |
|---|---|---|---|
${ofKind('guard')
  .map(each => rowOf(`\`${each.claim.without}\``, each))
  .join('\n')}

## Assumptions

Without these assumptions, a promise breaks even with all guards.

| without | breaks | steps | consequence |
|---|---|---|---|
${ofKind('assumption')
  .map(each => rowOf(each.claim.without?.replaceAll('-', ' ') ?? '', each))
  .join('\n')}
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
