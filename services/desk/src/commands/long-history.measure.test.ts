import { expectRatio, medianTimesMs } from '@holdfast/test-kit/ratios'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Desks, openDesks, type StartedDesk, unwrap } from '../../test/desks.ts'
import { longHistory, shortHistory } from '../../test/long-history.ts'

let desks: Desks
let desk: StartedDesk
beforeAll(async () => {
  desks = await openDesks(1)
  desk = await desks.start('long')
})
afterAll(() => desks.close())

test('the actions of a request of 800 facts cost at most three times those of 10 facts', async () => {
  const [few, many] = [shortHistory(1), longHistory(2)]
  expect(many.facts.length).toBeGreaterThan(800)
  for (const history of [few, many]) {
    await desks.write(...history.entries)
    await desks.sees(desk, history)
  }
  const client = desk.as('TL', 'authority')
  const asking =
    ({ requestId }: typeof few) =>
    async () => {
      for (let turn = 0; turn < 5; turn++) unwrap(await client.actions(requestId))
    }
  await expectRatio('the actions of a request of 800 facts to those of one of 10', { max: 3 }, async () => {
    const { of800, of10 } = await medianTimesMs(7, { of800: asking(many), of10: asking(few) })
    return { value: of800, against: of10, unit: 'ms' }
  })
})
