import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Desks, openDesks, type StartedDesk, unwrap } from '../test/desks.ts'

let desks: Desks
let desk: StartedDesk
beforeAll(async () => {
  desks = await openDesks(1)
  desk = await desks.start('countries')
})
afterAll(() => desks.close())

test('any member sees the list of countries, and the working days of one', async () => {
  const { countries } = unwrap(await desk.as('FR').countries())
  expect(countries).toContainEqual({ country: 'QA', name: 'Qatar', regions: ['GCC Police'] })
  const singapore = unwrap(await desk.as('FR', 'system').country('SG'))
  expect(singapore).toMatchObject({ timeZone: 'Asia/Singapore', weekend: [6, 7], regions: ['ASEANAPOL'] })
  // For the next year, by the clock of the engine.
  expect(singapore.holidays.length).toBeGreaterThan(8)
  expect(Date.parse(singapore.holidays.at(0)?.date ?? '')).toBeGreaterThanOrEqual(Date.now() - 24 * 3_600_000)
  expect(Date.parse(singapore.holidays.at(-1)?.date ?? '')).toBeLessThan(Date.now() + 366 * 24 * 3_600_000)
})

test('an unknown code is refused with a pointer to the list, and an anonymous caller sees nothing', async () => {
  expect(await desk.as('FR').country('ZZ')).toMatchObject({
    ok: false,
    error: { status: 404, code: 'NOT_FOUND', detail: expect.stringContaining('GET /v1/countries') },
  })
  expect((await fetch(`${desk.url}/v1/countries`)).status).toBe(401)
})
