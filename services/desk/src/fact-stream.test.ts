import { expect, test } from 'vitest'
import { createFactStream, type FactStreamWorld } from './fact-stream.ts'
import { createPageTurns } from './page-turns.ts'
import { beginning } from './stream-position.ts'

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
  turns: createPageTurns(),
  partitions: 1,
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
