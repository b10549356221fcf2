import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ManyWork, manyWorkNow, openManyWork } from '../../test/many-work.ts'

let many: ManyWork
beforeAll(() => {
  many = openManyWork(20_000)
}, 60_000)
afterAll(() => many.close())

const ofCountry = { country: 'SG', now: manyWorkNow }
const following = (after: unknown) => (after ? { after: after as { key: number; number: number } } : {})

test('snoozed requests are skipped, and each other request is found once', () => {
  const ids: string[] = []
  for (let after: unknown, n = 0; n === 0 || after; n++) {
    const { items, next } = many.work.inbox({ ...ofCountry, person: 'sleepy', limit: 200, ...following(after) })
    ids.push(...items.map(({ view }) => (JSON.parse(view) as { requestId: string }).requestId))
    after = next
  }
  expect([ids.length, new Set(ids).size]).toEqual([600, 600])
})

test('no statement scans a table, except for the few rows of positions', () => {
  const { work, statements, file } = many
  work.inbox({ ...ofCountry, person: 'busy', limit: 1 })
  work.snoozed({ ...ofCountry, limit: 1 })
  work.openAlerts('SG', undefined, 1)
  expect(statements.size).toBeGreaterThan(20)
  const allowed = /^SCAN (positions|work_positions|said|CONSTANT ROW)/
  for (const sql of statements) {
    const steps = file.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]
    for (const { detail } of steps)
      if (detail.startsWith('SCAN') && !/sqlite_master|work_version/.test(sql)) expect(detail, sql).toMatch(allowed)
  }
})
