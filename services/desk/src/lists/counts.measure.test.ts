import { expectRatio, medianTimesMs } from '@holdfast/test-kit/ratios'
import { expect, onTestFinished, test } from 'vitest'
import { fillCountryRows } from '../../test/many-country-rows.ts'
import { openProjection } from '../../test/open-projection.ts'

test('the counts of 100,000 requests of a country take little longer than counting its deadlines once', async () => {
  const { file, views, close } = openProjection()
  onTestFinished(close)
  fillCountryRows(file, 100_000)
  const deadlines = file.prepare("SELECT count(*) AS count FROM country_rows WHERE country = 'SG' AND next_deadline_ms > 0")
  await expectRatio('counts of 100,000 requests to one count of their deadlines', { max: 6 }, async () => {
    const times = await medianTimesMs(11, {
      counts: () => expect(views.counts('SG', new Date(1_700_000_050_000)).byPhase.frozen).toBe(33_334),
      plain: () => expect(deadlines.get()).toEqual({ count: 100_000 }),
    })
    return { value: times.counts, against: times.plain, unit: 'ms' }
  })
})
