import type { Fact, PaymentStopView } from '@holdfast/payment-stop/language'
import type { RequestView, Share, SharedUnit, ShareExtent } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createHistory, followMoney, type History, onwardTo, passed, usd } from '../../test/histories.ts'
import { type OpenProjection, openProjection } from '../../test/open-projection.ts'
import { beginning } from '../cursors/stream-position.ts'

const french: SharedUnit = { country: 'FR', unit: 'cybercrime' }
const unit = 'FR.cybercrime'

let opened: OpenProjection
let parent: History
let child: History
beforeEach(() => {
  opened = openProjection()
  parent = passed(createHistory(buildRequestNumber(1)))
  const moved = { amount: usd('400.00'), country: 'AE', onward: onwardTo('AE-1') }
  child = passed(followMoney(parent, parent.give('ReportMovedOnward', moved, 'TL/institution/a')))
})
afterEach(() => opened.close())

/** The facts of each request that were not taken yet, with those of the child in a partition of their own. */
const takenOf = new WeakMap<History, number>()
async function take(...histories: readonly History[]): Promise<void> {
  for (const history of histories) {
    await opened.take(history.facts.slice(takenOf.get(history) ?? 0), history.document.parent ? 1 : 0)
    takenOf.set(history, history.facts.length)
  }
}
const share = (history: History, extent: ShareExtent = 'history', to = french, actor = 'SG/officer/a'): Fact =>
  history.give('ShareRequest', { with: to, extent, purpose: 'The same accounts' }, actor)
const end = (history: History, { sequence }: Fact): Fact =>
  history.give('WithdrawShare', { share: sequence, reason: 'Closed' }, 'SG/officer/a')
/** Corrects a document after the order, by reopening. */
function deny(history: History, deniedTo: string[]): void {
  history.give('Withdraw', { reason: 'Whom it is kept from was left out' }, 'SG/officer/a')
  const { handling } = history.document
  const request = { ...history.document, handling: { ...handling, deniedTo } }
  history.give('Reopen', { reason: 'Corrected', request }, 'SG/officer/a')
}
const seen = (history: History, audience: string): PaymentStopView | undefined =>
  opened.views.find<PaymentStopView>(history.requestId, audience)
const sharesOf = (history: History, audience = 'SG'): readonly Share[] => seen(history, audience)?.sharedWith ?? []
const factsFor = (audience: string) =>
  opened.views
    .page({ country: audience, arrival: 0, position: beginning })
    .facts.map(({ line }) => (JSON.parse(line) as Fact).subject)
    .filter(id => id === child.requestId).length
/** All that a unit has of the child. */
function ofChild(audience: string) {
  const listed = opened.views.list({ country: audience, limit: 10 }).views.map(text => (JSON.parse(text) as RequestView).requestId)
  const counts = Object.values(opened.views.counts(audience, new Date()).byPhase).reduce((sum, count) => sum + count, 0)
  const found = opened.views.search(audience, 'Creek Trading', 10).length
  return [seen(child, audience) !== undefined, listed.includes(child.requestId), factsFor(audience), found, counts]
}
/** The number of requests in a country's analysis. */
function countedFor(country: string): number {
  const now = new Date('2024-07-24T00:00:00Z')
  while (!opened.analysis.catchUp(now));
  return opened.analysis.analyse({ country, days: 30, now }).total.requests ?? 0
}
const nothing = [false, false, 0, 0, 0]
/** The report of its parent contains the name too. */
const all = () => [true, true, child.facts.length, 2, 2]

describe('a share of a request', () => {
  test('holds for onward requests, and names the original request', async () => {
    await take(parent, child)
    expect(ofChild(unit)).toEqual(nothing)
    const { sequence } = share(parent)
    await take(parent)
    expect(ofChild(unit)).toEqual(all())
    expect(sharesOf(child)).toMatchObject([{ share: sequence, with: french, of: parent.requestId }])
    expect(sharesOf(child, unit)).toEqual(sharesOf(child))
    expect(sharesOf(parent)[0]?.of).toBeUndefined()
  })

  test('holds for later onward requests too, in any order of reading, and over two hops', async () => {
    share(parent)
    await take(child, parent)
    expect(ofChild(unit)).toEqual(all())
    const moved = { amount: usd('100.00'), country: 'HK', onward: onwardTo('HK-1') }
    const third = passed(followMoney(child, child.give('ReportMovedOnward', moved, 'AE/institution/a')))
    await take(child, third)
    expect(sharesOf(third, unit)).toMatchObject([{ of: parent.requestId }])
  })

  test('ends there with the share', async () => {
    const shared = share(parent)
    await take(parent, child)
    end(parent, shared)
    await take(parent)
    expect(ofChild(unit)).toEqual(nothing)
    expect([seen(child, 'SG'), seen(child, 'AE')]).toMatchObject([{ phase: 'verified' }, { phase: 'verified' }])
  })

  test('does not replace a share that the unit has of the onward request', async () => {
    share(parent)
    share(child, 'standing')
    await take(parent, child)
    expect([sharesOf(child, unit)[0]?.extent, factsFor(unit)]).toEqual(['standing', 0])
  })

  test('of the beneficiary country holds for its own request only', async () => {
    share(parent, 'history', { country: 'TL', unit: 'cybercrime' }, 'TL/officer/a')
    await take(parent, child)
    expect([seen(parent, 'TL.cybercrime') !== undefined, seen(child, 'TL.cybercrime')]).toEqual([true, undefined])
  })

  test('gives no access to a request that another country names as its child, and denies none', async () => {
    share(parent)
    const foreign = createHistory(
      buildRequestNumber(3, { requestingCountry: 'MY', beneficiaryCountry: 'AE', parent: { requestId: parent.requestId, hop: 1 } }),
    )
    await take(parent, foreign)
    expect(seen(foreign, unit)).toBeUndefined()
    deny(parent, ['FR'])
    share(foreign, 'history', french, 'MY/officer/a')
    await take(parent, foreign)
    expect([seen(parent, unit), seen(foreign, unit)?.requestId]).toEqual([undefined, foreign.requestId])
  })

  test('reaches two requests that name each other as parent, and the recursion ends', async () => {
    const ids = ['11111111-1111-5111-8111-111111111111', '22222222-2222-5222-8222-222222222222'] as const
    const calling = (number: number, requestId: string, parent: string) =>
      createHistory(buildRequestNumber(number, { parent: { requestId: parent, hop: 1 } }), { requestId })
    const [one, other] = [calling(4, ids[0], ids[1]), calling(5, ids[1], ids[0])]
    await take(one, other)
    const shared = share(one)
    await take(one)
    expect([one, other].map(each => seen(each, unit)?.requestId)).toEqual([...ids])
    end(one, shared)
    await take(one)
    expect([one, other].map(each => seen(each, unit))).toEqual([undefined, undefined])
  })
})

describe('a country that a document denies', () => {
  test('loses the access of its units, also to onward requests', async () => {
    share(parent)
    const own = share(child, 'history', { country: 'DE', unit: 'antiScamCentre' })
    await take(parent, child)
    expect(seen(child, 'DE.antiScamCentre')).toBeDefined()
    deny(parent, ['FR', 'DE'])
    await take(parent)
    expect([ofChild(unit), seen(parent, unit), seen(child, 'DE.antiScamCentre')]).toEqual([nothing, undefined, undefined])
    expect([sharesOf(parent), sharesOf(child)]).toEqual([[], []])
    deny(parent, ['DE'])
    await take(parent)
    expect([ofChild(unit), seen(child, 'DE.antiScamCentre')]).toEqual([all(), undefined])
    expect(own.sequence).toBe(3)
  })

  test('as the addressee sees nothing until that is corrected, and then everything', async () => {
    const document = buildRequestNumber(9)
    const kept = createHistory({ ...document, handling: { ...document.handling, deniedTo: ['TL'] } })
    kept.give('AskInformation', { findings: [], question: 'Whom is it kept from?' }, 'holdfast/validation/rules')
    await take(kept)
    const of = (audience: string) => [
      seen(kept, audience)?.sequence,
      opened.views.page({ country: audience, arrival: 0, position: beginning }).facts.length,
      opened.views.search(audience, kept.document.victim.name, 10).length,
      countedFor(audience),
    ]
    expect(of('TL')).toEqual([undefined, 0, 0, 0])
    expect(seen(kept, 'SG')).toMatchObject({ keptFromAddressee: true, sequence: 2 })
    kept.give('ProvideInformation', { request: document }, 'SG/officer/a')
    await take(kept)
    expect([of('TL'), of('SG')]).toEqual([
      [3, 3, 1, 1],
      [3, 3, 1, 1],
    ])
    expect(seen(kept, 'SG')?.keptFromAddressee).toBeUndefined()
  })

  test('whose institutions have frozen its money still sees it', async () => {
    await take(parent)
    deny(parent, ['TL'])
    await take(parent)
    expect(seen(parent, 'TL')).toMatchObject({ sequence: parent.facts.length })
  })
})
