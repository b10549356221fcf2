import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { notificationsTopic, ordersTopic } from '@holdfast/schemas'
import { openSqlite } from '@holdfast/sqlite'
import { createEmbeddedStreams, type Streams, StreamUnavailableError } from '@holdfast/streams'
import { afterAll, expect, test } from 'vitest'
import { createCountryTopics, publishByTopic } from './country-topics.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-topics-'))
const file = openSqlite(join(folder, 'streams.sqlite'), { durable: false })
const streams = createEmbeddedStreams({ file, partitions: 1 })
afterAll(async () => {
  await streams.close()
  await file.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a topic is created once, however many records need it at once', async () => {
  const asked: string[] = []
  const counted: Streams = {
    ...streams,
    ensureTopics(specs) {
      asked.push(...specs.map(({ name }) => name))
      return streams.ensureTopics(specs)
    },
  }
  const countryTopics = createCountryTopics(counted)
  await Promise.all([ordersTopic('TL'), notificationsTopic('TL'), ordersTopic('TL')].map(spec => countryTopics.ensure(spec)))
  await countryTopics.ensure(ordersTopic('TL'))
  expect(asked).toEqual(['freeze.orders.tl', 'freeze.notifications.tl'])
  expect(await streams.partitionCount('freeze.orders.tl')).toBe(1)
})

test('a topic that could not be created is retried at the next record', async () => {
  let isAway = true
  const countryTopics = createCountryTopics({
    ...streams,
    async ensureTopics(specs) {
      if (isAway) throw new StreamUnavailableError('away')
      return streams.ensureTopics(specs)
    },
  })
  await expect(countryTopics.ensure(ordersTopic('MY'))).rejects.toThrow('away')
  isAway = false
  await countryTopics.ensure(ordersTopic('MY'))
  expect(await streams.partitionCount('freeze.orders.my')).toBe(1)
})

test('a failed publish is thrown after the others have ended, because a retry must not overlap with them', async () => {
  const ended: string[] = []
  const streams = {
    ensureTopics: async () => undefined,
    async publish(topic: string) {
      if (topic === notificationsTopic('SG').name) throw new Error('the broker is away')
      await new Promise(resolve => setTimeout(resolve, 20))
      ended.push(topic)
    },
  } as unknown as Streams
  const records = [notificationsTopic('SG'), ordersTopic('TL')].map(topic => ({ topic, key: 'a', value: '1' }))
  await expect(publishByTopic(streams, createCountryTopics(streams), records)).rejects.toThrow('the broker is away')
  expect(ended).toEqual([ordersTopic('TL').name])
})
