import { join } from 'node:path'
import type { Examined } from './examine.ts'
import { everythingEnds } from './model.ts'

export const documentFile = join(import.meta.dirname, 'results.md')

/** Invariants of the checker as code, others as text. */
const nameOf = (promise: string): string => (promise.includes(' ') ? promise : `\`${promise}\``)

const consequenceOf = ({ steps = [] }: Examined): string => steps.at(-1)?.replace(/^so /, '') ?? ''

/**
 * A row for each broken promise and its consequence, with the lengths of the shortest runs. Any shortest run will do, so
 * the page has no steps.
 */
function rowsOf(claims: readonly Examined[], nameOfPart: (without: string) => string): string {
  const byConsequence = [...Map.groupBy(claims, each => `| ${nameOf(each.claim.about)} | ${consequenceOf(each)} |`)]
  return byConsequence
    .map(
      ([row, same]) =>
        `${row} ${same.map(({ claim, steps = [] }) => `${nameOfPart(claim.without ?? '')}: ${steps.length - 1}`).join(', ')} |`,
    )
    .join('\n')
}

/** The text of results.md. */
export function documentOf(examined: readonly Examined[]): string {
  const ofKind = (wanted: Examined['claim']['kind']) => examined.filter(({ claim }) => claim.kind === wanted)
  const byModel = [...Map.groupBy(ofKind('proof'), ({ claim }) => claim.model)]
  return `<!-- Written by npm run arbitration -- --write. -->
# The arbitration model

For contributors who change ownership, stores or ids: what the Alloy model in \`tests/arbitration/model\` proves, and what breaks without each guard. Its faults are takeovers, late owners, flushed and restored stores, and log truncation. It needs Java.

1. Run \`npm run arbitration\`. No claim may fail. \`--model NAME --without-guard NAME\` examines one part.
2. After a change of the model, run \`npm run arbitration -- --write\`.

## Proved promises

The promises follow from an inductive invariant, for runs of any length. *Everything ends* gives the steps that the owners need once faults end.
Promises after log truncation hold for runs of the given states, under the [assumptions](#assumptions).

| part | follows | scope |
|---|---|---|
${byModel.map(([model, ofModel]) => `| ${model.about} | ${promisesIn(ofModel)} | ${model.scope.small.replaceAll('exactly ', '')} |`).join('\n')}

## Guards

Without a guard, a promise breaks. The number is the steps of the shortest run that breaks it.

| breaks | consequence | without |
|---|---|---|
${rowsOf(ofKind('guard'), without => `\`${without}\``)}

## Assumptions

Without these assumptions, a promise breaks even with all guards.

| breaks | consequence | without |
|---|---|---|
${rowsOf(ofKind('assumption'), without => without.replaceAll('-', ' '))}
`
}

function promisesIn(proofs: readonly Examined[]): string {
  const said = proofs.map(({ claim: { about, model, states } }) => {
    if (about === everythingEnds) return `${everythingEnds} (${model.ends?.steps})`
    return about.endsWith(' after log truncation')
      ? `${nameOf(about.replace(/ after log truncation$/, ''))} after log truncation (${states[1]} states)`
      : nameOf(about)
  })
  return [...new Set(said)].filter(name => !/^(at the beginning|after each step)$/.test(name)).join('; ')
}
