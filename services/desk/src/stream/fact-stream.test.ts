import { expect, test } from 'vitest'
import { testWords } from '../../test/encryption.ts'
import { beginning } from '../cursors/stream-position.ts'
import { createPageQueue } from '../page-queue.ts'
import { createDataDecrypter } from '../personal-data/data-decrypter.ts'
import { createFactStream, type FactStreamWorld } from './fact-stream.ts'

const pages = 10
const line = 'x'.repeat(200_000)

/** A projection whose every page is larger than the buffer of a stream. */
const world = {
  views: {
    lastArrival: () => pages,
    page: ({ arrival }: { arrival: number }) => ({
      facts: [{ arrival: arrival + 1, partition: 0, offset: arrival, requestId: 'r', hashPrefix: 0, line }],
      reached: arrival + 1,
      isLast: arrival + 1 === pages,
    }),
  },
  turns: createPageQueue(),
  partitions: 1,
  decrypter: createDataDecrypter(testWords),
} as unknown as FactStreamWorld

test('a reader that takes its last chunk only when it asks for the next one gets all facts and the end', async () => {
  const { readable } = createFactStream(world, { country: 'SG', arrival: 0, position: beginning, form: 'lines' })
  let bytes = 0
  for await (const chunk of readable) {
    bytes += (chunk as Buffer).length
    await new Promise(resolve => setImmediate(resolve))
  }
  expect(bytes).toBe(pages * (line.length + 1))
}, 5_000)

test('a slow reader is informed once, later, that it has missed news', async () => {
  const quiet = {
    views: { positions: () => new Map(), lastArrival: () => 0, page: () => ({ facts: [], reached: 0, isLast: true }) },
    live: { follow: () => () => undefined, end: () => ({ arrival: 0, position: beginning }) },
    cursors: { encode: () => 'cursor' },
    turns: createPageQueue(),
    partitions: 1,
    decrypter: createDataDecrypter(testWords),
  } as unknown as FactStreamWorld
  const stream = createFactStream(quiet, { country: 'SG', arrival: 0, position: beginning, form: 'events' })
  const { readable } = stream
  const news = 'news'.padEnd(30_000)
  for (let sent = 0; sent < 8; sent++) stream.notify(news, 'missed')
  let text = ''
  readable.on('data', chunk => {
    text += chunk
  })
  await expect.poll(() => text).toContain('missed')
  const received = text.split('news').length - 1
  expect(received).toBeGreaterThan(0)
  expect(received).toBeLessThan(8)
  expect(text.split('missed').length - 1).toBe(1)
  // A reader that takes data again is notified as before.
  stream.notify('later', 'missed')
  await expect.poll(() => text.endsWith('later')).toBe(true)
})

test('a batch that comes while a page is decrypted is in the next page, with no fact lost or repeated', async () => {
  let last = 1
  let opened = Promise.withResolvers<void>()
  const requested = Promise.withResolvers<void>()
  const fact = (arrival: number) => ({ arrival, partition: 0, offset: arrival - 1, requestId: 'r', hashPrefix: 0, line: `fact ${arrival}` })
  let listener: (batch: unknown) => void = () => undefined
  const end = () => ({ arrival: last, position: { ...beginning, next: new Map([[0, last]]) } })
  const busy = {
    views: {
      positions: () => new Map([[0, last]]),
      lastArrival: () => last,
      page: ({ arrival }: { arrival: number }) => ({
        facts: Array.from({ length: last - arrival }, (_, more) => fact(arrival + 1 + more)),
        reached: last,
        isLast: true,
      }),
    },
    live: {
      follow: (_country: string, follower: typeof listener) => {
        listener = follower
        return () => undefined
      },
      end,
    },
    cursors: { encode: () => 'cursor' },
    turns: createPageQueue(),
    partitions: 1,
    decrypter: {
      lines: async (lines: readonly string[]) => {
        requested.resolve()
        await opened.promise
        return lines.map(each => `${each} decrypted`)
      },
      events: (events: unknown) => events,
    },
  } as unknown as FactStreamWorld
  const { readable } = createFactStream(busy, { country: 'SG', arrival: 0, position: beginning, form: 'events' })
  let text = ''
  readable.on('data', chunk => {
    text += chunk
  })
  const tell = (arrival: number) => {
    last = arrival
    const { position } = end()
    listener({ facts: [fact(arrival)], position, isLong: false, text: () => Buffer.from(`data: live ${arrival}\n`) })
  }
  await requested.promise
  tell(2)
  opened.resolve()
  opened = Promise.withResolvers()
  opened.resolve()
  await expect.poll(() => text).toContain('fact 2 decrypted')
  tell(3)
  await expect.poll(() => text).toContain('live 3')
  expect(text.match(/^data: (?!\{).*$/gm)).toEqual(['data: fact 1 decrypted', 'data: fact 2 decrypted', 'data: live 3'])
})
