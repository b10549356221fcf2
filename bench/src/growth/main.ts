import { readdirSync, rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { instantMs } from '@holdfast/test-kit/instant'
import { startEmbedded } from '../embedded.ts'
import { runClosedLoop } from '../load.ts'
import { machineFacts } from '../machine.ts'
import { residentBytesOf } from '../proc.ts'
import { faultsOf, type Target } from '../target.ts'
import { writeReport } from '../write-report.ts'
import { type GrowthOptions, readOptions, usage } from './options.ts'
import { measureStoragePerRequest, type StoragePerRequest } from './storage-per-request.ts'

const options = readOptions(process.argv.slice(2))
if (typeof options === 'string') {
  process.stderr.write(options === usage ? `${usage}\n` : `${options}\n\n${usage}\n`)
  process.exit(options === usage ? 0 : 2)
}

/** The cost of a request while this many were stored. */
interface Piece {
  readonly stored: number
  readonly lifecyclesPerSecond: number
  readonly cpuMs: number
  readonly memoryMb: number
  readonly diskBytesPerRequest: number
}

async function grow(target: Target, { requests, window, seconds }: GrowthOptions): Promise<{ pieces: Piece[]; faults: readonly string[] }> {
  const submitter = target.submitter()
  const pieces: Piece[] = []
  try {
    while (target.outcomes.counts().recovered < requests) {
      const load = await runClosedLoop(target, submitter, { window, seconds, warmSeconds: 0 })
      const stored = target.outcomes.counts().recovered
      const [pid = 0] = target.processes().engine ?? []
      const { diskBytes } = await target.footprint()
      const piece: Piece = {
        stored,
        lifecyclesPerSecond: load.lifecyclesPerSecond,
        cpuMs: load.cpuMsPerLifecycle?.engine ?? Number.NaN,
        memoryMb: (residentBytesOf(pid) ?? Number.NaN) / 1e6,
        diskBytesPerRequest: diskBytes / stored,
      }
      pieces.push(piece)
      process.stdout.write(`${lineOf(piece)}\n`)
    }
    return { pieces, faults: await faultsOf(target, submitter.sent.failed) }
  } finally {
    await submitter.close()
  }
}

const lineOf = ({ stored, lifecyclesPerSecond, cpuMs, memoryMb, diskBytesPerRequest }: Piece): string =>
  `${stored.toLocaleString('en').padStart(11)} stored  ${lifecyclesPerSecond.toFixed(0).padStart(6)}/s  ${cpuMs.toFixed(2).padStart(6)} ms CPU  ${memoryMb.toFixed(0).padStart(6)} MB  ${(diskBytesPerRequest / 1000).toFixed(1).padStart(6)} kB each on disk`

interface Start {
  readonly endpointMs: number
  readonly orderMs: number
  readonly readyMs: number
}

const readyWithinMs = 3_600_000

/**
 * Times from the start in milliseconds: until the endpoint is open, until a new request is ordered, and until the
 * engine is ready with its projections.
 */
async function startAgain(folder: string): Promise<Start> {
  const began = instantMs()
  const target = await startEmbedded(undefined, folder)
  const endpointMs = instantMs() - began
  const submitter = target.submitter()
  // Other requests than before, whose keys are used.
  submitter.sent.unique = Date.now()
  try {
    await submitter.submit()
    await until(() => target.outcomes.counts().ordered > 0)
    const orderMs = instantMs() - began
    await until(async () => (await target.isReady?.()) ?? true)
    return { endpointMs, orderMs, readyMs: instantMs() - began }
  } finally {
    await submitter.close()
    await target.stop()
  }
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const latest = instantMs() + readyWithinMs
  while (!(await isSo())) {
    if (instantMs() > latest) throw new Error('the engine does not become ready')
    await pause(5)
  }
}

const tellStart = (what: string, { endpointMs, orderMs, readyMs }: Start): void =>
  void process.stdout.write(
    `${what}: endpoint open after ${endpointMs.toFixed(0)} ms, first order after ${orderMs.toFixed(0)} ms, ready after ${readyMs.toFixed(0)} ms\n`,
  )

const printStorage = ({ engine, state, diskBytes, redisBytes }: StoragePerRequest): void =>
  void process.stdout.write(
    `${engine.padEnd(8)}  ${state.padEnd(6)}  ${(diskBytes / 1000).toFixed(1).padStart(6)} kB on disk${redisBytes === undefined ? '' : `, ${(redisBytes / 1000).toFixed(1)} kB in Redis`}\n`,
  )

function write(figures: object): void {
  const report = { at: new Date().toISOString(), machine: machineFacts(), ...figures }
  process.stdout.write(`${writeReport(fileURLToPath(new URL('../../results', import.meta.url)), report)}\n`)
}

async function growAndStartAgain(options: GrowthOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-growth-'))
  try {
    const target = await startEmbedded(undefined, folder)
    const { pieces, faults } = await grow(target, options).finally(() => target.stop())
    for (const fault of faults) process.stdout.write(`INVALID: ${fault}\n`)
    const again = await startAgain(folder)
    tellStart('started again', again)
    for (const name of readdirSync(folder)) if (name.startsWith('desk.sqlite')) rmSync(join(folder, name))
    const rebuilt = await startAgain(folder)
    tellStart('without a view', rebuilt)
    write({ options, pieces, again, rebuilt, faults })
    process.exitCode = faults.length > 0 ? 1 : 0
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

if (options.storage) write({ storage: await measureStoragePerRequest(printStorage) })
else await growAndStartAgain(options)
