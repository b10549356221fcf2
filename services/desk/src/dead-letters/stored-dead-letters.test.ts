import { createDeadLetters, silentLogger, systemClock } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Desks, openDesks } from '../../test/desks.ts'
import { newestDeadLetters } from './stored-dead-letters.ts'

let desks: Desks
beforeAll(async () => {
  desks = await openDesks(1)
  const { streams } = desks
  await streams.ensureTopics(Object.values(topics))
  const deadLetters = createDeadLetters(streams, 'ledger', systemClock, silentLogger)
  const put = (topic: string, offset: number) =>
    deadLetters.keep({ topic, partition: 0, offset, key: 'k', value: 'x', headers: {}, timestampMs: 0 }, 'why')
  // Three commands, 600 requests, one more command.
  for (let i = 0; i < 3; i++) await put(topics.commands.name, i)
  for (let i = 0; i < 600; i++) await put(topics.requests.name, i)
  await put(topics.commands.name, 3)
})
afterAll(() => desks.close())

test('the dead letters of one topic are found among any number of others, 500 scanned at a time', async () => {
  const numbers: number[][] = []
  let before: number | undefined
  do {
    const { letters, next } = await newestDeadLetters(desks.streams, { before, limit: 20, topic: topics.commands.name })
    numbers.push(letters.map(({ number }) => number))
    before = next
  } while (before !== undefined)
  expect(numbers).toEqual([[603], [2, 1, 0]])
})

test('a page of one topic is no longer than the limit, and the next continues after it', async () => {
  const first = await newestDeadLetters(desks.streams, { limit: 2, before: 4, topic: topics.commands.name })
  expect([first.letters.map(({ number }) => number), first.next]).toEqual([[2, 1], 1])
  const all = await newestDeadLetters(desks.streams, { limit: 3 })
  expect(all.letters.map(({ number }) => number)).toEqual([603, 602, 601])
})
