import { expect, onTestFinished, test } from 'vitest'
import { fillCounted } from '../../../test/many-requests.ts'
import { openProjection } from '../../../test/open-projection.ts'

const now = new Date('2024-07-23T12:00:00.000Z')

test('the analysis reads 10,000 requests of a year in several turns, and a later change in one', async () => {
  const { file, analysis, close } = openProjection()
  onTestFinished(close)
  await fillCounted(file, 10_000, now)
  let turns = 1
  while (!analysis.catchUp(now)) turns++
  expect(turns).toBeGreaterThan(5)
  const analyse = (country: string) => analysis.analyse({ country, days: 365, currency: undefined, now })
  expect([analyse('SG').total.requests, analyse('XP').total.requests]).toEqual([9_800, 9_800])
  file.schema(
    "UPDATE analysis_requests SET changed = (SELECT max(changed) FROM analysis_requests) + 1, duplicate = 1 WHERE request_id = 'r7'",
  )
  expect(analysis.catchUp(now)).toBe(true)
  expect(analyse('SG').total.requests).toBe(9_799)
})
