import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { resultOf } from './attempt-result.ts'

const now = new Date('2024-07-23T02:25:00Z')
const answered = (status: number, retryAfter?: string) => resultOf({ status, retryAfter }, now)
const kindOf = (status: number) => {
  const attempted = answered(status)
  return attempted.outcome === 'failed' && attempted.slow ? 'failed, slow' : attempted.outcome
}

test.each([
  ['delivered', [200, 201, 202, 204, 299]],
  ['failed', [408, 425, 429, 500, 502, 503, 504, 599]],
  ['failed, slow', [301, 302, 307, 308, 401, 403, 404, 405, 407, 421]],
  ['refused', [400, 402, 406, 409, 410, 413, 415, 422, 451]],
])('these responses mean that an order is %s', (outcome, statuses) => {
  expect(statuses.map(kindOf)).toEqual(statuses.map(() => outcome))
})

test('docs/operate/directory.md lists the same responses', () => {
  const page = readFileSync(new URL('../../../../docs/operate/directory.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| ([^|]*[45]\d\d[^|]*) \|/gm)].map(([, answers = '']) => answers.match(/\b\d(?:\d\d|xx)/g) ?? [])
  const outcomes = rows.map(
    answers => new Set(answers.filter(answer => answer !== '4xx').map(answer => kindOf(Number(answer.replace('xx', '03'))))),
  )
  expect(outcomes).toEqual([new Set(['failed']), new Set(['failed, slow']), new Set(['refused'])])
})

test('the reason names the status', () => {
  expect([answered(401), answered(410)]).toEqual([
    { outcome: 'failed', why: 'the endpoint answers 401', slow: true },
    { outcome: 'refused', why: 'the endpoint answers 410' },
  ])
})

describe('an endpoint that requests a pause', () => {
  const pauseOf = (status: number, retryAfter: string) => {
    const attempted = answered(status, retryAfter)
    return attempted.outcome === 'failed' ? attempted.pauseMs : 'no failure'
  }

  test('gets it, in seconds or until a date', () => {
    expect(pauseOf(429, '30')).toBe(30_000)
    expect(pauseOf(503, 'Tue, 23 Jul 2024 02:27:00 GMT')).toBe(120_000)
  })

  test('gets ten minutes at most', () => {
    expect([pauseOf(429, '86400'), pauseOf(503, 'Wed, 24 Jul 2024 02:27:00 GMT')]).toEqual([600_000, 600_000])
  })

  test('gets none if the time is invalid or past, or the status is another one', () => {
    expect([pauseOf(429, 'soon'), pauseOf(429, '-5'), pauseOf(503, 'Tue, 23 Jul 2024 02:24:00 GMT'), pauseOf(500, '30')]).toEqual(
      Array(4).fill(undefined),
    )
  })
})
