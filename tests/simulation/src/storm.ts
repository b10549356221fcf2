import { topics } from '@holdfast/schemas'
import type { MemoryStores } from '@holdfast/test-kit/memory-stores'
import type { MemoryLog } from '@holdfast/test-kit/memory-streams'
import type { Chance } from './chance/chance.ts'
import type { Fates, FaultRates } from './chance/fates.ts'
import type { EmbeddedHost } from './engine/embedded-host.ts'
import type { SimulatedProcess } from './engine/process.ts'
import type { Supervisor } from './engine/supervisor.ts'
import type { Sometimes } from './judging/sometimes.ts'

export interface StormOptions {
  readonly chance: Chance
  readonly rates: FaultRates
  readonly fates: Fates
  readonly processes: readonly SimulatedProcess[]
  readonly supervisor: Supervisor
  readonly log: MemoryLog
  readonly stores: MemoryStores
  /** Undefined where the engine does not use the embedded drivers. */
  readonly host: EmbeddedHost | undefined
  readonly sometimes: Sometimes
  readonly partitions: number
  /** The interval between two rounds of faults. */
  readonly turnMs: number
}

const second = 1_000
const hourMs = 3_600 * second
/** Where records are lost: mostly in the topic from which all else is derived. */
const cutTopics = [topics.ledger.name, topics.ledger.name, topics.commands.name, topics.answers.name] as const

/** Faults of whole processes, stores and partitions; `fates` are those of single calls. */
export function createStorm({
  chance,
  rates,
  fates,
  processes,
  supervisor,
  log,
  stores,
  host,
  sometimes,
  partitions,
  turnMs,
}: StormOptions) {
  let copy: ReturnType<MemoryStores['copy']> | undefined
  const aimed = chance.branch('aimed')
  const strikes = (perHour: number): boolean => chance.happens((perHour * turnMs) / hourMs) && fates.occurs(1)

  function flush(): void {
    sometimes.reached('flush')
    stores.flush()
  }

  function flushNow(probability: number): void {
    if (rates.flushesPerHour > 0 && aimed.happens(probability) && fates.occurs(1)) flush()
  }

  function blowAt(process: SimulatedProcess): void {
    if (strikes(rates.crashesPerHour)) {
      sometimes.reached('crash')
      supervisor.restart(process, chance.between(100, 8 * second))
    }
    if (strikes(rates.expulsionsPerHour)) {
      process.expel()
      setTimeout(() => process.learn(), chance.between(100, 15 * second))
    }
    if (strikes(rates.leapsPerHour)) {
      const largest = chance.pick([2 * second, 60 * second, hourMs])
      process.leap(chance.between(-largest, largest))
      sometimes.reached('leap')
      setTimeout(() => process.leap(0), chance.between(second, 20 * second))
    }
  }

  function cutTail(): void {
    const topic = chance.pick(cutTopics)
    const partition = chance.between(0, partitions - 1)
    // In the first moments no process has created it yet.
    const length = log.topics().includes(topic) ? log.recordsOf(topic, partition).length : 0
    if (length === 0) return
    sometimes.reached('cut')
    log.cutTail(topic, partition, Math.max(0, length - chance.between(1, 12)))
  }

  return {
    /** One round of faults. */
    blow(): void {
      for (const process of processes) blowAt(process)
      if (chance.happens(0.05)) copy = stores.copy()
      if (strikes(rates.flushesPerHour)) flush()
      if (copy && strikes(rates.rewindsPerHour)) {
        sometimes.reached('rewind')
        stores.restore(copy)
      }
      if (strikes(rates.cutsPerHour)) cutTail()
      if (host && strikes(rates.fullDisksPerHour)) host.fillDisk(chance.pick([50, 500, 1_500, 4_000]))
    },
    /** A store that is flushed right before a second request for a payment is most likely to miss the first. */
    beforeTwin: () => flushNow(0.3),
    /** A store that is flushed right before an answer is most likely to miss its request. */
    beforeAnswer: () => flushNow(0.01),
    end(): void {
      fates.calm()
      host?.calm()
      for (const process of processes) {
        process.learn()
        process.leap(0)
      }
    },
  }
}
