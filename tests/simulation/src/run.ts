import { dispatch } from '@holdfast/dispatch'
import { intake } from '@holdfast/intake'
import { createLedger } from '@holdfast/ledger'
import { loadProfiles, minutes } from '@holdfast/profiles'
import { topics } from '@holdfast/schemas'
import { createMemoryStores } from '@holdfast/stores/memory'
import { createMemoryLog } from '@holdfast/streams/memory'
import { validation } from '@holdfast/validation'
import type { Violation } from '../../checker/observations.ts'
import { startBank } from './bank.ts'
import { createChance } from './chance.ts'
import { createFates, type FaultRates, ofOneDay } from './faults.ts'
import { createHistories } from './histories.ts'
import { hasEnded, judge } from './judge.ts'
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
const flushBeforeTwin = 0.1

const profiles = loadProfiles()
/** What an operator is changing: for a while one ledger goes by the old file and one by the new, and of one command they make two facts. */
const changedProfiles = loadProfiles({ countries: { TL: { timers: { acknowledge: { after: minutes(20), source: 'a new agreement' } } } } })

/** One run: everything that happens in it follows from the seed, and from the faults that are left out. */
export async function run({ seed, requests, rates: all, leftOut = new Set() }: RunOptions): Promise<RunResult> {
  const chance = createChance(seed)
  const { rates, areStoresAlone } = ofOneDay(all, chance.branch('day'))
  const time = await beginTime(startMs, chance.branch('code').next)
  const fates = createFates(chance.branch('calls'), rates, fault => leftOut.has(fault))
  const sometimes = createSometimes()
  const log = createMemoryLog({ partitions, nowMs: () => Date.now() })
  const stores = createMemoryStores({ nowMs: () => Date.now() })
  const backends = { log, stores, fates, onCall: sometimes.see }
  const isChanging = chance.branch('profiles').happens(0.5)
  const processes = [
    createProcess(intake, backends, profiles),
    createProcess(createLedger(), backends, profiles),
    createProcess(createLedger(), backends, isChanging ? changedProfiles : profiles),
    createProcess(validation, backends, profiles),
    createProcess(dispatch, backends, profiles),
  ]
  const [door] = processes as [SimulatedProcess]
  const supervisor = createSupervisor()
  for (const process of processes) supervisor.restart(process, 0)

  const bank = startBank(log, 'TL', chance.branch('bank'))
  const sent: SentRequest[] = []
  let isSent = false
  const stormy = chance.branch('storm')
  function flush(): void {
    if (!fates.occurs(1)) return
    sometimes.reached('flush')
    stores.flush()
  }
  const members = {
    chance: chance.branch('members'),
    count: requests,
    door: door.http,
    sent,
    // Who forgets right before a second request comes for a payment is tempted most to take it for the first.
    onFirst: ({ isTwin }: SentRequest) => void (isTwin && rates.flushesPerHour > 0 && stormy.happens(flushBeforeTwin) && flush()),
  }
  void sendRequests(members).then(() => (isSent = true))

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
    if (stormy.happens(perTurn(rates.flushesPerHour))) flush()
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
  const isDone = () =>
    isSent && sent.every(({ requestId, isRefused }) => isRefused || (requestId !== undefined && hasEnded(histories, requestId)))
  let atMs = stormMs
  for (; atMs < stormMs + calmMs && !isDone(); atMs += turnMs) {
    await time.runUntil(startMs + atMs)
    look()
  }
  // What follows from the last facts goes out.
  await time.runUntil(startMs + atMs + outMs)
  look()
  const [isFlushed, isRewound] = [sometimes.counts.has('flush'), sometimes.counts.has('rewind')]
  const violations = judge({ sent, log, partitions, isFinished: isDone(), lateOrders: sometimes.counts.get('lateOrder') ?? 0 }, histories, {
    isForgotten: isFlushed || isRewound,
    areReceiptsKept: areStoresAlone && !isRewound,
  })
  for (const { sendings, isRefused } of sent) {
    if (sendings.filter(({ status }) => status === 202).length > 1) sometimes.reached('repeat')
    if (isRefused) sometimes.reached('otherWords')
  }
  if (histories.duplicates() > 0) sometimes.reached('twin')
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
