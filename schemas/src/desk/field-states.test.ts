import { expect, test } from 'vitest'
import { fieldStateOf, valueAt } from './field-states.ts'

const box = 'A'.repeat(38)

test('a field is plaintext, encrypted or erased', () => {
  expect(fieldStateOf('Klang Trading')).toEqual({ is: 'plain', text: 'Klang Trading' })
  expect(fieldStateOf({ encrypted: { kid: 'k-1', box } })).toEqual({ is: 'encrypted', kid: 'k-1', box })
  expect(fieldStateOf({ gone: { since: '2026-01-01T00:00:00Z' } })).toEqual({ is: 'gone', since: '2026-01-01T00:00:00Z' })
})

test.each([
  undefined,
  null,
  5,
  [],
  {},
  { encrypted: { kid: 'k-1' } },
  { encrypted: { kid: 'k 1', box } },
  { encrypted: { kid: 'k-1', box: 'short' } },
  { gone: { since: 'long ago' } },
  { gone: {}, encrypted: { kid: 'k-1', box } },
  { other: 'DE89' },
])('%j is none of them', value => expect(fieldStateOf(value)).toBeUndefined())

test('a pointer finds the members of a document, and never inherited ones', () => {
  const document = { payment: { creditor: { name: 'Klang' } } }
  expect(valueAt(document, '/payment/creditor/name')).toBe('Klang')
  expect(['/payment/debtor/name', '/constructor/name', '/payment/creditor/name/length'].map(path => valueAt(document, path))).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})
