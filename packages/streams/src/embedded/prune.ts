import type { StreamsLog } from '../log.ts'
import { yieldToEventLoop } from '../pause.ts'
import type { Subscription } from '../port.ts'
import type { LogClock } from './log-clock.ts'
import type { LogCore } from './log-core.ts'

const everyMs = 3_600_000

/**
 * Removes expired records at the start and every hour, a thousand at a time so that other work can run. Afterwards none
 * of their bytes remains in the file or its write-ahead log. Only copies that SQLite made while moving rows stay until
 * their segment is dropped.
 */
export function startPruning(core: LogCore, clock: LogClock, log: StreamsLog): Subscription {
  let stopping = false
  /** A process killed in between may have left removed records in the write-ahead log. */
  let needsErasure = true
  let running = pruneAll()
  const timer = setInterval(() => {
    running = running.then(pruneAll)
  }, everyMs)
  timer.unref()

  async function pruneAll(): Promise<void> {
    // The first run must not delay the caller, which is just creating the streams.
    await yieldToEventLoop()
    try {
      for (const { name, firstSlot, partitions, retentionMs } of core.topicsWithRetention()) {
        const before = clock.nowMs() - (retentionMs ?? 0)
        for (let slot = firstSlot; slot < firstSlot + partitions && !stopping; slot += 1) await pruneSlot(name, slot, before)
      }
      if (!needsErasure || stopping) return
      await core.eraseRemoved()
      needsErasure = false
    } catch (error) {
      log.warn({ err: error }, 'Expired records not removed; retrying in an hour')
    }
  }

  async function pruneSlot(topic: string, slot: number, beforeMs: number): Promise<void> {
    const from = core.log.start(slot)
    const to = core.log.offsetAt(slot, beforeMs)
    if (to <= from) return
    let more = true
    needsErasure = true
    while (more && !stopping) more = await core.prune(slot, to)
    log.info({ topic, records: core.log.start(slot) - from }, 'Expired records removed')
  }

  return {
    async stop() {
      stopping = true
      clearInterval(timer)
      await running
    },
  }
}
