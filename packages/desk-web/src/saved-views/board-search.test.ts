import { expect, test } from 'vitest'
import { listQuery, readBoardSearch } from './board-search.ts'

const nowMs = Date.parse('2024-07-23T04:00:00Z')

test('valid members of an address are read, and all others dropped', () => {
  expect(readBoardSearch({ phase: 'frozen', from: 'SG', to: 'tl', age: '3', sort: 'opened', q: ' ', x: 'y' })).toEqual({
    phase: 'frozen',
    from: 'SG',
    age: 3,
  })
})

test('an order without an index for the filters is replaced', () => {
  expect(readBoardSearch({ from: 'SG', sort: 'updated' })).toEqual({ from: 'SG' })
  expect(readBoardSearch({ from: 'SG', sort: 'deadline' })).toEqual({ from: 'SG', sort: 'deadline' })
  expect(readBoardSearch({ age: 1, sort: 'deadline' })).toEqual({ age: 1 })
  expect(readBoardSearch({ sort: 'updated', phase: 'frozen' })).toEqual({ sort: 'updated', phase: 'frozen' })
})

test('an age class is queried as an instant', () => {
  expect(listQuery({ age: 3, from: 'SG' }, nowMs)).toBe(
    'requestingCountry=SG&openedBefore=2024-07-20T04%3A00%3A00.000Z&sort=opened&limit=50',
  )
})

test('a search has no other filters', () => expect(listQuery({ q: 'Tan', phase: 'frozen' }, nowMs)).toBe('q=Tan'))
