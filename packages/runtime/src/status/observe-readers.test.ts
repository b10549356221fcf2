import { expect, test } from 'vitest'
import { createReaderObserver } from './observe-readers.ts'

const topic = 'freeze.commands'
const start = Date.parse('2026-03-02T08:00:00.000Z')

/** A stream of one partition that grows by ten at each observation, and its observer. */
function world() {
  let ms = 0
  const ends = new Map<string, number>([[`${topic}/0`, 100]])
  const observe = createReaderObserver(
    {
      async endOffset(name, partition) {
        const end = ends.get(`${name}/${partition}`)
        if (end === undefined) throw new Error('away')
        return end
      },
    },
    () => ms,
    () => new Date(start + ms),
  )
  return {
    async look(position: number, end: number, partitions: readonly number[] = [0]) {
      ends.set(`${topic}/0`, end)
      const [reader] = await observe([{ group: 'g', topic, places: partitions.map(partition => ({ partition, position })) }])
      ms += 5_000
      return reader
    },
  }
}

test('a busy reader that keeps up is not behind, however many records are left', async () => {
  const { look } = world()
  await look(100, 100)
  for (let i = 1; i < 10; i++) expect(await look(100 + (i - 1) * 50, 100 + i * 50)).not.toHaveProperty('behindSince')
})

test('a reader that stands still is behind since it stopped', async () => {
  const { look } = world()
  await look(100, 100)
  await look(110, 110)
  const seen = [await look(110, 120), await look(110, 130), await look(110, 140), await look(110, 150)]
  expect(seen.map(reader => [reader?.partitions[0]?.lag, reader?.behindSince])).toEqual([
    [10, undefined],
    [20, undefined],
    [30, '2026-03-02T08:00:05.000Z'],
    [40, '2026-03-02T08:00:05.000Z'],
  ])
  expect(await look(150, 150)).not.toHaveProperty('behindSince')
})

test('a reader that was behind from the start is behind since its process started', async () => {
  const { look } = world()
  for (let i = 0; i < 3; i++) await look(10, 100)
  expect(await look(20, 100)).toMatchObject({ behindSince: '2026-03-02T08:00:00.000Z', partitions: [{ lag: 80 }] })
})

test('a partition that cannot be queried is left out, and the rest is reported', async () => {
  const { look } = world()
  expect((await look(100, 100, [0, 7]))?.partitions).toEqual([{ partition: 0, lag: 0 }])
})
