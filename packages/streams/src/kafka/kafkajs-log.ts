import type { StreamsLog } from '../log.ts'
import type { KafkajsLogSink } from './kafkajs.ts'

/** The same message is not logged again within this time: while a broker is away, each connection would say so several times a second. */
const quietMs = 10_000
const rememberedMax = 100

/**
 * Where kafkajs's own warnings and errors go: as warnings, at most. It reports each lost connection as an error; whether it is one, the bound of who waits for it
 * decides. Its messages name brokers and requests, never records.
 */
export function createKafkajsLog(log: StreamsLog): KafkajsLogSink {
  const loggedAt = new Map<string, number>()
  return ({ about, broker, message }) => {
    // A refusal is no news by itself: who made the request acts on it.
    if (message.startsWith('Response ')) return log.debug({ about, broker }, message)
    const now = Date.now()
    if (now - (loggedAt.get(message) ?? 0) < quietMs) return
    if (loggedAt.size >= rememberedMax) loggedAt.clear()
    loggedAt.set(message, now)
    log.warn({ about, broker }, message)
  }
}
