import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { paymentStop } from '@holdfast/payment-stop'
import type { Fact, LedgerRecord, PaymentStopView } from '@holdfast/payment-stop/language'
import type { RequestSummary } from '@holdfast/payment-stop/lifecycle'
import { featureLevelRaiseOf, isRefusedCommand, type RefusedCommand } from '@holdfast/schemas'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, describe, expect, test } from 'vitest'
import { testWords } from '../../test/encryption.ts'
import { createHistory, followMoney, onwardTo, passed, usd } from '../../test/histories.ts'
import { ledgerRecords } from '../../test/ledger-records.ts'
import { paymentStopsOnly } from '../../test/one-workflow.ts'
import { testSecret } from '../../test/secret.ts'
import { beginning } from '../cursors/stream-position.ts'
import type { ListQuery } from '../lists/list-query.ts'
import { caseSumsOf } from '../payment-stops/case-sums.ts'
import { childrenOf } from '../payment-stops/children.ts'
import { createRequestProjection, type RequestProjection } from './request-projection.ts'

const dir = mkdtempSync(join(tmpdir(), 'holdfast-view-'))
const closings: Array<() => Promise<void>> = []
afterAll(async () => {
  for (const close of closings) await close()
  rmSync(dir, { recursive: true })
})

/** A projection of its own, which receives batches as a consumer reads them. */
function createViews() {
  const file = openSqlite(join(dir, `${closings.length}.sqlite`), { durable: false })
  closings.push(() => file.close())
  const views = createRequestProjection(paymentStopsOnly, file, testSecret, testWords)
  const next = new Map<number, number>()
  const refused: RefusedCommand[] = []
  const parked: string[] = []
  const take = (facts: readonly LedgerRecord[], partition = 0) => {
    const from = next.get(partition) ?? 0
    next.set(partition, from + facts.length)
    return views.take(ledgerRecords(facts, partition, from), {
      onUnreadable(_record, reason) {
        throw new Error(reason)
      },
      onRefused: each => refused.push(each),
      onParked: ({ requestId, reason }) => parked.push(`${requestId}: ${reason}`),
    })
  }
  return { file, views, take, refused, parked }
}

test('when writing a fact throws, only its request is left out from there on', async () => {
  const { views, take, parked } = createViews()
  const [strange, other] = [1, 2].map(nth => passed(createHistory(buildRequestNumber(nth))))
  if (!strange || !other) throw new Error('two')
  const [first, second] = strange.facts as [Fact, Fact]
  const brokenSecond = { ...second, data: { ...second.data, resultingState: undefined, findings: null } } as unknown as Fact
  const taken = await take([first, ...other.facts, brokenSecond])
  expect(taken.map(({ requestId, fact }) => [requestId, fact.sequence])).toEqual([
    [strange.requestId, 1],
    [other.requestId, 1],
    [other.requestId, 2],
  ])
  expect(parked).toEqual([expect.stringMatching(new RegExp(`^${strange.requestId}: .*Error: `))])
  expect(views.leftOut()).toMatchObject([{ requestId: strange.requestId, offset: 3 }])
})

const idsOf = (views: RequestProjection, query: Omit<ListQuery, 'limit'>) =>
  views.standings({ ...query, limit: 50 }).standings.map(({ requestId }) => requestId)

const thousand = { payment: { amount: usd('1000.00') } }

/**
 * SG requests 1,000 from TL. TL freezes 600 and reports 400 moved onward to AE. AE freezes 300 and reports 100 moved
 * onward to an account in TL, which freezes them.
 */
function movedOnwardTwice() {
  const first = passed(createHistory(buildRequestNumber(1, { ...thousand, caseReference: 'CASE-1' })))
  first.give('ReportFreeze', { amount: usd('600.00'), basis: 'FIU_SUSPENSION' }, 'TL/fiu/a')
  const second = passed(
    followMoney(
      first,
      first.give('ReportMovedOnward', { amount: usd('400.00'), country: 'AE', onward: onwardTo('AE-1') }, 'TL/institution/a'),
    ),
  )
  second.give('ReportFreeze', { amount: usd('300.00'), basis: 'VOLUNTARY' }, 'AE/institution/a')
  const third = passed(
    followMoney(
      second,
      second.give('ReportMovedOnward', { amount: usd('100.00'), country: 'TL', onward: onwardTo('TL-2') }, 'AE/institution/a'),
      second.facts.flatMap(fact => (fact.data as { lineage?: string[] }).lineage ?? []),
    ),
  )
  third.give('ReportFreeze', { amount: usd('100.00'), basis: 'VOLUNTARY' }, 'TL/institution/b')
  return { first, second, third, facts: [...first.facts, ...second.facts, ...third.facts] }
}

describe('children', () => {
  test('a party of a child sees its state; any other country sees that it exists and which money it follows', async () => {
    const { views, take } = createViews()
    const { first, second, facts } = movedOnwardTwice()
    await take(facts)
    const shownTo = (country: string) => {
      const parent = views.find<PaymentStopView>(first.requestId, country)
      return parent && childrenOf(views, parent, country)
    }
    const bare = { requestId: second.requestId, country: 'AE', amount: usd('400.00') }
    expect(shownTo('SG')).toEqual([
      { ...bare, phase: 'frozen', states: expect.any(Array), amounts: expect.objectContaining({ frozen: usd('300.00') }) },
    ])
    expect(shownTo('TL')).toEqual([bare])
    expect(shownTo('AE')).toBeUndefined()
    expect(views.find<PaymentStopView>(second.requestId, 'AE')?.parent).toEqual({ requestId: first.requestId, hop: 1 })
  })

  test('an unopened child and unfollowed money are listed with what is known', async () => {
    const { views, take } = createViews()
    const parent = passed(createHistory(buildRequestNumber(2, thousand)))
    parent.give('ReportMovedOnward', { amount: usd('100.00'), country: 'AE', onward: onwardTo('AE-1') }, 'TL/institution/a')
    parent.give('ReportMovedOnward', { amount: usd('50.00'), country: 'SG', onward: onwardTo('SG-1') }, 'TL/institution/a')
    for (const account of ['AE-2', 'AE-3'])
      parent.give('ReportMovedOnward', { amount: usd('40.00'), country: 'AE', onward: onwardTo(account) }, 'TL/institution/a')
    parent.give('FollowOnward', { report: 3 }, 'SG/officer/a')
    parent.give('DeclineOnward', { report: 6, reason: 'It went back' }, 'SG/officer/a')
    await take(parent.facts)
    const view = views.find<PaymentStopView>(parent.requestId, 'SG')
    expect(view && childrenOf(views, view, 'SG')).toEqual([
      { requestId: expect.any(String), country: 'AE', amount: usd('100.00') },
      { country: 'SG', amount: usd('50.00'), childless: 'SAME_COUNTRY' },
      { country: 'AE', amount: usd('40.00'), report: 5 },
      { country: 'AE', amount: usd('40.00'), report: 6, declined: true },
    ])
  })

  test('only its parties see a child that was sent by hand, and another country cannot add one', async () => {
    const { views, take } = createViews()
    const parent = passed(createHistory(buildRequestNumber(3, thousand)))
    const named = { requestId: parent.requestId, hop: 1 }
    const byHand = createHistory(buildRequestNumber(4, { beneficiaryCountry: 'AE', parent: named, payment: { amount: usd('70.00') } }))
    const foreign = createHistory(buildRequestNumber(5, { requestingCountry: 'FR', beneficiaryCountry: 'SG', parent: named }))
    await take([...parent.facts, ...byHand.facts, ...foreign.facts])
    const shownTo = (country: string) => {
      const view = views.find<PaymentStopView>(parent.requestId, country)
      return view && childrenOf(views, view, country)
    }
    expect(shownTo('SG')).toMatchObject([{ requestId: byHand.requestId, country: 'AE', amount: usd('70.00'), phase: 'received' }])
    expect(shownTo('TL')).toEqual([])
  })
})

describe('a list', () => {
  test('filters by case, member role and parent, and keeps equal case references of two countries apart', async () => {
    const { views, take } = createViews()
    const ours = createHistory(buildRequestNumber(10, { caseReference: 'A-1' }))
    const other = createHistory(buildRequestNumber(11, { caseReference: 'A-2' }))
    const theirs = createHistory(buildRequestNumber(12, { caseReference: 'A-1', requestingCountry: 'FR', beneficiaryCountry: 'SG' }))
    const child = createHistory(buildRequestNumber(13, { caseReference: 'A-3', parent: { requestId: ours.requestId, hop: 1 } }))
    await take([ours, other, theirs, child].flatMap(({ facts }) => facts))
    const ofSingapore = (query: Partial<ListQuery>) => idsOf(views, { country: 'SG', ...query })
    expect(ofSingapore({ requestingCountry: 'SG', caseReference: 'A-1' })).toEqual([ours.requestId])
    expect(ofSingapore({ requestingCountry: 'FR', caseReference: 'A-1' })).toEqual([theirs.requestId])
    expect(ofSingapore({ requestingCountry: 'FR' })).toEqual([theirs.requestId])
    expect(ofSingapore({ parent: ours.requestId })).toEqual([child.requestId])
    expect(ofSingapore({})).toHaveLength(4)
    expect(idsOf(views, { country: 'AE', requestingCountry: 'SG', caseReference: 'A-1' })).toEqual([])
    expect(idsOf(views, { country: 'AE', parent: ours.requestId })).toEqual([])
  })

  test('shows the corrected document', async () => {
    const { views, take } = createViews()
    const history = createHistory(buildRequestNumber(14, { caseReference: 'WRONG' }))
    history.give('AskInformation', { findings: [], question: 'Which case?' }, 'holdfast/validation/rules')
    await take(history.facts)
    const sent = history.facts.length
    history.give('ProvideInformation', { request: { ...history.document, caseReference: 'RIGHT' } }, 'SG/system/ncb')
    await take(history.facts.slice(sent))
    const inCase = (caseReference: string) => idsOf(views, { country: 'SG', requestingCountry: 'SG', caseReference })
    expect([inCase('WRONG'), inCase('RIGHT')]).toEqual([[], [history.requestId]])
  })

  test('follows each fact: phase, deadline, last change and requested amount', async () => {
    const { views, take } = createViews()
    const one = createHistory(buildRequestNumber(50, { ...thousand, caseReference: 'A' }))
    const other = createHistory(buildRequestNumber(51, { payment: { amount: usd('900.00') }, caseReference: 'B' }))
    await take([...one.facts, ...other.facts])
    const listed = (query: Partial<ListQuery>) =>
      views.list({ country: 'TL', limit: 5, ...query }).views.map(text => JSON.parse(text).caseReference)
    const inAll = () => [
      listed({ phases: ['verified'] }),
      listed({ sort: 'updated' }),
      listed({ sort: 'deadline' }),
      listed({ sort: 'amount', currency: 'USD' }),
    ]
    const taking = (fact: Fact) => take([fact])
    expect(inAll()).toEqual([[], ['B', 'A'], ['A', 'B'], ['A', 'B']])

    await taking(
      one.give('AskInformation', { findings: [], question: 'How much?' }, 'holdfast/validation/rules', '2024-07-23T03:00:00.000Z'),
    )
    expect(inAll()).toEqual([[], ['A', 'B'], ['A', 'B'], ['A', 'B']])
    const [first] = views.find<PaymentStopView>(one.requestId, 'TL')?.deadlines ?? []
    if (!first) throw new Error('nothing is due')
    await taking(one.give('DeadlinePassed', first, 'holdfast/clock/ledger', first.dueAt))
    expect(inAll()).toEqual([[], ['A', 'B'], ['B', 'A'], ['A', 'B']])
    const request = { ...one.document, requestedAmount: usd('700.00') }
    await taking(other.give('PassAssessment', { findings: [] }, 'holdfast/validation/rules', '2024-07-23T04:00:00.000Z'))
    await taking(one.give('ProvideInformation', { request }, 'SG/officer/a', '2024-07-23T05:00:00.000Z'))
    expect(inAll()).toEqual([['B'], ['A', 'B'], ['B', 'A'], ['B', 'A']])

    // Neither the phase nor the deadline changes.
    const moved = { amount: usd('1.00'), country: 'AE' }
    await taking(other.give('ReportMovedOnward', moved, 'TL/institution/a', '2024-07-23T06:00:00.000Z'))
    expect(inAll()).toEqual([['B'], ['B', 'A'], ['B', 'A'], ['B', 'A']])
    await taking(other.give('ReportNoFunds', { reason: 'AM04' }, 'TL/institution/a', '2024-07-23T07:00:00.000Z'))
    expect(inAll()).toEqual([[], ['B', 'A'], ['A'], ['B', 'A']])
    expect(listed({ phases: ['closed'] })).toEqual(['B'])
  })

  test('does not change on a refused command', async () => {
    const { views, take } = createViews()
    const [one, other] = [52, 53].map(number => passed(createHistory(buildRequestNumber(number))))
    if (!one || !other) throw new Error('two')
    await take([...one.facts, ...other.facts])
    await take([one.refuse('ProposeVerification', {}, 'TL/officer/a', '2024-07-24T00:00:00.000Z')])
    expect(views.list({ country: 'SG', sort: 'updated', limit: 1 }).views.map(text => JSON.parse(text).requestId)).toEqual([
      other.requestId,
    ])
  })
})

describe('the sums of a case', () => {
  const sumsFor = (views: RequestProjection, country: string, caseReference = 'CASE-1') =>
    caseSumsOf(views.standings({ country, requestingCountry: 'SG', caseReference, limit: 50 }).standings as RequestSummary[])

  test('count the requested amount once, and the frozen amount in the country that froze it', async () => {
    const { views, take } = createViews()
    await take(movedOnwardTwice().facts)
    const nothing = usd('0.00')
    const rest = { recovered: nothing, charges: nothing, released: nothing }
    expect(sumsFor(views, 'SG')).toEqual([{ requested: usd('1000.00'), frozen: usd('1000.00'), movedOnward: usd('400.00'), ...rest }])
    // The country to which the money came back: it does not see the request between its two.
    expect(sumsFor(views, 'TL')).toEqual([{ requested: usd('1000.00'), frozen: usd('700.00'), movedOnward: usd('400.00'), ...rest }])
    // A country that sees only the child sees it as the whole case.
    expect(sumsFor(views, 'AE')).toEqual([{ requested: usd('400.00'), frozen: usd('300.00'), movedOnward: usd('100.00'), ...rest }])
  })

  test('include a child that was sent by hand', async () => {
    const { views, take } = createViews()
    const parent = createHistory(buildRequestNumber(24, { ...thousand, caseReference: 'CASE-1' }))
    const named = { requestId: parent.requestId, hop: 1 }
    const byHand = createHistory(buildRequestNumber(25, { ...thousand, caseReference: 'CASE-1', beneficiaryCountry: 'AE', parent: named }))
    await take([...parent.facts, ...byHand.facts])
    expect(sumsFor(views, 'SG')).toMatchObject([{ requested: usd('1000.00') }])
  })

  test('leave out duplicates and unreadable amounts, and keep currencies apart', async () => {
    const { views, take } = createViews()
    const stands = createHistory(buildRequestNumber(20, { ...thousand, caseReference: 'CASE-1' }))
    const again = createHistory(buildRequestNumber(21, { ...thousand, caseReference: 'CASE-1' }))
    again.give('MarkDuplicate', { standingRequestId: stands.requestId, findings: [] }, 'holdfast/validation/rules')
    const yen = { currency: 'JPY', value: '500' }
    const inYen = passed(createHistory(buildRequestNumber(22, { caseReference: 'CASE-1', payment: { amount: yen } })))
    inYen.give('ReportFreeze', { amount: { currency: 'JPY', value: '200' }, basis: 'VOLUNTARY' }, 'TL/institution/a')
    inYen.give('Release', { reason: 'WRONG_PARTY' }, 'TL/authority/a')
    inYen.give('Release', { reason: 'WRONG_PARTY' }, 'TL/authority/b')
    const unreadable = createHistory(
      buildRequestNumber(23, { caseReference: 'CASE-1', payment: { amount: { currency: 'JPY', value: '1.5' } } }),
    )
    await take([stands, again, inYen, unreadable].flatMap(({ facts }) => facts))
    expect(sumsFor(views, 'SG')).toMatchObject([
      { requested: yen, frozen: { currency: 'JPY', value: '0' }, released: { currency: 'JPY', value: '200' } },
      { requested: usd('1000.00'), frozen: usd('0.00') },
    ])
  })
})

const nameOf = (entry: LedgerRecord) => (isRefusedCommand(entry) ? 'refused' : entry.type.split('.').at(-1))

describe('refused commands', () => {
  const refusals = () => {
    const history = passed(createHistory(buildRequestNumber(40, { ...thousand, caseReference: 'R-1' })))
    const first = history.refuse('ReportFreeze', { amount: usd('1000.01'), basis: 'FIU_SUSPENSION' }, 'TL/fiu/a')
    const fact = history.give('ReportFreeze', { amount: usd('1.00'), basis: 'FIU_SUSPENSION' }, 'TL/fiu/a')
    const second = history.refuse('ProposeVerification', {}, 'TL/officer/a')
    return { history, first, fact, second }
  }

  test('are stored next to the history, found by their command, and reported once', async () => {
    const { views, take, refused } = createViews()
    const { history, first, fact, second } = refusals()
    // In two batches, the second of which begins with a repeated record.
    await take(history.entries.slice(0, 3))
    await take(history.entries.slice(2))
    expect(views.history(history.requestId, { limit: 10 }).lines.map(line => JSON.parse(line) as Fact)).toEqual(history.facts)
    expect(views.refusals(history.requestId)).toEqual([first, second])
    expect(refused).toEqual([first, second])
    expect(views.causedBy(history.requestId, first.causationid)).toEqual(first)
    expect(views.causedBy(history.requestId, fact.causationid)).toEqual(fact)
    expect(views.find<PaymentStopView>(history.requestId, 'SG')?.sequence).toBe(3)
    expect(views.summary(history.requestId)?.refusals.commands).toEqual([first.causationid, second.causationid])
    const page = views.page({ country: 'SG', arrival: 0, position: beginning })
    expect(page.facts.map(({ line }) => nameOf(JSON.parse(line) as LedgerRecord))).not.toContain('refused')
  })

  test('that were decided on another history are ignored', async () => {
    const { views, take, refused } = createViews()
    const { history, first } = refusals()
    await take([...history.facts, first])
    expect([views.refusals(history.requestId), refused]).toEqual([[], []])
  })
})

describe('alerts', () => {
  const alertsOf = (views: RequestProjection, country: string) =>
    views.alerts(country, 'last', 50).map(({ alert }) => [alert.caseReference, alert.fact])

  test('a proposal alerts its member role while it awaits a second officer', async () => {
    const { views, take } = createViews()
    const history = passed(createHistory(buildRequestNumber(30, { ...thousand, caseReference: 'P-1' })))
    history.give('ReportFreeze', { amount: usd('1000.00'), basis: 'FIU_SUSPENSION' }, 'TL/fiu/a')
    history.give('Withdraw', { reason: 'The victim was paid back' }, 'SG/officer/a')
    history.give('Release', { reason: 'WRONG_PARTY' }, 'TL/authority/a')
    await take(history.facts)
    expect([alertsOf(views, 'SG'), alertsOf(views, 'TL')]).toEqual([[['P-1', 'ActionProposed']], [['P-1', 'ActionProposed']]])
    const proposed = history.facts.length
    history.give('Withdraw', { reason: 'The victim was paid back' }, 'SG/officer/b')
    await take(history.facts.slice(proposed))
    expect([alertsOf(views, 'SG'), alertsOf(views, 'TL')]).toEqual([[], []])
  })

  test('a proposal that is approved in the same batch never shows', async () => {
    const { views, take } = createViews()
    const history = passed(createHistory(buildRequestNumber(31, thousand)))
    history.give('ReportFreeze', { amount: usd('1000.00'), basis: 'FIU_SUSPENSION' }, 'TL/fiu/a')
    for (const person of ['a', 'b'])
      history.give(
        'ConfirmFreeze',
        { instrument: 'COURT_ORDER', authority: 'Court', reference: '1', date: '2024-07-23' },
        `TL/authority/${person}`,
      )
    history.give('InitiateReturn', { basis: 'ORDER' }, 'TL/institution/a')
    await take(history.facts)
    expect(views.find<PaymentStopView>(history.requestId, 'TL')?.proposals).toHaveLength(1)
    expect(alertsOf(views, 'TL')).toHaveLength(1)
  })

  test('money that moved onward alerts the requesting country until it decides', async () => {
    const { views, take } = createViews()
    const history = passed(createHistory(buildRequestNumber(40, { ...thousand, caseReference: 'M-1' })))
    for (const account of ['AE-1', 'AE-2'])
      history.give('ReportMovedOnward', { amount: usd('500.00'), country: 'AE', onward: onwardTo(account) }, 'TL/institution/a')
    await take(history.facts)
    const waiting = ['M-1', 'MovedOnwardReported']
    expect([alertsOf(views, 'SG'), alertsOf(views, 'TL'), alertsOf(views, 'AE')]).toEqual([[waiting, waiting], [], []])
    const facts = history.facts.length
    history.give('DeclineOnward', { report: 4, reason: 'It went back' }, 'SG/officer/a')
    await take(history.facts.slice(facts))
    expect(alertsOf(views, 'SG')).toEqual([waiting])
    history.give('FollowOnward', { report: 3 }, 'SG/officer/a')
    await take(history.facts.slice(facts + 1))
    expect(alertsOf(views, 'SG')).toEqual([])
  })

  test('a late answer, an expired hold and unfollowed money alert the countries concerned', async () => {
    const { views, take } = createViews()
    const late = passed(createHistory(buildRequestNumber(32, { ...thousand, caseReference: 'L-1' })))
    late.give('ReportNoFunds', { reason: 'AM04' }, 'TL/institution/a')
    late.refuse('ReportFreeze', { amount: usd('5.00'), basis: 'VOLUNTARY' }, 'TL/institution/a')
    // A late officer receives the refusal, so it is no alert.
    late.refuse('ProposeVerification', {}, 'TL/officer/a')
    const expired = passed(createHistory(buildRequestNumber(33, { ...thousand, caseReference: 'L-2' })))
    const expiresAt = '2024-07-24T00:00:00.000Z'
    expired.give('ReportMovedOnward', { amount: usd('10.00'), country: 'SG', onward: onwardTo('SG-1') }, 'TL/institution/a')
    expired.give('ReportFreeze', { amount: usd('1.00'), basis: 'VOLUNTARY', expiresAt }, 'TL/institution/a')
    expired.give('DeadlinePassed', { kind: 'holdExpiry', dueAt: expiresAt }, 'holdfast/clock/ledger', expiresAt)
    await take([...late.entries, ...expired.entries])
    const both = [
      ['L-1', 'CommandRefused'],
      ['L-2', 'HoldExpired'],
    ]
    expect(alertsOf(views, 'TL')).toEqual(both)
    expect(alertsOf(views, 'SG')).toEqual([both[0], ['L-2', 'MovedOnwardReported'], both[1]])
    expect(alertsOf(views, 'AE')).toEqual([])
    expect(views.alerts('SG', 'last', 1).map(({ alert }) => alert.caseReference)).toEqual(['L-2'])
  })

  test('a request of a country to itself, which the rules will close, does no harm', async () => {
    const { views, take } = createViews()
    const history = createHistory(buildRequestNumber(34, { beneficiaryCountry: 'SG' }))
    history.give('Withdraw', { reason: 'A slip' }, 'SG/officer/a')
    history.refuse('ReportNoFunds', { reason: 'AM04' }, 'SG/institution/a')
    expect(await take(history.entries)).toHaveLength(2)
    expect(alertsOf(views, 'SG')).toHaveLength(1)
  })

  test('of a reader that is ahead in one partition are those it lacks, in the order of their arrival', async () => {
    const { views, take } = createViews()
    const late = (number: number) => {
      const history = createHistory(buildRequestNumber(number, { caseReference: `P-${number}` }))
      history.give('Withdraw', { reason: 'A slip' }, 'SG/officer/a')
      history.refuse('ReportNoFunds', { reason: 'AM04' }, 'TL/institution/a')
      return history.entries
    }
    for (let number = 100; number < 110; number++) await take(late(number), number % 2)
    const from = (offsets: [number, number][], limit: number) =>
      views.alerts('SG', { next: new Map(offsets) }, limit).map(({ alert }) => alert.caseReference)
    expect(from([], 3)).toEqual(['P-100', 'P-101', 'P-102'])
    expect(from([[0, 9]], 4)).toEqual(['P-101', 'P-103', 'P-105', 'P-106'])
    expect(
      from(
        [
          [0, 999],
          [1, 12],
        ],
        4,
      ),
    ).toEqual(['P-109'])
    expect(
      from(
        [
          [0, 999],
          [1, 999],
        ],
        4,
      ),
    ).toEqual([])
  })

  test('are deleted with the rest when the ledger was replaced', async () => {
    const { views, take } = createViews()
    const history = createHistory(buildRequestNumber(35))
    history.give('Withdraw', { reason: 'A slip' }, 'SG/officer/a')
    history.refuse('ReportNoFunds', { reason: 'AM04' }, 'TL/institution/a')
    await take(history.entries)
    await views.clear()
    expect(views.refusals(history.requestId)).toEqual([])
    expect([alertsOf(views, 'SG'), idsOf(views, { country: 'SG' }), views.positions().size]).toEqual([[], [], 0])
    // The new facts get the same numbers.
    await take(createHistory(buildRequestNumber(36)).facts)
    await take(createHistory(buildRequestNumber(37)).facts)
    await take(createHistory(buildRequestNumber(38)).facts)
    expect(alertsOf(views, 'SG')).toEqual([])
  })
})

describe('what is deleted', () => {
  /** The tables of the projection and whether they have rows, without the desk work, which is not in the ledger. */
  function tablesOf(file: SqliteFile, { filled }: { readonly filled: boolean }): string[] {
    // A full-text index without content returns rows for a search only, so its tokens tell whether it has any.
    file.schema('CREATE VIRTUAL TABLE IF NOT EXISTS temp.tokens USING fts5vocab(main, search_names, row)')
    const isFilled = (name: string) =>
      file.prepare(`SELECT 1 FROM ${name === 'search_names' ? 'temp.tokens' : name} LIMIT 1`).get() !== undefined
    return file
      .prepare(
        `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')
           AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'work\\_%' ESCAPE '\\'`,
      )
      .all()
      .map(({ name }) => name as string)
      .filter(name => isFilled(name) === filled)
  }

  /** A projection with a row in each table. */
  async function filledViews() {
    const { file, views, take } = createViews()
    const history = passed(createHistory(buildRequestNumber(50, thousand)))
    history.refuse('ReportFreeze', { amount: usd('1000.01'), basis: 'FIU_SUSPENSION' }, 'TL/fiu/a')
    history.give('ReportFreeze', { amount: usd('1000.00'), basis: 'FIU_SUSPENSION' }, 'TL/fiu/a')
    history.give('Withdraw', { reason: 'The victim was paid back' }, 'SG/officer/a')
    const [first, second] = passed(createHistory(buildRequestNumber(51))).facts as [Fact, Fact]
    const broken = { ...second, data: { ...second.data, resultingState: undefined, findings: null } } as unknown as Fact
    const raised = featureLevelRaiseOf(0, 2, { source: '/holdfast/ledger', at: new Date() }) as unknown as Fact
    const shared = createHistory(buildRequestNumber(52))
    const child = createHistory(buildRequestNumber(53, { parent: { requestId: shared.requestId, hop: 1 } }))
    // As if an institution had answered an order.
    const answered = history.entries.map(entry => ({ ...entry, orderid: '5f3c2b1a-0f1e-5d3c-8b5a-496887766554' }))
    await take([raised, ...answered, first, broken, ...shared.facts, ...child.facts])
    const unit = { country: 'FR', unit: 'cybercrime' } as const
    await take([shared.give('ShareRequest', { with: unit, extent: 'history', purpose: 'The same accounts' }, 'SG/officer/a')])
    expect(tablesOf(file, { filled: false })).toEqual([])
    return { file, views }
  }

  test('of a replaced ledger are all its rows, in every table', async () => {
    const { file, views } = await filledViews()
    await views.clear()
    expect(tablesOf(file, { filled: true })).toEqual([])
  })

  test('of a partition are all its rows, in every table', async () => {
    const { file, views } = await filledViews()
    await views.forget(0)
    expect(tablesOf(file, { filled: true })).toEqual([])
  })
})

test('the stored state equals the state evolved from the facts', async () => {
  const { views, take } = createViews()
  const { third, facts } = movedOnwardTwice()
  await take(facts)
  const [summary] = views.standings({ country: 'TL', parent: third.document.parent?.requestId ?? '', limit: 1 }).standings
  expect(summary && paymentStop.views.viewOf(summary)).toEqual(views.find<PaymentStopView>(third.requestId, 'TL'))
})
