import type { StreamRecord } from '../port.ts'
import type { KafkaMessage } from './kafkajs.ts'

/** Other clients may leave out the key or the value, repeat a header, or write bytes that are no UTF-8: then it reads as well as it can. */
export function toRecord(topic: string, partition: number, message: KafkaMessage): StreamRecord {
  const headers: Record<string, string> = {}
  for (const name in message.headers) {
    const value = message.headers[name]
    const last = Array.isArray(value) ? value.at(-1) : value
    headers[name] = last ? last.toString() : ''
  }
  return {
    topic,
    partition,
    offset: Number(message.offset),
    key: message.key?.toString() ?? '',
    value: message.value?.toString() ?? '',
    headers,
    timestampMs: Number(message.timestamp),
  }
}
