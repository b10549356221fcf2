import { fileURLToPath } from 'node:url'
import { startKafka } from '@holdfast/test-kit/kafka-server'
import { startCluster } from '../cluster.ts'
import { startEmbedded } from '../embedded.ts'
import { runClosedLoop, runOpenLoop } from '../load.ts'
import { machineFacts } from '../machine.ts'
import { faultsOf, type Target } from '../target.ts'
import { writeReport } from '../write-report.ts'
import { readOptions, type SoakOptions, usage } from './options.ts'
import { type Sample, takeSample } from './samples.ts'
import { type Held, verdictOf } from './verdict.ts'

const options = readOptions(process.argv.slice(2))
if (typeof options === 'string') {
  process.stderr.write(options === usage ? `${usage}\n` : `${options}\n\n${usage}\n`)
  process.exit(options === usage ? 0 : 2)
}

/** The search for the highest rate, with its warm-up: compilation at first use is not measured. */
const warmUp = { window: 50, seconds: 10, warmSeconds: 0 }
const highest = { window: 200, seconds: 20, warmSeconds: 5 }
const samplesOfOne = 120

async function soak(target: Target, { minutes, rate: given }: SoakOptions) {
  const submitter = target.submitter()
  const samples: Sample[] = []
  let sampling: Promise<unknown> = Promise.resolve()
  const broken = Promise.withResolvers<never>()
  try {
    await runClosedLoop(target, submitter, warmUp)
    const fastest = given === undefined ? (await runClosedLoop(target, submitter, highest)).lifecyclesPerSecond : undefined
    const rate = given ?? Math.floor((fastest ?? 0) / 2)
    const everyMs = (minutes * 60_000) / samplesOfOne
    const timer = setInterval(() => {
      sampling = sampling.then(async () => samples.push(await takeSample(target))).catch(broken.reject)
    }, everyMs)
    const loading = runOpenLoop(target, submitter, { rate, seconds: minutes * 60 })
    loading.catch(() => undefined)
    const load = await Promise.race([loading, broken.promise]).finally(() => clearInterval(timer))
    await sampling
    const faults = await faultsOf(target, submitter.sent.failed)
    return { name: target.name, fastest, rate, minutes, load, held: verdictOf(samples, rate), faults, samples }
  } finally {
    await submitter.close()
    await target.stop()
  }
}

type Soaked = Awaited<ReturnType<typeof soak>>

const written = (value: number): string => (Math.abs(value) < 10 ? value.toFixed(2) : Math.round(value).toLocaleString('en'))
const lineOf = ({ what, second, last, most, isFlat }: Held): string =>
  `  ${isFlat ? '✓' : '✗'} ${what.padEnd(42)} ${written(second).padStart(9)} ${written(last).padStart(9)}   at most ${written(most)}`

function tell({ name, fastest, rate, minutes, load, held, faults }: Soaked): void {
  const half = fastest === undefined ? '' : `, half of the highest, ${Math.round(fastest)}`
  const { p50 = Number.NaN, p99 = Number.NaN } = load.submitToRecovered ?? {}
  const lines = [
    `${name}: ${rate} lifecycles a second for ${minutes} minutes${half}: ${load.recovered.toLocaleString('en')} recovered, p50 ${written(p50)} ms, p99 ${written(p99)} ms`,
    `${' '.repeat(46)}second quarter    last`,
    ...held.map(lineOf),
    ...faults.map(fault => `  INVALID: ${fault}`),
  ]
  process.stdout.write(`\n${lines.join('\n')}\n`)
}

const soaked: Soaked[] = []
for (const engine of options.engines) {
  const kafka = engine === 'cluster' ? await startKafka({ lasting: true }) : undefined
  try {
    const target = kafka ? await startCluster(kafka) : await startEmbedded(undefined)
    const result = await soak(target, options)
    tell(result)
    soaked.push(result)
  } catch (error) {
    // The load can still be running, so nothing else is measured meanwhile.
    process.stderr.write(`${engine}: ${(error as Error).message}\n`)
    break
  } finally {
    await kafka?.stop()
  }
}
const report = { at: new Date().toISOString(), machine: machineFacts(), soaked }
process.stdout.write(`\n${writeReport(fileURLToPath(new URL('../../results', import.meta.url)), report)}\n`)
const isWhole = soaked.length === options.engines.length
process.exit(isWhole && soaked.every(({ held, faults }) => faults.length === 0 && held.every(({ isFlat }) => isFlat)) ? 0 : 1)
