import { type Comparison, expectRatios, medianTimesMs } from '@holdfast/test-kit/ratios'
import { afterAll, beforeAll, test } from 'vitest'
import { listCombinations, type ManyRequests, openManyRequests } from '../../test/many-listed.ts'
import { beginning } from '../cursors/stream-position.ts'
import type { RequestProjection } from './request-projection.ts'

let many: ManyRequests
let few: ManyRequests
beforeAll(() => {
  many = openManyRequests(20_000)
  few = openManyRequests(1_000)
}, 60_000)
afterAll(async () => {
  await many.close()
  await few.close()
})

const looksEach = 20

interface LookTimes {
  /** Milliseconds of one lookup. */
  readonly many: number
  readonly few: number
}

async function timesOf(look: (views: RequestProjection) => unknown): Promise<LookTimes> {
  const often = (views: RequestProjection) => () => {
    for (let turn = 0; turn < looksEach; turn++) look(views)
  }
  const times = await medianTimesMs(5, { many: often(many.views), few: often(few.views) })
  return { many: times.many / looksEach, few: times.few / looksEach }
}

async function sortAllMs(): Promise<number> {
  const statement = many.file.prepare("SELECT request_id FROM country_rows WHERE country = 'SG' ORDER BY rank + updated_ms, number LIMIT 1")
  return (await medianTimesMs(9, { all: () => statement.get() })).all
}

const middleOf = (all: readonly LookTimes[]): LookTimes => {
  const sorted = all.toSorted((a, b) => a.many / a.few - b.many / b.few)
  return sorted[Math.floor(sorted.length / 2)] ?? { many: Number.NaN, few: Number.NaN }
}

test.each(['SG', 'TL', 'VU'])('every query finds one row for %s of 20,000 requests without reading all of them', async country => {
  const names = {
    slowestList: `slowest of ${listCombinations.length} lists for ${country} to sorting all requests of a country`,
    middleList: `middle of ${listCombinations.length} lists for ${country}: 20,000 to 1,000 requests`,
    slowestOther: `slowest other look for ${country} to sorting all requests of a country`,
  }
  const bands = { [names.slowestList]: { max: 1 }, [names.middleList]: { max: 4 }, [names.slowestOther]: { max: 0.4 } }
  await expectRatios(bands, async (): Promise<Record<string, Comparison>> => {
    const ofLists: LookTimes[] = []
    for (const query of listCombinations) ofLists.push(await timesOf(views => views.list({ country, ...query, limit: 1 })))
    const looks: readonly ((views: RequestProjection) => unknown)[] = [
      views => views.find('r7', country),
      views => views.counts(country, new Date(1_700_009_000_300)),
      views => views.proposals(country, undefined, 1),
      views => views.alerts(country, { next: new Map([[0, 3_000]]) }, 1),
      views => views.alerts(country, 'last', 1),
      views => views.page({ country, arrival: views.lastArrival() - 1, position: beginning }),
      views => views.page({ country: 'VU', arrival: 0, position: beginning }),
    ]
    const ofOthers: LookTimes[] = []
    for (const look of looks) ofOthers.push(await timesOf(look))
    const against = await sortAllMs()
    const slowest = (all: readonly LookTimes[]): Comparison => ({ value: Math.max(...all.map(times => times.many)), against, unit: 'ms' })
    const middle = middleOf(ofLists)
    return {
      [names.slowestList]: slowest(ofLists),
      [names.middleList]: { value: middle.many, against: middle.few, unit: 'ms' },
      [names.slowestOther]: slowest(ofOthers),
    }
  })
})
