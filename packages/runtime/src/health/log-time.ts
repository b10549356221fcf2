import type { Streams } from '@holdfast/streams'
import { type Clock, takenAt } from '../clock.ts'
import type { Logger } from '../log.ts'
import type { Readiness } from './readiness.ts'

/** What time it is by the log, which no clock of this machine moves. */
export interface LogTime {
  /** Milliseconds since 1970; undefined while it is not known. */
  nowMs(): number | undefined
  /**
   * What falls due at an instant may happen up to this one: neither the log nor the clock of this machine is behind it. Undefined while nothing may: the clock is
   * ahead of the log by more than a minute, or what time it is by the log is not known.
   */
  dueUntil(): Date | undefined
  /** When the log took a record, in milliseconds since 1970. */
  takenAtMs(record: { readonly timestampMs: number }): number
  /** When what is in a record was said: at the instant that it names, where the log took it within a minute of that, and else when the log took it. No wrong clock is counted from. */
  saidAt(record: { readonly timestampMs: number }, said: string): string
}

export interface LogTimeOptions {
  readonly streams: Pick<Streams, 'logTime'>
  readonly clock: Clock
  readonly readiness: Pick<Readiness, 'note'>
  readonly log: Pick<Logger, 'error' | 'info'>
  /** What to do where the clock of this machine is right after all, as the end of a sentence. */
  readonly ifClockIsRight: string
}

/** As much as the clocks of members may be off: less is common, and no deadline comes early for it. */
const offMsMax = 60_000
const lookEveryMs = 1_000
/** How often the log is asked; in between, time passes as it does. */
const askEveryMs = 30_000
const forgottenMs = 120_000
/** An answer that took longer says too little. */
const answerMsMax = 5_000

/**
 * Watches the clock of this machine against the log: while they are apart, readiness says so, by how much, and what to do. A clock of a story is its own log.
 * `stop` resolves at once.
 */
export function watchLogTime(options: LogTimeOptions): LogTime & { stop(): void } {
  const { clock } = options
  const { steadyMs } = clock
  if (!steadyMs) {
    const takenAtMs = (record: { readonly timestampMs: number }) => takenAt(clock, record).getTime()
    return { nowMs: () => clock.now().getTime(), dueUntil: clock.now, takenAtMs, saidAt: (_record, said) => said, stop: () => undefined }
  }
  return watchMachine(options, steadyMs)
}

function watchMachine(
  { streams, clock, readiness, log, ifClockIsRight }: LogTimeOptions,
  steadyMs: () => number,
): LogTime & { stop(): void } {
  /** `atMs` by the log when it was `steadyMs`. */
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
    if (byLogMs === undefined)
      return unknown && `what time it is by the log is not known, and no deadline passes before it is: ${unknown.message}`
    const now = clock.now()
    const aheadMs = now.getTime() - byLogMs
    if (Math.abs(aheadMs) <= offMsMax) return undefined
    const off = `the clock of this machine says ${now.toISOString()} and the log ${new Date(byLogMs).toISOString()}`
    return aheadMs > 0
      ? `${off}: it is ${inWords(aheadMs)} ahead, and no deadline passes until that is mended. Set the clock; if it is right, ${ifClockIsRight}`
      : `${off}: it is ${inWords(-aheadMs)} behind, and deadlines pass that much late. Set the clock; if it is right, ${ifClockIsRight}`
  }

  function look(): void {
    const wrong = whatIsWrong()
    readiness.note('clock', wrong)
    if (isNoted === (wrong !== undefined)) return
    isNoted = wrong !== undefined
    if (wrong === undefined) log.info({}, 'the clock of this machine and the log agree')
    else log.error({ reason: wrong }, 'the clock of this machine can not be relied on')
  }

  async function ask(): Promise<void> {
    const askedAt = steadyMs()
    try {
      const atMs = await streams.logTime()
      const answeredAt = steadyMs()
      // As of the answer: the log may have said it at any time between, and must not be taken to be further than it is.
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
    takenAtMs: record => record.timestampMs,
    saidAt: ({ timestampMs }, said) => (Math.abs(timestampMs - Date.parse(said)) <= offMsMax ? said : new Date(timestampMs).toISOString()),
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

/** `4 days`, `36 hours`: in the largest unit of which there are two. Of a minute at least. */
function inWords(ms: number): string {
  const [unit, unitMs] = units.find(([, each]) => ms >= 2 * each) ?? units[2]
  const count = Math.round(ms / unitMs)
  return `about ${count} ${unit}${count === 1 ? '' : 's'}`
}
