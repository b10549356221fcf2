import { expect, test } from 'vitest'
import { fieldTime, wakesAt } from './snooze-span.ts'

const now = new Date(2024, 6, 23, 22, 30)
const local = (day: number, hour: number, minute = 0) => new Date(2024, 6, day, hour, minute).toISOString()

test('a snooze ends in an hour, on the next morning or after a week, by the reader’s calendar', () => {
  expect(wakesAt('hour', '', now.getTime())).toBe(local(23, 23, 30))
  expect(wakesAt('tomorrow', '', now.getTime())).toBe(local(24, 8))
  expect(wakesAt('week', '', now.getTime())).toBe(local(30, 22, 30))
})

test('another end of a snooze must be in the future', () => {
  expect(wakesAt('other', '2024-07-24T09:15', now.getTime())).toBe(local(24, 9, 15))
  expect(wakesAt('other', '2024-07-23T09:15', now.getTime())).toBeUndefined()
  expect(wakesAt('other', '', now.getTime())).toBeUndefined()
})

test('a field for date and time uses the reader’s zone', () => expect(fieldTime(now.getTime())).toBe('2024-07-23T22:30'))
