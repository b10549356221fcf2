import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  buildRecords,
  buildTopic,
  eventually,
  faultBounds,
  readAll,
  valuesOf,
  watchStage,
} from '../../test-kit/src/streams-contract/harness.ts'
import { describeStreamsContract } from '../../test-kit/src/streams-contract.ts'
import { createEmbeddedStreams } from './embedded/embedded-streams.ts'
import { namespacedStreams } from './namespaced-streams.ts'
import type { StreamRecord, Streams } from './port.ts'

describeStreamsContract('one SQLite file, in a namespace', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-namespace-'))
  const openFile = () => openSqlite(join(directory, 'streams.db'), { durable: true })
  let file = openFile()
  const open = (): Streams => namespacedStreams(createEmbeddedStreams({ file, partitions: 4, faultBounds }), 'staging')
  let streams = open()
  let others: Streams[] = []
  const closeAll = async (): Promise<void> => {
    await Promise.all([streams, ...others].map(each => each.close()))
    others = []
    await file.close()
  }
  return {
    get streams() {
      return streams
    },
    async reopen() {
      await closeAll()
      file = openFile()
      streams = open()
      return streams
    },
    async second() {
      const second = open()
      others.push(second)
      return second
    },
    async close() {
      await closeAll()
      await rm(directory, { recursive: true })
    },
  }
})

describe('two namespaces on the same streams', () => {
  const topic = buildTopic('shared')
  let directory = ''
  let file: SqliteFile
  let plain: Streams
  let staging: Streams

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'holdfast-namespace-'))
    file = openSqlite(join(directory, 'streams.db'), { durable: true })
    plain = createEmbeddedStreams({ file, partitions: 2 })
    staging = namespacedStreams(plain, 'staging')
    await staging.ensureTopics([topic])
  })

  afterEach(async () => {
    await plain.close()
    await file.close()
    await rm(directory, { recursive: true })
  })

  test('streams without a namespace are left as they are', () => {
    expect(namespacedStreams(plain, undefined)).toBe(plain)
  })

  test('a topic of one is not a topic of the other', async () => {
    await expect(plain.partitionCount(topic.name)).rejects.toThrow()
    expect(await plain.partitionCount(`staging.${topic.name}`)).toBe(1)
    await plain.ensureTopics([topic])
    await staging.publish(topic.name, buildRecords(2, 'staging'))
    await plain.publish(topic.name, buildRecords(3, 'plain'))
    expect(valuesOf(await readAll(plain, topic.name))).toEqual(['plain0', 'plain1', 'plain2'])
    expect(valuesOf(await readAll(staging, topic.name))).toEqual(['staging0', 'staging1'])
  })

  test('records read, followed and worked on have the plain topic name', async () => {
    await staging.append(topic.name, 0, buildRecords(1))
    const followed: StreamRecord[] = []
    await staging.tail({
      topic: topic.name,
      from: 'start',
      onRecords: records => void followed.push(...records),
      onFault: expect.fail,
    })
    const stage = await watchStage(staging, { topics: [topic.name] })
    await eventually(() => followed.length + stage.received.length).toBe(2)
    const records = [...(await readAll(staging, topic.name)), ...followed, ...stage.received]
    expect(records.map(record => record.topic)).toEqual([topic.name, topic.name, topic.name])
    expect(stage.opened[0]?.assignment.topic).toBe(topic.name)
  })

  test('a fault of a stage is reported with the plain topic name', async () => {
    await staging.append(topic.name, 0, buildRecords(1))
    const topicsWithFaults: string[] = []
    await staging.stage({
      group: 'faulty',
      topics: [topic.name],
      open: () => Promise.reject(new Error('unavailable')),
      onFault: (_, at) => void topicsWithFaults.push(at.topic),
    })
    await eventually(() => topicsWithFaults[0]).toBe(topic.name)
  })

  test('a group of one is not a group of the other', async () => {
    await staging.append(topic.name, 0, buildRecords(3))
    await staging.setPositions('readers', topic.name, new Map([[0, 2]]))
    expect(await staging.positions('readers', topic.name)).toEqual(new Map([[0, 2]]))
    expect(await plain.positions('staging.readers', `staging.${topic.name}`)).toEqual(new Map([[0, 2]]))
    expect(await plain.positions('readers', `staging.${topic.name}`)).toEqual(new Map())
  })

  test('offsets are asked for by the plain topic name', async () => {
    const first = await staging.append(topic.name, 0, buildRecords(2))
    expect([first, await staging.startOffset(topic.name, 0), await staging.endOffset(topic.name, 0)]).toEqual([0, 0, 2])
    expect(await staging.offsetAt(topic.name, 0, 0)).toBe(0)
    expect(await staging.partitionOf(topic.name, 'k')).toBe(0)
  })

  test('the description names the namespace', () => {
    expect(staging.description).toBe(`${plain.description}, namespace staging`)
  })
})
