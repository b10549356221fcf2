import { expect, test } from 'vitest'
import { testWords } from '../../test/encryption.ts'
import { beginning } from '../cursors/stream-position.ts'
import { createPageQueue } from '../page-queue.ts'
import { createDataDecrypter } from '../personal-data/data-decrypter.ts'
import { createFactStream, type FactStreamWorld } from './fact-stream.ts'

const pages = 10
const line = 'x'.repeat(200_000)

/** A view whose every page is heavier than what a stream holds for its reader. */
const world = {
  views: {
    lastArrival: () => pages,
    page: ({ arrival }: { arrival: number }) => ({
      facts: [{ arrival: arrival + 1, partition: 0, offset: arrival, requestId: 'r', mark: 0, line }],
      reached: arrival + 1,
      isLast: arrival + 1 === pages,
    }),
  },
  turns: createPageQueue(),
  partitions: 1,
  words: createDataDecrypter(testWords),
} as unknown as FactStreamWorld

test('a reader that takes its last chunk only when it asks for the next one gets everything, and the end', async () => {
  const { readable } = createFactStream(world, { country: 'SG', arrival: 0, position: beginning, form: 'lines' })
  let bytes = 0
  for await (const chunk of readable) {
    bytes += (chunk as Buffer).length
    await new Promise(resolve => setImmediate(resolve))
  }
  expect(bytes).toBe(pages * (line.length + 1))
}, 5_000)

test('a reader that takes too slowly to be told something is told once, later, that it has missed something', async () => {
  const quiet = {
    views: { positions: () => new Map(), lastArrival: () => 0, page: () => ({ facts: [], reached: 0, isLast: true }) },
    live: { follow: () => () => undefined, end: () => ({ arrival: 0, position: beginning }) },
    places: { seal: () => 'place' },
    turns: createPageQueue(),
    partitions: 1,
    words: createDataDecrypter(testWords),
  } as unknown as FactStreamWorld
  const stream = createFactStream(quiet, { country: 'SG', arrival: 0, position: beginning, form: 'events' })
  const { readable } = stream
  const news = 'news'.padEnd(30_000)
  for (let told = 0; told < 8; told++) stream.tell(news, 'missed')
  let text = ''
  readable.on('data', chunk => {
    text += chunk
  })
  await expect.poll(() => text).toContain('missed')
  const told = text.split('news').length - 1
  expect(told).toBeGreaterThan(0)
  expect(told).toBeLessThan(8)
  expect(text.split('missed').length - 1).toBe(1)
  // One that takes again is told as ever.
  stream.tell('later', 'missed')
  await expect.poll(() => text.endsWith('later')).toBe(true)
})

test('what is told while the words of a page are opened is in the next page, and nothing is left out or given twice', async () => {
  let last = 1
  let opened = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  const fact = (arrival: number) => ({ arrival, partition: 0, offset: arrival - 1, requestId: 'r', mark: 0, line: `fact ${arrival}` })
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
      follow: (_country: string, told: typeof listener) => {
        listener = told
        return () => undefined
      },
      end,
    },
    places: { seal: () => 'place' },
    turns: createPageQueue(),
    partitions: 1,
    words: {
      lines: async (lines: readonly string[]) => {
        asked.resolve()
        await opened.promise
        return lines.map(each => `${each} with words`)
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
  await asked.promise
  tell(2)
  opened.resolve()
  opened = Promise.withResolvers()
  opened.resolve()
  await expect.poll(() => text).toContain('fact 2 with words')
  tell(3)
  await expect.poll(() => text).toContain('live 3')
  expect(text.match(/^data: (?!\{).*$/gm)).toEqual(['data: fact 1 with words', 'data: fact 2 with words', 'data: live 3'])
})
