import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type KafkaServer, startKafka } from '@holdfast/test-kit/kafka-server'
import { startCluster } from './cluster.ts'
import { startEmbedded } from './embedded.ts'
import { machineFacts } from './machine.ts'
import { readOptions, usage } from './options.ts'
import { type PipeResult, pipeFolder, runPipe } from './pipe.ts'
import { type BenchReport, tableOf } from './report.ts'
import { runTarget, type TargetResult } from './run-target.ts'
import type { Target } from './target.ts'
import { writeReport } from './write-report.ts'

const options = readOptions(process.argv.slice(2))
if (typeof options === 'string') {
  process.stderr.write(options === usage ? `${usage}\n` : `${options}\n\n${usage}\n`)
  process.exit(options === usage ? 0 : 2)
}
const { only, profile } = options
const machine = machineFacts()
const versions: Record<string, string> = { node: process.versions.node, sqlite: process.versions.sqlite ?? 'unknown' }
const targets: TargetResult[] = []
const left: Record<string, string> = {}
let pipe: PipeResult | undefined

async function measure(target: Target): Promise<void> {
  try {
    targets.push(await runTarget(target, options as Exclude<typeof options, string>))
  } finally {
    await target.stop()
  }
}

async function onKafka(work: (kafka: KafkaServer) => Promise<void>): Promise<void> {
  // A broker for each: what the one leaves behind must not burden the other.
  const kafka = await startKafka()
  versions.kafka = kafka.version
  try {
    await work(kafka)
  } finally {
    await kafka.stop()
  }
}

/** A part that can't run here must not take the others with it. */
async function attempt(part: string, work: () => Promise<void>): Promise<void> {
  process.stderr.write(`${part}\n`)
  await work().catch(error => {
    left[part] = (error as Error).message
  })
}

if (only.includes('embedded')) await attempt('embedded', async () => measure(await startEmbedded(profile)))
if (only.includes('cluster')) await attempt('cluster', () => onKafka(async kafka => measure(await startCluster(kafka, profile))))
if (only.includes('pipe'))
  await attempt('pipe', async () => {
    if (!existsSync(pipeFolder)) throw new Error('the bare pipe is not beside this repository')
    await onKafka(async kafka => {
      pipe = await runPipe(kafka, options as Exclude<typeof options, string>)
    })
  })

const report: BenchReport = { at: new Date().toISOString(), machine, versions, targets, pipe, left }
const file = writeReport(fileURLToPath(new URL('../results', import.meta.url)), report)
process.stdout.write(`\n${tableOf(report)}\n\n${file}\n`)
process.exit(targets.some(({ faults }) => faults.length > 0) || (Object.keys(left).length > 0 && targets.length === 0) ? 1 : 0)
