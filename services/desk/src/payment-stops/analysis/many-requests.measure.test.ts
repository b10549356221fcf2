import { expectRatios } from '@holdfast/test-kit/ratios'
import { expect, test } from 'vitest'
import { fillCounted } from '../../../test/many-requests.ts'
import { openProjection } from '../../../test/open-projection.ts'

const now = new Date('2024-07-23T12:00:00.000Z')
const requests = 100_000

const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

test('the analysis reads 100,000 requests in short turns, and one change in a fraction of that time', async () => {
  const bands = {
    'analysis: one turn to reading 100,000 requests': { max: 0.05 },
    'analysis: SG after one change to reading 100,000 requests': { max: 0.1 },
    'analysis: XP after one change to reading 100,000 requests': { max: 0.1 },
  }
  await expectRatios(bands, async () => {
    const { file, analysis, close } = openProjection()
    try {
      await fillCounted(file, requests, now)
      const turns: number[] = []
      for (let isDone = false; !isDone; ) {
        const startedMs = performance.now()
        isDone = analysis.catchUp(now)
        turns.push(performance.now() - startedMs)
      }
      const against = turns.reduce((sum, ms) => sum + ms)
      const afterOneChange = (country: string): number =>
        middle(
          Array.from({ length: 40 }, () => {
            file.schema("UPDATE analysis_requests SET changed = (SELECT max(changed) FROM analysis_requests) + 1 WHERE request_id = 'r7'")
            const startedMs = performance.now()
            while (!analysis.catchUp(now));
            const { total, accounts } = analysis.analyse({ country, days: 365, currency: undefined, now })
            const ms = performance.now() - startedMs
            expect([total.requests, accounts?.rows.length]).toEqual([98_000, country === 'SG' ? 50 : undefined])
            return ms
          }),
        )
      return {
        'analysis: one turn to reading 100,000 requests': { value: middle(turns), against, unit: 'ms' },
        'analysis: SG after one change to reading 100,000 requests': { value: afterOneChange('SG'), against, unit: 'ms' },
        'analysis: XP after one change to reading 100,000 requests': { value: afterOneChange('XP'), against, unit: 'ms' },
      }
    } finally {
      await close()
    }
  })
})
