import { setTimeout as pause } from 'node:timers/promises'
import { instantMs } from '@holdfast/test-kit/instant'
import { sendAtRate } from '@holdfast/test-kit/load'
import { type Outcomes, type Quantiles, quantilesOf } from './outcomes.ts'
import { cpuMsOf, machineCpuMs } from './proc.ts'
import { createProgress } from './progress.ts'
import type { Submitter } from './submitter.ts'
import type { Target } from './target.ts'

/** The result of one load on one engine. Times in milliseconds. */
export interface LoadResult {
  readonly load: string
  readonly window?: number
  readonly ratePerSecond?: number
  readonly seconds: number
  /** Requests recovered in the measured time, which starts after the warm-up and ends with the last submission. */
  readonly recovered: number
  readonly lifecyclesPerSecond: number
  readonly submitToOrder: Quantiles | undefined
  readonly submitToRecovered: Quantiles | undefined
  /**
   * CPU time of each lifecycle, from the first submission to the end of all its consequences, by group of processes.
   * Undefined where the system does not report it.
   */
  readonly cpuMsPerLifecycle: Record<string, number> | undefined
  /** How long after the last end the desk's projection shows all of them; undefined without a desk. */
  readonly viewBehindMs: number | undefined
  /** The percentage of the machine that other processes used meanwhile: shows a disturbed run. */
  readonly foreignCpuPercent: number | undefined
}

interface Mark {
  readonly atMs: number
  readonly recovered: number
  readonly cpuMs: ReadonlyMap<number, number>
  readonly machine: ReturnType<typeof machineCpuMs>
}

/** A higher number in one load would fill a disk. */
const requestsMax = 500_000
/** As in the peers' driver: at most this many requests are sent at once to fill a window. */
const underWayMax = 64
const drainMsMax = 60_000
const viewMsMax = 120_000

/** Keeps `window` requests outstanding, from submission to recovery, for `seconds`. */
export async function runClosedLoop(
  target: Target,
  submitter: Submitter,
  { window, seconds, warmSeconds }: { window: number; seconds: number; warmSeconds: number },
): Promise<LoadResult> {
  const { outcomes } = target
  const load = `closed loop, ${window} outstanding`
  const first = submitter.sent.unique
  const startedAt = instantMs()
  const endsAt = startedAt + seconds * 1000
  outcomes.forgetTimes()
  const progress = createProgress(`${target.name}: ${load}`, seconds, () => `${outcomes.counts().recovered} recovered`)
  const fill = (): void => {
    while (
      instantMs() < endsAt &&
      submitter.sent.unique - first < requestsMax &&
      submitter.underWay < underWayMax &&
      outcomes.counts().submitted - outcomes.counts().recovered < window
    )
      void submitter.submit().then(fill)
  }
  outcomes.onRecovered(fill)
  const began = mark(target)
  fill()
  await pause(warmSeconds * 1000)
  const from = mark(target)
  await pause(endsAt - instantMs())
  const to = mark(target)
  const drained = await drain(outcomes)
  const viewBehindMs = await untilViewShowsAll(target)
  progress.stop()
  return {
    ...resultOf(target, { load: drained ? load : `${load} (not all came back)`, began, from, to, done: mark(target), viewBehindMs }),
    window,
  }
}

/** Submits at a fixed rate for `seconds`, without waiting for answers. Times count from the due time of each. */
export async function runOpenLoop(
  target: Target,
  submitter: Submitter,
  { rate, seconds }: { rate: number; seconds: number },
): Promise<LoadResult> {
  const { outcomes } = target
  const load = `open loop, ${rate} a second`
  outcomes.onRecovered(() => {})
  outcomes.forgetTimes()
  const progress = createProgress(`${target.name}: ${load}`, seconds, () => `${outcomes.counts().recovered} recovered`)
  const from = mark(target)
  const pending: Promise<void>[] = []
  await sendAtRate({ perSecond: rate, count: rate * seconds }, (_nth, dueAtMs) => pending.push(submitter.submit(dueAtMs))).ended
  await Promise.all(pending)
  await drain(outcomes)
  const to = mark(target)
  const viewBehindMs = await untilViewShowsAll(target)
  progress.stop()
  return { ...resultOf(target, { load, began: from, from, to, done: mark(target), viewBehindMs }), ratePerSecond: rate }
}

/**
 * Waits for the desk, which writes its projection with a delay: the next measurement must not include this load, and
 * this one must include all of it.
 */
async function untilViewShowsAll({ outcomes, recoveredInView }: Target): Promise<number | undefined> {
  if (!recoveredInView) return undefined
  const beganMs = instantMs()
  const { recovered } = outcomes.counts()
  while ((await recoveredInView()) < recovered) {
    if (instantMs() - beganMs > viewMsMax)
      throw new Error(`the projection does not show ${recovered} recovered requests after ${viewMsMax / 1000} s`)
    await pause(20)
  }
  return instantMs() - beganMs
}

async function drain(outcomes: Outcomes): Promise<boolean> {
  const until = instantMs() + drainMsMax
  for (;;) {
    const { submitted, recovered } = outcomes.counts()
    if (recovered >= submitted) return true
    if (instantMs() > until) return false
    await pause(10)
  }
}

function mark({ outcomes, processes }: Target): Mark {
  const pids = [process.pid, ...Object.values(processes()).flat()]
  return {
    atMs: instantMs(),
    recovered: outcomes.counts().recovered,
    cpuMs: new Map(pids.map(pid => [pid, cpuMsOf(pid) ?? 0])),
    machine: machineCpuMs(),
  }
}

interface Measured {
  readonly load: string
  readonly began: Mark
  /** The measured time. */
  readonly from: Mark
  readonly to: Mark
  /** The end of all consequences of the last submission. */
  readonly done: Mark
  readonly viewBehindMs: number | undefined
}

function resultOf({ outcomes, processes }: Target, { load, began, from, to, done, viewBehindMs }: Measured): LoadResult {
  const seconds = (to.atMs - from.atMs) / 1000
  const recovered = to.recovered - from.recovered
  const lifecycles = done.recovered - began.recovered
  const spentMs = (pids: Iterable<number>, since = from, until = to): number =>
    [...pids].reduce((sum, pid) => sum + (until.cpuMs.get(pid) ?? 0) - (since.cpuMs.get(pid) ?? 0), 0)
  const groups = Object.entries({ ...processes(), load: [process.pid] })
  const { toOrder, toRecovered } = outcomes.times()
  return {
    load,
    seconds,
    recovered,
    lifecyclesPerSecond: recovered / seconds,
    submitToOrder: quantilesOf(toOrder),
    submitToRecovered: quantilesOf(toRecovered),
    cpuMsPerLifecycle: to.machine && Object.fromEntries(groups.map(([group, pids]) => [group, spentMs(pids, began, done) / lifecycles])),
    viewBehindMs,
    foreignCpuPercent:
      from.machine &&
      to.machine &&
      (100 * (to.machine.busy - from.machine.busy - spentMs(to.cpuMs.keys()))) / (to.machine.total - from.machine.total),
  }
}
