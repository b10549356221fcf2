import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, onTestFinished, test, vi } from 'vitest'
import { cloudEventHeaders } from '../port.ts'
import { encodeProduce } from './encode-produce.ts'
import { type Framed, frameRequest } from './frame-request.ts'
import { ownRecordsMax } from './open-fetched.ts'
import { batchesIn } from './record-batch.ts'
import { recordsOf } from './records.ts'
import { type SentBatch, type SentRecord, writeBatch } from './write-batch.ts'

const load = createRequire(import.meta.url)
const writeRecord = load('kafkajs/src/protocol/recordBatch/record/v0') as (record: object) => object
const { RecordBatch: writeByKafkajs } = load('kafkajs/src/protocol/recordBatch/v0') as {
  RecordBatch(batch: object): Promise<{ readonly buffer: Buffer }>
}
const encodeByKafkajs = load('kafkajs/src/protocol/requests/produce/v7/request') as (request: object) => Framed['request']
const frameByKafkajs = load('kafkajs/src/protocol/request') as typeof frameRequest
const sentMs = 1_790_000_000_000

/**
 * Of any length whose varint has one to three bytes, and of characters of one to four bytes, also an unpaired
 * surrogate.
 */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc
    .tuple(fc.constantFrom('a', 'é', '漢', '𝄞', '\ud800'), fc.integer({ min: 0, max: 9_000 }))
    .map(([letter, count]) => letter.repeat(count)),
)
const name = fc.string({ minLength: 1, maxLength: 20 })
const headers = fc.oneof(
  { weight: 3, arbitrary: fc.constant(cloudEventHeaders) },
  { weight: 1, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.dictionary(name, text, { maxKeys: 4, noNullPrototype: true }) },
  // More than one byte counts.
  { weight: 1, arbitrary: fc.constant(Object.fromEntries(Array.from({ length: 70 }, (_, n) => [`name-${n}`, 'x']))) },
)
const record = fc
  .record({ key: text, value: text, headers })
  .map(({ headers, ...said }): SentRecord => (headers === undefined ? said : { ...said, headers }))
const batch: fc.Arbitrary<SentBatch> = fc.record({
  records: fc.oneof(fc.array(record, { minLength: 1, maxLength: 5 }), fc.array(record, { minLength: 60, maxLength: 140, size: 'max' })),
  producerId: fc.bigInt({ min: -1n, max: 2n ** 63n - 1n }).map(String),
  producerEpoch: fc.integer({ min: -1, max: 32_767 }),
  firstSequence: fc.integer({ min: -1, max: 2 ** 31 - 1 }),
  sentMs: fc.integer({ min: 0, max: 2 ** 43 }),
})

test('a batch is written as kafkajs writes it, byte for byte', async () => {
  await fc.assert(
    fc.asyncProperty(batch, async sent => {
      const { records, producerId, producerEpoch, firstSequence, sentMs } = sent
      const known = await writeByKafkajs({
        records: records.map((record, offsetDelta) => writeRecord({ ...record, offsetDelta, timestampDelta: 0 })),
        lastOffsetDelta: records.length - 1,
        firstTimestamp: sentMs,
        maxTimestamp: sentMs,
        producerId,
        producerEpoch,
        firstSequence,
      })
      expect(writeBatch(sent).equals(known.buffer)).toBe(true)
    }),
    { seed: 20261129, numRuns: 150 },
  )
})

const request = fc.record({
  acks: fc.constantFrom(-1 as const, 1 as const),
  timeout: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  producerId: fc.bigInt({ min: -1n, max: 2n ** 63n - 1n }).map(String),
  producerEpoch: fc.integer({ min: -1, max: 32_767 }),
  topicData: fc.array(
    fc.record({
      topic: name,
      partitions: fc.array(
        fc.record({
          partition: fc.integer({ min: 0, max: 4_095 }),
          firstSequence: fc.integer({ min: -1, max: 2 ** 31 - 1 }),
          records: fc.array(record, { minLength: 1, maxLength: 3 }),
        }),
        { maxLength: 3 },
      ),
    }),
    { maxLength: 3 },
  ),
})

test('a request is encoded and framed as kafkajs does it, also when kafkajs frames our encoding', async () => {
  const head = fc.record({ correlationId: fc.integer({ min: 0, max: 2 ** 31 - 1 }), clientId: fc.option(name) })
  vi.spyOn(Date, 'now').mockReturnValue(sentMs)
  onTestFinished(() => void vi.restoreAllMocks())
  await fc.assert(
    fc.asyncProperty(request, head, async (asked, head) => {
      const topicData = asked.topicData.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ records: messages, ...rest }) => ({ ...rest, messages })),
      }))
      const theirs = encodeByKafkajs({ ...asked, topicData })
      const ours = { apiKey: 0, apiVersion: 7, encode: async () => encodeProduce(asked, sentMs) }
      const { buffer: known } = await frameByKafkajs({ ...head, request: theirs })
      expect((await frameRequest({ ...head, request: ours })).buffer.equals(known)).toBe(true)
      expect((await frameRequest({ ...head, request: theirs })).buffer.equals(known)).toBe(true)
      expect((await frameByKafkajs({ ...head, request: ours })).buffer.equals(known)).toBe(true)
    }),
    { seed: 20261129, numRuns: 150 },
  )
})

test('a batch decodes to the records that it was encoded from', async () => {
  const records = [
    { key: 'a', value: 'é'.repeat(3_000), headers: cloudEventHeaders },
    { key: '', value: '', headers: {} },
    { key: '漢', value: '𝄞', headers: { authorization: 'Bearer x', 'content-type': 'text/plain' } },
  ]
  const [read] = batchesIn(writeBatch({ records, producerId: '7', producerEpoch: 3, firstSequence: 11, sentMs: 1_790_000_000_000 }))
  expect(read).toMatchObject({ producerId: 7n, firstTimestampMs: 1_790_000_000_000, count: 3, lastOffset: 2, isControl: false })
  const seen = read && (await recordsOf('a-topic', 5, read, ownRecordsMax))
  expect(seen?.map(({ key, value, headers }) => ({ key, value, headers }))).toEqual(records)
  expect(seen?.[0]?.headers).toBe(cloudEventHeaders)
})
