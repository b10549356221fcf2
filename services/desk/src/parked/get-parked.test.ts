import { expect, test } from 'vitest'
import { pageOfParked } from './get-parked.ts'

const entries = [2, 5, 9].map(firstOffset => ({ firstOffset }))

test('a page of parked requests continues after the last one of the page before, even if that is no longer parked', () => {
  expect(pageOfParked(entries, { limit: 2 })).toEqual({ entries: [{ firstOffset: 2 }, { firstOffset: 5 }], nextCursor: '5' })
  expect(pageOfParked(entries, { after: 5, limit: 2 })).toEqual({ entries: [{ firstOffset: 9 }] })
  expect(pageOfParked(entries, { after: 3, limit: 1 })).toEqual({ entries: [{ firstOffset: 5 }], nextCursor: '5' })
  expect(pageOfParked([], { limit: 2 })).toEqual({ entries: [] })
})
