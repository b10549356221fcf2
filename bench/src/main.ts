import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startKafka } from '@holdfast/test-kit/kafka-server'
import { startBullmq } from '../peers/bullmq.ts'
import { startKafkaPipe } from '../peers/kafka-pipe.ts'
import { startRestate } from '../peers/restate.ts'
import { startSqlitePipe } from '../peers/sqlite-pipe.ts'
import { type Budget, belowBudgets } from './budgets.ts'
import { startCluster } from './cluster.ts'
import { startEmbedded } from './embedded.ts'
import { machineFacts } from './machine.ts'
import { type Part, readOptions, usage } from './options.ts'
import { type BenchReport, figuresOf, tableOf } from './report.ts'
import { runTarget, type TargetResult } from './run-target.ts'
import type { Target } from './target.ts'
import { writeFigures, writeReport } from './write-report.ts'

const given = readOptions(process.argv.slice(2))
if (typeof given === 'string') {
  process.stderr.write(given === usage ? `${usage}\n` : `${given}\n\n${usage}\n`)
  process.exit(given === usage ? 0 : 2)
}
const options = given
/** Above this percentage of other load a part is measured again, at most this many times. */
const foreignPercentMax = 8
const againMax = 2

const start: Readonly<Record<Part, () => Promise<Target>>> = {
  embedded: () => startEmbedded(options.profile),
  cluster: startClusterOnItsOwn,
  bullmq: startBullmq,
  restate: startRestate,
  'sqlite-pipe-each': () => startSqlitePipe('each'),
  'sqlite-pipe-turn': () => startSqlitePipe('turn'),
  'kafka-pipe': startKafkaPipe,
}

/** A broker for each part, so that leftovers of one do not burden the next. */
async function startClusterOnItsOwn(): Promise<Target> {
  const kafka = await startKafka({ lasting: true })
  const target = await startCluster(kafka, { profile: options.profile, layout: options.layout }).catch(async error => {
    await kafka.stop()
    throw error
  })
  return { ...target, stop: () => target.stop().finally(() => kafka.stop()) }
}

async function measure(part: Part): Promise<TargetResult> {
  const target = await start[part]()
  try {
    return await runTarget(target, options)
  } finally {
    await target.stop()
  }
}

const isDisturbed = ({ loads }: TargetResult): boolean => loads.some(({ foreignCpuPercent = 0 }) => foreignCpuPercent > foreignPercentMax)

const machine = machineFacts()
const rounds: TargetResult[][] = []
const disturbed: TargetResult[] = []
const left: Record<string, string> = {}
for (let round = 1; round <= options.rounds; round++) {
  const results: TargetResult[] = []
  rounds.push(results)
  for (const part of options.only) {
    process.stderr.write(options.rounds > 1 ? `round ${round} of ${options.rounds}: ${part}\n` : `${part}\n`)
    // A part that cannot run here must not stop the others.
    try {
      let result = await measure(part)
      for (let again = 0; again < againMax && options.rounds > 1 && isDisturbed(result); again++) {
        disturbed.push(result)
        result = await measure(part)
      }
      results.push(result)
    } catch (error) {
      left[part] = (error as Error).message
    }
  }
}

const versions = { node: process.versions.node, sqlite: process.versions.sqlite ?? 'unknown' }
const report: BenchReport = { at: new Date().toISOString(), machine, versions, rounds, disturbed, left }
const file = writeReport(fileURLToPath(new URL('../results', import.meta.url)), report)
process.stdout.write(`\n${tableOf(report)}\n\n${file}\n`)
if (options.picture) process.stdout.write(`${writeFigures(file, figuresOf(report)).join('\n')}\n`)
const isInvalid = [...rounds.flat(), ...disturbed].some(({ faults }) => faults.length > 0)
const hasNothing = Object.keys(left).length > 0 && rounds.flat().length === 0
const below = options.budgets ? tellBudgets() : 0
process.exit(isInvalid || hasNothing || below > 0 ? 1 : 0)

function tellBudgets(): number {
  const budgets = JSON.parse(readFileSync(fileURLToPath(new URL('../budgets.json', import.meta.url)), 'utf8')) as readonly Budget[]
  const found = belowBudgets(budgets, rounds)
  for (const line of found) process.stdout.write(`${line}\n`)
  if (found.length === 0) process.stdout.write(`Each of ${budgets.length} budgets is kept.\n`)
  return found.length
}
