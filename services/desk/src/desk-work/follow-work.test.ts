import { silentLogger } from '@holdfast/runtime'
import { chainStart } from '@holdfast/schemas'
import type { StreamRecord, Streams, TailOptions } from '@holdfast/streams'
import { expect, test } from 'vitest'
import { testWords } from '../../test/encryption.ts'
import { createLiveWork } from '../stream/live-work.ts'
import { followWork } from './follow-work.ts'
import type { WorkProjection } from './work-projection.ts'

const record = { topic: 'freeze.work.sg', partition: 0, offset: 7, key: 'SG', value: '{}', headers: {}, timestampMs: 0 } as StreamRecord

/** A consumer that delivers records on demand, and a projection that collects them. */
function world() {
  const tails: TailOptions[] = []
  const taken: StreamRecord[] = []
  const streams = {
    tail: async (options: TailOptions) => {
      tails.push(options)
      return { stop: async () => undefined }
    },
    endOffset: async () => 0,
  } as unknown as Streams
  const views = {
    readSoFar: () => ({ next: 0, fingerprints: [], sequence: 0, hash: chainStart }),
    take: async (_country: string, records: readonly StreamRecord[]) => {
      taken.push(...records)
      return []
    },
  } as unknown as WorkProjection
  const topics = { ensure: async () => undefined, countries: async () => [] }
  return { tails, taken, followed: followWork({ streams, log: silentLogger, cipher: testWords }, topics, views, createLiveWork()) }
}

test('records read for a replaced projection are not written to its successor', async () => {
  const { tails, taken, followed } = world()
  await followed.ready('SG')
  await tails[0]?.onRecords([record])
  expect(taken).toHaveLength(1)
  await followed.beginAgain()
  await tails[0]?.onRecords([record])
  expect(taken).toHaveLength(1)
  await tails[1]?.onRecords([record])
  expect([tails.length, taken.length]).toEqual([2, 2])
})

test('a topic is followed once, however many officers come at the same time', async () => {
  const { tails, followed } = world()
  await Promise.all([followed.ready('SG'), followed.ready('SG'), followed.ready('TL')])
  expect(tails.map(({ topic }) => topic)).toEqual(['freeze.work.sg', 'freeze.work.tl'])
})
