import { readFileSync } from 'node:fs'
import {
  type CircuitState,
  circuitsReportedMax,
  deterministicId,
  reasonsReportedMax,
  type StatusBody,
  type StatusEvent,
  statusEveryMs,
  statusSentence,
  statusType,
  topics,
} from '@holdfast/schemas'
import { isSettledWithin, type Streams } from '@holdfast/streams'
import type { Clock } from '../clock.ts'
import type { LogTime } from '../health/log-time.ts'
import type { Readiness } from '../health/readiness.ts'
import type { StorageWatch } from '../health/storage-watch.ts'
import type { Logger } from '../log.ts'
import type { MeteredReader } from './meter-stages.ts'
import { createReaderObserver } from './observe-readers.ts'

/** Lets a service report what its process does not see. */
export interface StatusParts {
  /**
   * Registers a reader that is not a stage: it reads a topic for itself. Its positions are the next offsets by
   * partition.
   */
  reads(group: string, topic: string, positions: () => ReadonlyMap<number, number>): void
  /** Recipients with waiting orders, the worst first. */
  circuits(look: () => readonly CircuitState[]): void
}

export interface AnnouncingOptions extends Pick<StatusBody, 'process' | 'services' | 'instance'> {
  /** Not the guarded streams, which are closed while the partitions differ: just then an operator needs the status. */
  readonly streams: Streams
  readonly stages: () => readonly MeteredReader[]
  readonly parts: CollectedParts
  readonly readiness: Pick<Readiness, 'reasons'>
  readonly storage: Pick<StorageWatch, 'space' | 'whyNoRequests'>
  readonly logTime: Pick<LogTime, 'nowMs'>
  readonly clock: Clock
  readonly log: Pick<Logger, 'debug'>
  readonly everyMs?: number
}

/** The longest time for the last status. If it is lost, the process is seen as late. */
const lastWordMs = 1_000
const version: string = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version

export interface CollectedParts extends StatusParts {
  readers(): MeteredReader[]
  /** Undefined if this process delivers no orders. */
  circuitStates(): readonly CircuitState[] | undefined
}

export function createStatusParts(): CollectedParts {
  const looks: (() => MeteredReader)[] = []
  let look: (() => readonly CircuitState[]) | undefined
  return {
    reads: (group, topic, positions) =>
      void looks.push(() => ({
        group,
        topic,
        alone: true,
        places: [...positions()].map(([partition, position]) => ({ partition, position })),
      })),
    circuits(asked) {
      look = asked
    },
    readers: () => looks.map(each => each()),
    circuitStates: () => look?.(),
  }
}

/**
 * Writes the status of this process to `freeze.status`, now and every five seconds, and once more when it is stopped.
 * If a write fails, the process falls silent and is seen as late. `stop` resolves within a second.
 */
export function announceStatus(options: AnnouncingOptions): { stop(): Promise<void> } {
  const { streams, clock, log, everyMs = statusEveryMs } = options
  const startedMs = performance.now()
  const observe = createReaderObserver(streams, () => performance.now(), clock.now)
  const key = `${options.process}/${options.instance}`
  let underWay: Promise<void> | undefined

  async function write(last?: { readonly stopped: true }): Promise<void> {
    try {
      const data = { ...(await bodyOf(options, observe, performance.now() - startedMs)), ...last }
      const time = clock.now().toISOString()
      const event: StatusEvent = {
        specversion: '1.0',
        id: deterministicId('status', key, time),
        source: `/holdfast/${options.process}`,
        type: statusType,
        time,
        datacontenttype: 'application/json',
        data,
      }
      await streams.publish(topics.status.name, [{ key, value: JSON.stringify(event) }])
    } catch (error) {
      log.debug({ err: error }, 'The status could not be written')
    }
  }

  function tell(): void {
    underWay ??= write().finally(() => {
      underWay = undefined
    })
  }
  tell()
  const timer = setInterval(tell, everyMs)
  timer.unref()
  return {
    async stop() {
      clearInterval(timer)
      const lastWord = (underWay ?? Promise.resolve()).then(() => write({ stopped: true }))
      await isSettledWithin(lastWord, lastWordMs)
    },
  }
}

async function bodyOf(
  { process, services, instance, stages, parts, readiness, storage, logTime, clock }: AnnouncingOptions,
  observe: ReturnType<typeof createReaderObserver>,
  upMs: number,
): Promise<StatusBody> {
  const lowStorage = storage.whyNoRequests()
  const reasons = [...(await readiness.reasons()), ...(lowStorage ? [lowStorage.message] : [])]
  const { freeBytes, leastBytes } = storage.space()
  const byLogMs = logTime.nowMs()
  const circuits = parts.circuitStates()
  return {
    process,
    services,
    instance,
    version,
    upSeconds: Math.floor(upMs / 1000),
    reasons: reasons.slice(0, reasonsReportedMax).map(statusSentence),
    disk: { freeBytes: Math.min(freeBytes, Number.MAX_SAFE_INTEGER), leastBytes },
    ...(byLogMs === undefined ? {} : { clockAheadMs: Math.round(clock.now().getTime() - byLogMs) }),
    readers: await observe([...stages(), ...parts.readers()]),
    ...(circuits
      ? { circuits: { worst: circuits.slice(0, circuitsReportedMax), more: Math.max(0, circuits.length - circuitsReportedMax) } }
      : {}),
  }
}
