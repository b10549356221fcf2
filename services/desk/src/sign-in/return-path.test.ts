import { expect, test } from 'vitest'
import { returnPathOf } from './return-path.ts'

test.each(['/', '/requests', '/requests/1?at=7&q=a%20b#facts', '/authority', '/x/'])('%s is followed as it is', way => {
  expect(returnPathOf(way)).toBe(way)
})

test.each([
  undefined,
  '',
  'requests',
  'https://elsewhere.example/',
  '//elsewhere.example',
  '///elsewhere.example',
  '/\\elsewhere.example',
  '/x\\y',
  '/.//elsewhere.example',
  '/x/..//elsewhere.example',
  '/%2e//elsewhere.example',
  '/a b',
  '/\t/elsewhere.example',
  '/\n/elsewhere.example',
  '/é',
  '/auth/sign-in?again=1',
  '/x/../auth/sign-in',
  `/${'x'.repeat(2_000)}`,
  `/${'"'.repeat(1_000)}`,
])('%j leads to the first page instead', way => {
  expect(returnPathOf(way)).toBe('/')
})
