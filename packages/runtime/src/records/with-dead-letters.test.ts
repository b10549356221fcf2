import { StoreUnavailableError } from '@holdfast/stores'
import type { StreamRecord } from '@holdfast/streams'
import { describe, expect, test } from 'vitest'
import { withDeadLetters } from './with-dead-letters.ts'

const record = (offset: number): StreamRecord => ({ topic: 't', partition: 0, offset, key: 'k', value: '{}', headers: {}, timestampMs: 0 })

function createDoor(onRecord: (offset: number) => void) {
  const done: number[] = []
  const kept: Array<[offset: number, reason: string]> = []
  const work = withDeadLetters({ keep: async ({ offset }, reason) => void kept.push([offset, reason]) }, async records => {
    for (const { offset } of records) onRecord(offset)
    done.push(...records.map(({ offset }) => offset))
  })
  return { work, done, kept }
}

describe('a door whose code throws on one record of a batch', () => {
  test('does the others, and keeps that one with the reason', async () => {
    const { work, done, kept } = createDoor(offset => {
      if (offset === 2) throw new TypeError('planted')
    })
    await work([1, 2, 3].map(record))
    expect(done).toEqual([1, 3])
    expect(kept).toEqual([[2, expect.stringMatching(/^COULD_NOT_BE_WORKED_ON: TypeError: planted/)]])
  })

  test('does all of them where it throws once', async () => {
    let thrown = false
    const { work, done, kept } = createDoor(() => {
      if (!thrown) {
        thrown = true
        throw new TypeError('once')
      }
    })
    await work([1, 2].map(record))
    expect([done, kept]).toEqual([[1, 2], []])
  })

  test('keeps nothing while a store is away: the batch comes again', async () => {
    const { work, done, kept } = createDoor(() => {
      throw new StoreUnavailableError('away')
    })
    await expect(work([record(1)])).rejects.toThrow('away')
    expect([done, kept]).toEqual([[], []])
  })
})
