import { type ParkedBody, type ParkedEvent, parkedType, topics } from '@holdfast/schemas'
import { growthOf } from '@holdfast/test-kit/ratios'
import { expect, test } from 'vitest'
import { createParkedEntries } from './parked-entries.ts'

const requestId = '0190a0b0-0000-7000-8000-00000000000a'
const place = { service: 'ledger', partition: 0, requestId }

const eventOf = (data: ParkedBody): ParkedEvent => ({
  specversion: '1.0',
  id: requestId,
  source: '/holdfast/ledger',
  type: parkedType,
  subject: requestId,
  time: '2024-07-23T03:00:00.000Z',
  datacontenttype: 'application/json',
  data,
})

function takeHeld(commands: number) {
  const entries = createParkedEntries()
  entries.take(eventOf({ what: 'parked', ...place, offset: 1, reason: 'planted' }), 0)
  for (let nth = 0; nth < commands; nth++) {
    const record = { topic: topics.commands.name, partition: 0, offset: nth, key: requestId, value: '{}' }
    entries.take(eventOf({ what: 'held', ...place, commandId: `command-${nth}`, record }), nth + 1)
  }
  return entries
}

test('keep their first offset, however often they are parked again', () => {
  const entries = createParkedEntries()
  const other = { ...place, service: 'dispatch' }
  const parked = (at: typeof place, offset: number, inTopic: number) =>
    entries.take(eventOf({ what: 'parked', ...at, offset, reason: 'planted' }), inTopic)
  parked(place, 1, 3)
  parked(other, 1, 4)
  parked(place, 2, 5)
  expect(entries.all().map(({ service, firstOffset }) => [service, firstOffset])).toEqual([
    ['ledger', 3],
    ['dispatch', 4],
  ])
})

test('a service that starts reads held commands in linear time', () => {
  expect(takeHeld(20_000).of(requestId)[0]?.held.size).toBe(20_000)
  const max = 24
  expect(growthOf(takeHeld, { size: 16_000, smaller: 2_000, max })).toBeLessThan(max)
})
