import { StoreUnavailableError } from '@holdfast/stores'
import type { StreamRecord } from '@holdfast/streams'
import { describe, expect, test } from 'vitest'
import { withDeadLetters } from './with-dead-letters.ts'

const record = (offset: number): StreamRecord => ({ topic: 't', partition: 0, offset, key: 'k', value: '{}', headers: {}, timestampMs: 0 })

function createIngress(onRecord: (offset: number) => void) {
  const done: number[] = []
  const kept: Array<[offset: number, reason: string]> = []
  const work = withDeadLetters({ keep: async ({ offset }, reason) => void kept.push([offset, reason]) }, async records => {
    for (const { offset } of records) onRecord(offset)
    done.push(...records.map(({ offset }) => offset))
  })
  return { work, done, kept }
}

describe('an ingress whose code throws on one record of a batch', () => {
  test('processes the others, and stores that one with the reason', async () => {
    const { work, done, kept } = createIngress(offset => {
      if (offset === 2) throw new TypeError('planted')
    })
    await work([1, 2, 3].map(record))
    expect(done).toEqual([1, 3])
    expect(kept).toEqual([[2, expect.stringMatching(/^COULD_NOT_BE_WORKED_ON: TypeError: planted/)]])
  })

  test('processes all of them if it throws once', async () => {
    let thrown = false
    const { work, done, kept } = createIngress(() => {
      if (!thrown) {
        thrown = true
        throw new TypeError('once')
      }
    })
    await work([1, 2].map(record))
    expect([done, kept]).toEqual([[1, 2], []])
  })

  test('stores nothing while a store is unreachable: the batch is retried', async () => {
    const { work, done, kept } = createIngress(() => {
      throw new StoreUnavailableError('away')
    })
    await expect(work([record(1)])).rejects.toThrow('away')
    expect([done, kept]).toEqual([[], []])
  })
})
