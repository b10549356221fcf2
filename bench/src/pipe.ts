import { type ChildProcess, spawn } from 'node:child_process'
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { KafkaServer } from '@holdfast/test-kit/kafka-server'
import type { BenchOptions } from './options.ts'

/** The bare pipe: the messages of a lifecycle through the same broker, without an engine. Times in milliseconds. */
export interface PipeResult {
  readonly loads: ReadonlyArray<{
    readonly load: string
    readonly lifecycles: number
    readonly lifecyclesPerSecond: number
    readonly submitToOrder: { readonly p50: number; readonly p99: number }
    readonly submitToRecovered: { readonly p50: number; readonly p99: number }
  }>
}

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Beside the repository: it is a yardstick that is shared with the other engines that were measured, and no part of this one. */
export const pipeFolder = join(root, '..', 'shared', 'peers', 'kafka-pipe')

const stages = ['ledger', 'validation', 'dispatch', 'bank']
/** Lifecycles for each second of a closed loop: what two cores reach, so that the load lasts about as long as the engine's. */
const lifecyclesPerSecondGuess = 2000
const loadMsMax = 180_000

/** Copies the pipe into a folder of its own and runs it against the broker, with the same windows and rate as the engines. */
export async function runPipe(kafka: KafkaServer, { seconds, windows, rate, quick }: BenchOptions): Promise<PipeResult> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-pipe-'))
  try {
    await cp(join(pipeFolder, 'pipe.mjs'), join(folder, 'pipe.mjs'))
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
    const loads: PipeResult['loads'][number][] = []
    const plans = [
      ...(quick ? [] : [{ load: `open loop, ${rate} a second`, env: { RATE: `${rate}`, N: `${rate * seconds}` } }]),
      ...windows.map(window => ({
        load: `closed loop, ${window} outstanding`,
        env: { W: `${window}`, N: `${lifecyclesPerSecondGuess * seconds}` },
      })),
    ]
    for (const { load, env } of plans) {
      process.stderr.write(`bare pipe: ${load}\n`)
      const said = await runOnce(folder, { ...env, BROKERS: kafka.brokers, RUN: `r${Date.now()}` })
      loads.push({
        load,
        lifecycles: said.N,
        lifecyclesPerSecond: said.perSecond,
        submitToOrder: { p50: said.toOrderP50, p99: said.toOrderP99 },
        submitToRecovered: { p50: said.wholeP50, p99: said.wholeP99 },
      })
    }
    return { loads }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What the pipe prints of itself. */
interface PipeLine {
  readonly N: number
  readonly perSecond: number
  readonly toOrderP50: number
  readonly toOrderP99: number
  readonly wholeP50: number
  readonly wholeP99: number
}

async function runOnce(folder: string, env: Record<string, string>): Promise<PipeLine> {
  const running: ChildProcess[] = []
  const kill = (): void => {
    for (const child of running) child.kill('SIGKILL')
  }
  const start = (role: string): ChildProcess => {
    const child = spawn(process.execPath, ['pipe.mjs', role], {
      cwd: folder,
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    running.push(child)
    return child
  }
  process.once('exit', kill)
  const tooLong = setTimeout(kill, loadMsMax)
  try {
    await outputOf(start('topics'))
    const stageProcesses = stages.map(start)
    for (const stage of stageProcesses) stage.stdout?.resume()
    // The stages say nothing when they are ready; they start at the beginning of each topic, so one that is late misses nothing.
    await pause(3000)
    const said = await outputOf(start('load'))
    if (said === '') throw new Error(`the pipe did not end within ${loadMsMax / 1000} s`)
    return JSON.parse(said) as PipeLine
  } finally {
    clearTimeout(tooLong)
    process.off('exit', kill)
    kill()
  }
}

function outputOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    child.once('error', reject)
    child.once('close', () => resolve(said))
  })
}
