import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { findAlloy } from './alloy.ts'
import { type Arguments, readArguments, usage } from './arguments.ts'
import type { Claim } from './claims.ts'
import { documentFile, documentOf } from './document.ts'
import { type Examined, examine } from './examine.ts'

const say = (line: string): void => void process.stdout.write(`${line}\n`)
// The reader of the output has gone, such as `head`.
process.stdout.once('error', () => process.exit(1))

function argumentsOf(): Arguments {
  try {
    const given = readArguments(process.argv.slice(2), availableParallelism())
    if (given) return given
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}\n`)
    process.exit(2)
  }
  say(usage)
  process.exit(0)
}

const { size, models, guards, workers, isWritten } = argumentsOf()
const isWanted = ({ model, kind, without }: Claim): boolean =>
  (models.length === 0 || models.includes(model.name)) && (guards.length === 0 || (kind === 'guard' && guards.includes(without ?? '')))

function printResult({ claim: { kind, about, without, scope }, holds, steps = [] }: Examined): void {
  const mark = holds ? '✓' : '✗'
  if (kind === 'proof') say(`  ${mark} ${about}${holds ? '' : ' does not hold'} (${scope})`)
  else if (kind === 'moment') say(`  ${mark} ${holds ? 'reached' : 'never reached'}: ${about}`)
  else if (holds) say(`  ${mark} without ${without}, ${about} breaks:`)
  else if (steps.length > 0) say(`  ${mark} without ${without}, ${about} breaks by a shorter run than recorded:`)
  else say(`  ${mark} without ${without}, no run breaks ${about}`)
  const isShown = kind === 'guard' || kind === 'assumption' || !holds
  if (isShown) for (const [index, step] of steps.entries()) say(`      ${index === steps.length - 1 ? ' ' : index + 1} ${step}`)
}

const alloy = await findAlloy()
if (!alloy) process.exit(2)
const began = performance.now()
const seconds = (): number => Math.round((performance.now() - began) / 1000)
const examined = await examine({
  alloy,
  size,
  workers,
  isWanted,
  onProgress: (answered, all) => {
    if (answered % 10 === 0) say(`${answered} of ${all} questions, ${seconds()} s`)
  },
})
for (const [model, ofModel] of Map.groupBy(examined, ({ claim }) => claim.model)) {
  say(`\n${model.name}: ${model.about}`)
  ofModel.forEach(printResult)
}
const wrong = examined.filter(({ holds }) => !holds).length
say(`\n${examined.length - wrong} of ${examined.length} claims hold, ${seconds()} s`)
if (isWritten && wrong === 0) {
  writeFileSync(documentFile, documentOf(examined))
  say('Wrote tests/arbitration/results.md')
}
process.exitCode = wrong === 0 ? 0 : 1
