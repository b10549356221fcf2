import type { StreamsLog } from '../log.ts'
import type { KafkajsLogSink } from './kafkajs.ts'

/**
 * The same message is not logged again within this time. During a broker outage, each connection would repeat it
 * several times a second.
 */
const quietMs = 10_000
const rememberedMax = 100

/**
 * Logs kafkajs's warnings and errors, as warnings at most. It reports each lost connection as an error, but only the
 * caller's time limit decides whether it is one. Its messages name brokers and requests, never records.
 */
export function createKafkajsLog(log: StreamsLog): KafkajsLogSink {
  const loggedAt = new Map<string, number>()
  return ({ about, broker, message }) => {
    // A broker's refusal needs no warning: the caller handles it.
    if (message.startsWith('Response ')) return log.debug({ about, broker }, message)
    const now = Date.now()
    if (now - (loggedAt.get(message) ?? 0) < quietMs) return
    if (loggedAt.size >= rememberedMax) loggedAt.clear()
    loggedAt.set(message, now)
    log.warn({ about, broker }, message)
  }
}
