import { dispatch } from '@holdfast/dispatch'
import { intake } from '@holdfast/intake'
import { createLedger } from '@holdfast/ledger'
import { topics } from '@holdfast/schemas'
import { createMemoryStores } from '@holdfast/stores/memory'
import { createMemoryLog, createMemoryStreams } from '@holdfast/streams/memory'
import { startInstitution } from '@holdfast/test-kit/institution'
import { validation } from '@holdfast/validation'
import type { Violation } from '../../checker/observations.ts'
import { createChance } from './chance.ts'
import { createFates, type FaultRates } from './faults.ts'
import { createHistories } from './histories.ts'
import { judge } from './judge.ts'
import { type SentRequest, sendRequests } from './member.ts'
import { createProcess, type SimulatedProcess } from './process.ts'
import { createSometimes, type Moment } from './sometimes.ts'
import { createSupervisor } from './supervisor.ts'
import { beginTime } from './virtual-time.ts'

export interface RunOptions {
  readonly seed: number
  readonly requests: number
  readonly rates: FaultRates
  /** Faults by their number, that do not happen. */
  readonly leftOut?: ReadonlySet<number>
}

export interface RunResult {
  readonly violations: readonly Violation[]
  readonly faults: number
  readonly steps: number
  readonly virtualMs: number
  readonly facts: number
  readonly moments: ReadonlyMap<Moment, number>
}

const startMs = Date.parse('2026-03-02T08:00:00Z')
const partitions = 2
const second = 1_000
/** Faults happen for so long, and then everything has so long to be finished. */
const stormMs = 60 * second
const calmMs = 180 * second
const turnMs = 500
const outMs = 15 * second

/** One run: everything that happens in it follows from the seed, and from the faults that are left out. */
export async function run({ seed, requests, rates, leftOut = new Set() }: RunOptions): Promise<RunResult> {
  const chance = createChance(seed)
  const time = await beginTime(startMs, chance.branch('code').next)
  const fates = createFates(chance.branch('calls'), rates, fault => leftOut.has(fault))
  const sometimes = createSometimes()
  const log = createMemoryLog({ partitions, nowMs: () => Date.now() })
  const stores = createMemoryStores({ nowMs: () => Date.now() })
  const backends = { log, stores, fates, onCall: sometimes.see }
  const processes = [
    createProcess(intake, backends),
    createProcess(createLedger(), backends),
    createProcess(createLedger(), backends),
    createProcess(validation, backends),
    createProcess(dispatch, backends),
  ]
  const [door] = processes as [SimulatedProcess]
  const supervisor = createSupervisor()
  for (const process of processes) supervisor.restart(process, 0)

  const bank = createMemoryStreams({ log, description: 'a bank' })
  void startInstitution({
    streams: bank,
    country: 'TL',
    token: async person => `TL/institution/${person}`,
    now: () => new Date(),
  })
  const sent: SentRequest[] = []
  let isSent = false
  void sendRequests(chance.branch('members'), requests, door.http, sent).then(() => (isSent = true))

  const stormy = chance.branch('storm')
  const perTurn = (perHour: number): number => (perHour * turnMs) / 3_600_000
  let copy: ReturnType<typeof stores.copy> | undefined
  function blow(): void {
    for (const process of processes) {
      if (stormy.happens(perTurn(rates.crashesPerHour)) && fates.occurs(1)) {
        sometimes.reached('crash')
        supervisor.restart(process, stormy.between(100, 8_000))
      }
      if (stormy.happens(perTurn(rates.expulsionsPerHour)) && fates.occurs(1)) {
        process.expel()
        setTimeout(() => process.learn(), stormy.between(100, 15_000))
      }
    }
    if (stormy.happens(0.05)) copy = stores.copy()
    if (stormy.happens(perTurn(rates.flushesPerHour)) && fates.occurs(1)) {
      sometimes.reached('flush')
      stores.flush()
    }
    if (copy && stormy.happens(perTurn(rates.rewindsPerHour)) && fates.occurs(1)) {
      sometimes.reached('rewind')
      stores.restore(copy)
    }
  }

  const histories = createHistories()
  const look = () => histories.take(Array.from({ length: partitions }, (_, partition) => log.recordsOf(topics.ledger.name, partition)))
  for (let turn = 0; turn * turnMs < stormMs; turn++) {
    await time.runUntil(startMs + turn * turnMs)
    blow()
  }
  fates.calm()
  for (const process of processes) process.learn()
  const isDone = () => isSent && sent.every(({ requestId }) => requestId !== undefined && histories.of(requestId)?.phase === 'recovered')
  let atMs = stormMs
  for (; atMs < stormMs + calmMs && !isDone(); atMs += turnMs) {
    await time.runUntil(startMs + atMs)
    look()
  }
  // What follows from the last facts goes out.
  await time.runUntil(startMs + atMs + outMs)
  look()
  const isForgotten = sometimes.counts.has('flush') || sometimes.counts.has('rewind')
  const violations = judge({ sent, log, partitions, isFinished: isDone() }, histories, isForgotten)
  for (const { sendings } of sent) if (sendings.filter(({ status }) => status === 202).length > 1) sometimes.reached('repeat')
  for (const process of processes) process.crash()
  log.forget(bank)
  return {
    violations,
    faults: fates.count(),
    steps: time.steps(),
    virtualMs: time.nowMs() - startMs,
    facts: histories.facts(),
    moments: sometimes.counts,
  }
}
