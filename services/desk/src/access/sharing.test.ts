import type { Fact } from '@holdfast/payment-stop/language'
import type { SharedUnit, ShareExtent } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createHistory, type History, passed, usd } from '../../test/histories.ts'
import { type OpenProjection, openProjection } from '../../test/open-projection.ts'
import { beginning } from '../cursors/stream-position.ts'
import type { RequestProjection } from '../projection/request-projection.ts'

const french: SharedUnit = { country: 'FR', unit: 'cybercrime' }
const unit = 'FR.cybercrime'

let opened: OpenProjection
let file: SqliteFile
let views: RequestProjection
let history: History
beforeEach(async () => {
  opened = openProjection()
  ;({ file, views } = opened)
  history = passed(createHistory(buildRequestNumber(1)))
  await take(...history.facts)
})
afterEach(() => opened.close())

const take = (...facts: readonly Fact[]) => opened.take(facts)

const share = (extent: ShareExtent = 'history', to = french, actor = 'SG/officer/a') =>
  history.give('ShareRequest', { with: to, extent, purpose: 'The same accounts' }, actor)
const withdrawShare = (fact: Fact) => history.give('WithdrawShare', { share: fact.sequence, reason: 'Closed' }, 'SG/officer/a')
const factsFor = (country: string) =>
  views.page({ country, arrival: 0, position: beginning }).facts.map(({ line }) => (JSON.parse(line) as Fact).sequence)
const listed = (country: string) => views.list({ country, limit: 10 }).views.map(text => JSON.parse(text))
const name = () => history.document.payment.creditor.name
const found = (country: string) => [name(), history.requestId].map(text => views.search(country, text, 10).length)
const marks = () => (file.prepare('SELECT count(*) AS count FROM blind_indexes WHERE country = ?').get(unit) as { count: number }).count
const nothing = () => {
  expect([listed(unit), factsFor(unit), found(unit), views.find(history.requestId, unit)]).toEqual([[], [], [0, 0], undefined])
  expect(views.counts(unit, new Date()).byPhase).toMatchObject({ verified: 0 })
}

describe('a unit that a request is shared with', () => {
  test('has no access before, and none through another unit or its country', async () => {
    nothing()
    await take(share())
    for (const other of ['FR', 'FR.organisedCrime', 'SG.cybercrime', 'XP'])
      expect([listed(other), factsFor(other), views.find(history.requestId, other)]).toEqual([[], [], undefined])
  })

  test('sees all facts from the first one on, and finds the request', async () => {
    const [taken] = await take(share())
    expect([...(taken?.audiences ?? [])]).toEqual(['SG', 'TL', unit])
    await take(history.give('Withdraw', { reason: 'A slip' }, 'SG/officer/a'))
    expect(factsFor(unit)).toEqual([1, 2, 3, 4])
    expect(found(unit)).toEqual([1, 1])
    expect(listed(unit)).toMatchObject([{ requestId: history.requestId, phase: 'closed' }])
    expect(views.counts(unit, new Date()).byPhase).toMatchObject({ verified: 0, closed: 1 })
  })

  test('sees only the state if only that is shared: no fact, no name, no account', async () => {
    const [taken] = await take(share('standing'))
    expect([...(taken?.audiences ?? [])]).toEqual(['SG', 'TL'])
    expect(factsFor(unit)).toEqual([])
    const ofRequest = { requestId: history.requestId, arrival: 0, position: beginning }
    expect(['TL', unit].map(country => views.page({ country, ...ofRequest }).facts.length)).toEqual([3, 0])
    expect(found(unit)).toEqual([0, 1])
    expect(JSON.stringify(listed(unit))).not.toContain(name())
    expect(listed(unit)).toMatchObject([{ amounts: { requested: expect.anything() }, proposals: [] }])
  })

  test('and no name of an officer with a proposal', async () => {
    const freeze = history.give('ReportFreeze', { amount: usd('10.00'), basis: 'FIU_SUSPENSION' }, 'TL/institution/a')
    const proposed = history.give('Withdraw', { reason: 'A slip' }, 'SG/officer/a')
    await take(freeze, proposed, share('standing', french, 'SG/officer/b'))
    expect(views.find(history.requestId, 'SG')?.proposals).toHaveLength(1)
    expect(views.find(history.requestId, unit)?.proposals).toEqual([])
    await take(share('history', french, 'SG/officer/b'))
    expect(views.find(history.requestId, unit)?.proposals).toHaveLength(1)
  })

  test('does not see with whom else it is shared; the parties do', async () => {
    await take(share('standing'), share('history', { country: 'DE', unit: 'antiScamCentre' }))
    const units = (country: string) => views.find(history.requestId, country)?.sharedWith?.map(each => each.with.country)
    expect([units('SG'), units('TL'), units(unit), units('DE.antiScamCentre')]).toEqual([['FR', 'DE'], ['FR', 'DE'], ['FR'], ['DE']])
  })

  test('loses all access when the share is withdrawn, while the parties keep theirs', async () => {
    const shared = share()
    await take(shared)
    expect(marks()).toBeGreaterThan(0)
    await take(withdrawShare(shared))
    nothing()
    expect(marks()).toBe(0)
    expect(factsFor('SG')).toEqual([1, 2, 3, 4])
    expect([found('SG'), found('TL')]).toEqual([
      [1, 1],
      [1, 1],
    ])
  })

  test('also if both facts come in one batch', async () => {
    const shared = share()
    await take(shared, withdrawShare(shared))
    nothing()
  })

  test('sees less after the share is narrowed, and more after it is widened', async () => {
    await take(share())
    await take(share('standing'))
    expect([factsFor(unit), found(unit)]).toEqual([[], [0, 1]])
    await take(share('history'))
    expect([factsFor(unit), found(unit)]).toEqual([
      [1, 2, 3, 4, 5],
      [1, 1],
    ])
    expect(views.counts(unit, new Date()).byPhase).toMatchObject({ verified: 1 })
  })
})

test('the General Secretariat sees what a country shares with it', async () => {
  await take(share('history', { country: 'XP', unit: 'generalSecretariat' }))
  expect(factsFor('XP')).toEqual([1, 2, 3])
  expect(listed('XP')).toHaveLength(1)
})
