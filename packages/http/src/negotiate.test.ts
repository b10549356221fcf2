import { expect, test } from 'vitest'
import { preferredEncoding, preferredMediaType } from './negotiate.ts'

const offered = ['text/event-stream', 'application/x-ndjson', 'application/x-ndjson;proof=tree'] as const

test.each([
  [undefined, 'text/event-stream'],
  ['*/*', 'text/event-stream'],
  ['application/x-ndjson', 'application/x-ndjson'],
  ['application/x-ndjson; proof=tree', 'application/x-ndjson;proof=tree'],
  ['application/x-ndjson;q=0.1, text/event-stream', 'text/event-stream'],
  ['text/event-stream;q=0.2, application/x-ndjson', 'application/x-ndjson'],
  ['application/x-ndjson;q=0, */*', 'text/event-stream'],
  ['application/json', undefined],
])('a client that accepts %s gets %s', (accept, given) => {
  expect(preferredMediaType({ headers: accept === undefined ? {} : { accept } }, offered)).toBe(given)
})

test.each([
  [undefined, 'identity'],
  ['', 'identity'],
  ['gzip', 'gzip'],
  ['gzip;q=0', 'identity'],
  ['identity, gzip;q=0.5', 'identity'],
  ['*', 'gzip'],
  ['br', 'identity'],
])('a client that accepts the encoding %s gets %s', (accepts, given) => {
  expect(preferredEncoding({ headers: accepts === undefined ? {} : { 'accept-encoding': accepts } }, ['gzip'])).toBe(given)
})
