import { expectRatio, medianTimesMs } from '@holdfast/test-kit/ratios'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHistory } from '../../test/histories.ts'
import { fillSearch } from '../../test/many-searched.ts'
import { type OpenProjection, openProjection } from '../../test/open-projection.ts'

const account = { other: '012-5550-077' }
const first = createHistory(
  buildRequestNumber(11, { victim: { name: 'Nguyễn Thị Hoa' }, payment: { debtor: { name: 'María-José Núñez', account } } }),
)

async function openSearch(requests: number): Promise<OpenProjection> {
  const opened = openProjection()
  await opened.take(first.facts)
  fillSearch(opened.file, requests)
  return opened
}

let many: OpenProjection
let few: OpenProjection
beforeAll(async () => {
  many = await openSearch(20_000)
  few = await openSearch(200)
}, 60_000)
afterAll(async () => {
  await many.close()
  await few.close()
})

test.each([
  ['name', 'nguyen hoa'],
  ['account', '0125550077'],
  ['request id', first.requestId],
])('a search by %s among 20,000 requests of other countries takes as long as among 200', async (what, text) => {
  const search =
    ({ views }: OpenProjection) =>
    () => {
      for (let turn = 0; turn < 20; turn++) expect(views.search('FR', text, 50)).toEqual([])
    }
  await expectRatio(`search by ${what}: among 20,000 to 200 requests of others`, { max: 4 }, async () => {
    const times = await medianTimesMs(15, { many: search(many), few: search(few) })
    return { value: times.many, against: times.few, unit: 'ms' }
  })
})
