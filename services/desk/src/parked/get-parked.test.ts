import { expect, test } from 'vitest'
import { pageOfParked } from './get-parked.ts'

const entries = [2, 5, 9].map(number => ({ number }))

test('a page of what is parked goes on behind the last of the page before, also where that one is parked no more', () => {
  expect(pageOfParked(entries, { limit: 2 })).toEqual({ entries: [{ number: 2 }, { number: 5 }], nextCursor: '5' })
  expect(pageOfParked(entries, { after: 5, limit: 2 })).toEqual({ entries: [{ number: 9 }] })
  expect(pageOfParked(entries, { after: 3, limit: 1 })).toEqual({ entries: [{ number: 5 }], nextCursor: '5' })
  expect(pageOfParked([], { limit: 2 })).toEqual({ entries: [] })
})
