import type { Streams } from '@holdfast/streams'
import { type Clock, takenAt } from '../clock.ts'
import type { Logger } from '../log.ts'
import type { Readiness } from './readiness.ts'

/** The time of the log, which does not depend on this machine's clock. */
export interface LogTime {
  /** Milliseconds since 1970; undefined while it is unknown. */
  nowMs(): number | undefined
  /**
   * Deadlines up to this instant may expire: both the log and this machine's clock have reached it. Undefined while
   * none may: the clock is more than a minute ahead of the log, or the time of the log is unknown.
   */
  dueUntil(): Date | undefined
  /** When the log accepted a record, in milliseconds since 1970. */
  recordedAtMs(record: { readonly timestampMs: number }): number
  /**
   * The time of a statement in a record: the stated instant if the log accepted the record within a minute of it, else
   * the log's time. So a wrong clock has no effect.
   */
  statedAt(record: { readonly timestampMs: number }, said: string): string
}

export interface LogTimeOptions {
  readonly streams: Pick<Streams, 'logTime'>
  readonly clock: Clock
  readonly readiness: Pick<Readiness, 'note'>
  readonly log: Pick<Logger, 'error' | 'info'>
  /** The advice if this machine's clock is right after all, as the end of a sentence. */
  readonly ifClockIsRight: string
}

/**
 * The largest accepted difference, as for members' clocks: smaller ones are common and make no deadline expire early.
 */
const offMsMax = 60_000
const lookEveryMs = 1_000
/** How often the log is asked for its time; in between, the time is extrapolated. */
const askEveryMs = 30_000
const forgottenMs = 120_000
/** A slower answer is too inexact. */
const answerMsMax = 5_000

/**
 * Compares this machine's clock with the log. While they differ, readiness states by how much and what to do. The clock
 * of a test or demo is its own log. `stop` resolves at once.
 */
export function watchLogTime(options: LogTimeOptions): LogTime & { stop(): void } {
  const { clock } = options
  const { steadyMs } = clock
  if (!steadyMs) {
    const recordedAtMs = (record: { readonly timestampMs: number }) => takenAt(clock, record).getTime()
    return {
      nowMs: () => clock.now().getTime(),
      dueUntil: clock.now,
      recordedAtMs,
      statedAt: (_record, said) => said,
      stop: () => undefined,
    }
  }
  return watchMachine(options, steadyMs)
}

function watchMachine(
  { streams, clock, readiness, log, ifClockIsRight }: LogTimeOptions,
  steadyMs: () => number,
): LogTime & { stop(): void } {
  /** `atMs` is the time of the log at `steadyMs`. */
  let told: { readonly atMs: number; readonly steadyMs: number } | undefined
  let unknown: Error | undefined
  let isNoted = false
  let timer: NodeJS.Timeout | undefined

  function nowMs(): number | undefined {
    const agoMs = told ? steadyMs() - told.steadyMs : Number.POSITIVE_INFINITY
    return told && agoMs < forgottenMs ? told.atMs + agoMs : undefined
  }

  function whatIsWrong(): string | undefined {
    const byLogMs = nowMs()
    if (byLogMs === undefined) return unknown && `the time of the log is unknown, so no deadline expires: ${unknown.message}`
    const now = clock.now()
    const aheadMs = now.getTime() - byLogMs
    if (Math.abs(aheadMs) <= offMsMax) return undefined
    const off = `the clock of this machine shows ${now.toISOString()}, but the time of the log is ${new Date(byLogMs).toISOString()}`
    return aheadMs > 0
      ? `${off}: it is ${inWords(aheadMs)} ahead, so no deadline expires until it is corrected. Set the clock; if it is right, ${ifClockIsRight}`
      : `${off}: it is ${inWords(-aheadMs)} behind, so deadlines expire that much late. Set the clock; if it is right, ${ifClockIsRight}`
  }

  function look(): void {
    const wrong = whatIsWrong()
    readiness.note('clock', wrong)
    if (isNoted === (wrong !== undefined)) return
    isNoted = wrong !== undefined
    if (wrong === undefined) log.info({}, 'The clock of this machine and the log agree again')
    else log.error({ reason: wrong }, 'The clock of this machine is wrong')
  }

  async function ask(): Promise<void> {
    const askedAt = steadyMs()
    try {
      const atMs = await streams.logTime()
      const answeredAt = steadyMs()
      // As of the answer: the log may have read its clock at any time before, and its time must not be overestimated.
      if (answeredAt - askedAt <= answerMsMax) told = { atMs, steadyMs: answeredAt }
      unknown = undefined
    } catch (error) {
      unknown = error as Error
    }
  }

  let isStopped = false
  async function turn(): Promise<void> {
    if (isNoted || !told || unknown || steadyMs() - told.steadyMs >= askEveryMs) await ask()
    if (isStopped) return
    look()
    timer = setTimeout(turn, lookEveryMs)
    timer.unref()
  }
  void turn()

  return {
    nowMs,
    recordedAtMs: record => record.timestampMs,
    statedAt: ({ timestampMs }, said) =>
      Math.abs(timestampMs - Date.parse(said)) <= offMsMax ? said : new Date(timestampMs).toISOString(),
    dueUntil() {
      const byLogMs = nowMs()
      const ownMs = clock.now().getTime()
      return byLogMs === undefined || ownMs - byLogMs > offMsMax ? undefined : new Date(Math.min(ownMs, byLogMs))
    },
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/** `4 days`, `36 hours`: in the largest unit of which there are at least two, and at least a minute. */
function inWords(ms: number): string {
  const [unit, unitMs] = units.find(([, each]) => ms >= 2 * each) ?? units[2]
  const count = Math.round(ms / unitMs)
  return `about ${count} ${unit}${count === 1 ? '' : 's'}`
}
