import type { StreamsLog } from '../log.ts'
import { yieldToEventLoop } from '../pause.ts'
import type { Subscription } from '../port.ts'
import type { LogClock } from './log-clock.ts'
import type { LogCore } from './log-core.ts'

const everyMs = 3_600_000

/**
 * Removes what is past its topic's retention, now and each hour, a thousand records at a time so that others get their turn. Then no byte of it is left in the file or its log, but for copies that SQLite made of rows as it moved them: those go with
 * the last of their tenth of the retention.
 */
export function startPruning(core: LogCore, clock: LogClock, log: StreamsLog): Subscription {
  let stopping = false
  /** Who was killed between may have left what was removed in the log of the file. */
  let isLeft = true
  let running = pruneAll()
  const timer = setInterval(() => {
    running = running.then(pruneAll)
  }, everyMs)
  timer.unref()

  async function pruneAll(): Promise<void> {
    // The first run must not hold up the caller, who is just creating the streams.
    await yieldToEventLoop()
    try {
      for (const { name, firstSlot, partitions, retentionMs } of core.topicsWithRetention()) {
        const before = clock.nowMs() - (retentionMs ?? 0)
        for (let slot = firstSlot; slot < firstSlot + partitions && !stopping; slot += 1) await pruneSlot(name, slot, before)
      }
      if (!isLeft || stopping) return
      await core.letGo()
      isLeft = false
    } catch (error) {
      log.warn({ err: error }, 'records past their retention could not be removed; tried again in an hour')
    }
  }

  async function pruneSlot(topic: string, slot: number, beforeMs: number): Promise<void> {
    const from = core.log.start(slot)
    const to = core.log.offsetAt(slot, beforeMs)
    if (to <= from) return
    let more = true
    isLeft = true
    while (more && !stopping) more = await core.prune(slot, to)
    log.info({ topic, records: core.log.start(slot) - from }, 'records past their retention removed')
  }

  return {
    async stop() {
      stopping = true
      clearInterval(timer)
      await running
    },
  }
}
