import { paymentStop } from '@holdfast/payment-stop'
import type { StreamRecord } from '@holdfast/streams'
import { documentCheck } from '@holdfast/test-kit/document-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Desks, openDesks } from '../../test/desks.ts'
import { type JoinedLedgers, joinLedgers } from './joined-ledgers.ts'

const [stops, checks] = [{ workflow: paymentStop }, { workflow: documentCheck }]
const [ofStops, ofChecks] = [paymentStop.topics.ledger.name, documentCheck.topics.ledger.name]
let desks: Desks
let ledgers: JoinedLedgers<typeof stops | typeof checks>

beforeEach(async () => {
  desks = await openDesks(2)
  await desks.streams.ensureTopics([paymentStop.topics.ledger, documentCheck.topics.ledger])
  ledgers = await joinLedgers(desks.streams, [stops, checks])
})
afterEach(() => desks.close())

const append = (topic: string, partition: number, value: string) => desks.streams.append(topic, partition, [{ key: value, value }])

test('the partitions of the second workflow come after those of the first', () => {
  expect(ledgers.partitions).toBe(4)
  expect([0, 1, 2, 3].map(partition => ledgers.at(partition))).toEqual([stops, stops, checks, checks])
  expect(ledgers.locate(3)).toEqual({ desk: checks, topic: ofChecks, partition: 1 })
  expect(() => ledgers.locate(4)).toThrow(new RangeError('the ledgers have 4 partitions, and none with the number 4'))
})

test('a record has the number of its partition among all, read or followed', async () => {
  await append(ofStops, 1, 'a stop')
  await append(ofChecks, 1, 'a check')
  expect([...(await ledgers.ends())]).toEqual([
    [0, 0],
    [1, 1],
    [2, 0],
    [3, 1],
  ])
  const read: StreamRecord[] = []
  for await (const records of ledgers.read(3, 0, 1)) read.push(...records)
  expect(read).toMatchObject([{ partition: 3, offset: 0, value: 'a check' }])

  const followed = new Map<number, string>()
  const both = Promise.withResolvers<void>()
  const tail = await ledgers.tail({
    from: new Map([[3, 1]]),
    onRecords(records) {
      for (const { partition, value } of records) followed.set(partition, value)
      if (followed.size === 2) both.resolve()
    },
    onFault: both.reject,
  })
  await append(ofChecks, 1, 'a later check')
  await both.promise
  await tail.stop()
  expect([...followed].sort()).toEqual([
    [1, 'a stop'],
    [3, 'a later check'],
  ])
})

test('positions are given back by the partitions of one workflow', () => {
  const positions = new Map([
    [1, 5],
    [2, 7],
  ])
  expect([...ledgers.positionsOf(checks, positions)]).toEqual([
    [0, 7],
    [1, 0],
  ])
})
