import type { SqliteFile } from '@holdfast/sqlite'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDesks, unwrap } from '../../test/desks.ts'
import { createHistory, passed } from '../../test/histories.ts'
import { fillCountryRows } from '../../test/many-country-rows.ts'
import { type OpenProjection, openProjection } from '../../test/open-projection.ts'
import type { RequestProjection } from '../projection/request-projection.ts'

let opened: OpenProjection
let file: SqliteFile
let views: RequestProjection
let take: OpenProjection['take']
beforeEach(() => {
  opened = openProjection()
  ;({ file, views, take } = opened)
})
afterEach(() => opened.close())

const none = { received: 0, verified: 0, frozen: 0, recovered: 0, closed: 0 }
const now = new Date('2024-07-23T02:30:00.000Z')
const byPhase = (country: string) => views.counts(country, now).byPhase

describe('counts', () => {
  test('follow each request from phase to phase, for its two countries only', async () => {
    const [one, other] = [1, 2].map(number => createHistory(buildRequestNumber(number)))
    if (!one || !other) throw new Error('two')
    await take([...one.facts, ...other.facts])
    expect([byPhase('SG'), byPhase('TL'), byPhase('FR')]).toEqual([{ ...none, received: 2 }, { ...none, received: 2 }, none])
    await take([one.give('PassAssessment', { findings: [] }, 'holdfast/validation/rules')])
    expect(byPhase('SG')).toEqual({ ...none, received: 1, verified: 1 })
    const withdrawn = one.give('Withdraw', { reason: 'A slip' }, 'SG/officer/a')
    await take([withdrawn, other.give('PassAssessment', { findings: [] }, 'holdfast/validation/rules')])
    expect(byPhase('TL')).toEqual({ ...none, verified: 1, closed: 1 })
  })

  test('count each due request once by its earliest deadline, without deadlines that need no action', async () => {
    const history = createHistory(buildRequestNumber(3))
    await take(history.facts)
    const [first] = views.find(history.requestId, 'SG')?.deadlines ?? []
    const dueMs = Date.parse(first?.dueAt ?? '')
    const dueAfter = (hours: number) => views.counts('TL', new Date(dueMs - hours * 3_600_000)).deadlines
    expect(dueAfter(25)).toEqual({ passed: 0, within4h: 0, within24h: 0 })
    expect(dueAfter(23)).toEqual({ passed: 0, within4h: 0, within24h: 1 })
    expect(dueAfter(3)).toEqual({ passed: 0, within4h: 1, within24h: 1 })
    expect(dueAfter(-1)).toEqual({ passed: 1, within4h: 0, within24h: 0 })
    await take([history.give('Withdraw', { reason: 'A slip' }, 'SG/officer/a')])
    expect(views.find(history.requestId, 'SG')?.deadlines).toMatchObject([{ kind: 'retention' }])
    expect(views.counts('TL', new Date('2100-01-01')).deadlines).toEqual({ passed: 0, within4h: 0, within24h: 0 })
  })

  test('are correct after a partition is deleted, or everything', async () => {
    const [remaining, lost] = [4, 5].map(number => passed(createHistory(buildRequestNumber(number))))
    await take(remaining?.facts ?? [], 0)
    await take(lost?.facts ?? [], 1)
    expect(byPhase('SG')).toEqual({ ...none, verified: 2 })
    await views.forget(1)
    expect(byPhase('SG')).toEqual({ ...none, verified: 1 })
    await views.clear()
    expect(byPhase('SG')).toEqual(none)
  })

  test('include nothing of a batch that was not written', async () => {
    const history = createHistory(buildRequestNumber(6))
    // The disk is full at the last statement, so nothing of the batch is written.
    file.schema("CREATE TRIGGER full BEFORE INSERT ON phase_counts BEGIN SELECT raise(abort, 'full'); END")
    await expect(take(history.facts)).rejects.toThrow('full')
    file.schema('DROP TRIGGER full')
    opened.rewind()
    await take(history.facts)
    expect(byPhase('SG')).toEqual({ ...none, received: 1 })
  })

  test('of 10,000 requests of a country count each request, and each deadline as past or future', () => {
    fillCountryRows(file, 10_000)
    const { byPhase, deadlines } = views.counts('SG', new Date(1_700_000_005_000))
    expect([byPhase.frozen, deadlines.passed, deadlines.within24h]).toEqual([3_334, 5_000, 5_000])
  })
})

test('counts have an endpoint of their own, with their instant', async () => {
  const desks = await openDesks(1)
  try {
    const desk = await desks.start('counts')
    const history = passed(createHistory(buildRequestNumber(7)))
    await desks.write(...history.facts)
    await desks.sees(desk, history)
    const counts = unwrap(await desk.as('SG').counts())
    expect(counts).toEqual({
      byPhase: { ...none, verified: 1 },
      deadlines: { passed: 1, within4h: 0, within24h: 0 },
      proposals: 0,
      asOf: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    })
    expect(unwrap(await desk.as('FR').counts())).toMatchObject({ byPhase: none, deadlines: { passed: 0 } })
  } finally {
    await desks.close()
  }
})
