import { describe, expect, test } from 'vitest'
import { createOngoingFaults, throwOngoing } from './ongoing-faults.ts'

describe('an ongoing fault', () => {
  function start() {
    let now = 0
    const faults = createOngoingFaults(() => now)
    const at = (ms: number): void => {
      now = ms
    }
    return { faults, at }
  }

  test('is reported after five seconds, until it ends', () => {
    const { faults, at } = start()
    faults.note('a', 'partition 3 of freeze.requests has not been read', new Error('no leader'))
    at(4_999)
    faults.note('a', 'partition 3 of freeze.requests has not been read', new Error('still no leader'))
    expect(faults.ongoing()).toEqual([])
    at(5_000)
    expect(faults.ongoing()).toEqual(['partition 3 of freeze.requests has not been read for 5 s: still no leader'])
    faults.clear('a')
    expect(faults.ongoing()).toEqual([])
  })

  test('without an error, because a task has stalled, is reported after ten seconds, until it moves', () => {
    const { faults, at } = start()
    faults.expect('a', 'partition 3 of freeze.requests has not been processed')
    at(9_999)
    expect(faults.ongoing()).toEqual([])
    at(10_000)
    expect(faults.ongoing()).toEqual(['partition 3 of freeze.requests has not been processed for 10 s without progress or an error'])
    faults.note('a', 'partition 3 of freeze.requests has not been processed', new Error('the store is full'))
    at(15_000)
    expect(faults.ongoing()).toEqual(['partition 3 of freeze.requests has not been processed for 5 s: the store is full'])
    faults.clear('a')
    at(60_000)
    expect(faults.ongoing()).toEqual([])
  })

  test('that is no longer retried is dropped after a minute', () => {
    const { faults, at } = start()
    faults.note('a', 'it has not been read', new Error('gone'))
    at(59_999)
    expect(faults.ongoing().length).toBe(1)
    at(60_000)
    expect(faults.ongoing()).toEqual([])
  })

  test('that affects everything is reported briefly', () => {
    const { faults, at } = start()
    for (let partition = 0; partition < 10; partition += 1)
      faults.note(partition, `partition ${partition} has not been read`, new Error('x'))
    at(6_000)
    expect(() => throwOngoing(faults)).toThrow(
      'partition 0 has not been read for 6 s: x; partition 1 has not been read for 6 s: x; partition 2 has not been read for 6 s: x; and 7 more',
    )
  })
})
