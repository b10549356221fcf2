import { type ListSort, listSorts } from '@holdfast/schemas'
import { expectRatio, medianTimesMs } from '@holdfast/test-kit/ratios'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHistory, passed } from '../../test/histories.ts'
import { type OpenProjection, openProjection } from '../../test/open-projection.ts'
import type { ListCursor } from './list-query.ts'

/** Opens a projection with this many requests of a country, which differ only in the columns that lists use. */
async function openList(requests: number): Promise<OpenProjection> {
  const opened = openProjection()
  await opened.take(passed(createHistory(buildRequestNumber(1))).facts)
  opened.file.schema(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${requests})
    INSERT INTO requests (request_id, summary, view) SELECT 'r' || i, summary, view FROM n CROSS JOIN (SELECT summary, view FROM requests);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${requests})
    INSERT INTO country_rows (country, request_id, outgoing, other, phase, case_reference, parent, opened_ms, number, updated_ms, next_deadline_ms, currency, amount)
      SELECT 'SG', 'r' || i, i % 2, 'TL', CASE i % 3 WHEN 0 THEN 'frozen' WHEN 1 THEN 'verified' ELSE 'received' END, 'CASE', NULL, i, i * 4096, i * 7919 % 100003, i * 104729 % 100003, 'USD', i * 31 % 100003 FROM n;`)
  return opened
}

let many: OpenProjection
let few: OpenProjection
beforeAll(async () => {
  many = await openList(100_000)
  few = await openList(2_000)
}, 120_000)
afterAll(async () => {
  await many.close()
  await few.close()
})

const ofCurrency = (sort: ListSort) => (sort === 'amount' ? { currency: 'USD' } : {})

test.each(listSorts)('a page by %s of 100,000 requests of a country is read as fast as a page of 2,000', async sort => {
  /** Reads the next full page at each call. */
  const reader = ({ views }: OpenProjection) => {
    let after: ListCursor | undefined
    return () => {
      const listed = views.list({ country: 'SG', sort, limit: 50, ...ofCurrency(sort), ...(after ? { after } : {}) })
      expect(listed.views.length).toBeGreaterThan(0)
      after = listed.next
    }
  }
  await expectRatio(`page by ${sort}: 100,000 to 2,000 requests`, { max: 5 }, async () => {
    const times = await medianTimesMs(100, { many: reader(many), few: reader(few) })
    return { value: times.many, against: times.few, unit: 'ms' }
  })
})
