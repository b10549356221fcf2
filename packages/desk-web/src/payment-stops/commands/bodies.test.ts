import { expect, test } from 'vitest'
import { problemsWith } from './bodies.ts'

test('a missing member of a command is reported with its path', () => {
  expect(problemsWith('Release', { reason: 'NARR' })).toEqual([
    { code: 'RULE', path: '/note', message: expect.stringContaining('NARR needs text') },
  ])
  expect(problemsWith('Release', { reason: 'COURT_ORDER' })).toEqual([])
})
