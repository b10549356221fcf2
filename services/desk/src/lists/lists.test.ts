import type { Client } from '@holdfast/client'
import type { PaymentStopTypes } from '@holdfast/payment-stop/language'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Desks, openDesks, type StartedDesk, unwrap } from '../../test/desks.ts'
import { createHistory, type History, passed, usd } from '../../test/histories.ts'

let desks: Desks
let desk: StartedDesk
beforeAll(async () => {
  desks = await openDesks(2)
  desk = await desks.start('lists')
})
afterAll(() => desks.close())

/** An hour of 23 July 2024. */
const at = (hour: number) => `2024-07-23T${String(hour).padStart(2, '0')}:00:00.000Z`
const requestAt = (number: number, hour: number, value: string, overrides = {}) =>
  createHistory(buildRequestNumber(number, { payment: { amount: usd(value) }, ...overrides }), { time: at(hour) })

/**
 * Three requests of SG to TL, of which the first is frozen and the second ended last, one of SG to AE, and one of FR to
 * SG in euros.
 */
const oldest = passed(requestAt(1, 3, '9.00'))
const ended = passed(requestAt(2, 4, '100.00'))
const toEmirates = requestAt(3, 5, '20.00', { beneficiaryCountry: 'AE' })
const newest = passed(requestAt(4, 6, '3.00'))
const fromFrance = requestAt(5, 7, '1.00', {
  requestingCountry: 'FR',
  beneficiaryCountry: 'SG',
  payment: { amount: { currency: 'EUR', value: '7.00' } },
})

beforeAll(async () => {
  oldest.give('ReportFreeze', { amount: usd('5.00'), basis: 'FIU_SUSPENSION' }, 'TL/fiu/a', at(8))
  ended.give('Withdraw', { reason: 'The victim was paid back' }, 'SG/officer/a', at(9))
  const histories = [oldest, ended, toEmirates, newest, fromFrance]
  await desks.write(...histories.flatMap(({ facts }) => facts))
  for (const history of histories) await desks.sees(desk, history)
})

const names = new Map<string, string>(
  Object.entries({ oldest, ended, toEmirates, newest, fromFrance }).map(([name, history]: [string, History]) => [history.requestId, name]),
)
/** The requests of all pages of two. */
async function listed(query: Parameters<Client<PaymentStopTypes>['list']>[0], country = 'SG'): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = []
  let after: string | undefined
  do {
    const page = unwrap(await desk.as(country).list({ ...query, limit: 2, after }))
    found.push(...page.requests.map(({ requestId }) => names.get(requestId)))
    after = page.nextCursor
  } while (after)
  return found
}

describe('a list', () => {
  test('sorts by opening, last change, next deadline, or amount in one currency', async () => {
    expect(await listed({})).toEqual(['fromFrance', 'newest', 'toEmirates', 'ended', 'oldest'])
    expect(await listed({ sort: 'updated' })).toEqual(['ended', 'oldest', 'fromFrance', 'toEmirates', 'newest'])
    const due = await listed({ sort: 'deadline' })
    expect(due).not.toContain('ended')
    expect(due).toHaveLength(4)
    const dueAt = async (name: string | undefined) => {
      const id = [...names].find(([, known]) => known === name)?.[0] ?? ''
      return unwrap(await desk.as('SG').show(id)).request.deadlines[0]?.dueAt
    }
    const dates = await Promise.all(due.map(dueAt))
    expect(dates).toEqual([...dates].sort())
    expect(await listed({ sort: 'amount', currency: 'USD' })).toEqual(['ended', 'toEmirates', 'oldest', 'newest'])
    expect(await listed({ sort: 'amount', currency: 'EUR' })).toEqual(['fromFrance'])
  })

  test('filters by phases, and by a corridor in either direction', async () => {
    expect(await listed({ phase: ['frozen', 'closed'] })).toEqual(['ended', 'oldest'])
    expect(await listed({ phase: 'frozen', sort: 'updated' })).toEqual(['oldest'])
    expect(await listed({ sort: 'amount', currency: 'USD', phase: ['verified', 'frozen'] })).toEqual(['oldest', 'newest'])
    expect(await listed({ beneficiaryCountry: 'AE' })).toEqual(['toEmirates'])
    expect(await listed({ beneficiaryCountry: 'SG' })).toEqual(['fromFrance'])
    expect(await listed({ requestingCountry: 'SG', beneficiaryCountry: 'TL' })).toEqual(['newest', 'ended', 'oldest'])
    expect(await listed({ requestingCountry: 'FR', beneficiaryCountry: 'SG' })).toEqual(['fromFrance'])
    expect(await listed({ requestingCountry: 'FR', beneficiaryCountry: 'TL' })).toEqual([])
    expect(await listed({ sort: 'deadline', beneficiaryCountry: 'SG' })).toEqual(['fromFrance'])
    expect(await listed({ sort: 'deadline', beneficiaryCountry: 'TL', phase: ['verified'] })).toEqual(['newest'])
  })

  test('filters by opening before an instant, over any number of pages', async () => {
    expect(await listed({ openedBefore: at(6) })).toEqual(['toEmirates', 'ended', 'oldest'])
    expect(await listed({ openedBefore: at(5), beneficiaryCountry: 'TL', phase: 'frozen' })).toEqual(['oldest'])
    expect(await desk.as('SG').list({ openedBefore: at(6), sort: 'deadline' })).toMatchObject({
      error: { problems: [{ path: '/openedBefore', message: expect.stringContaining('sort by opened') }] },
    })
  })

  test('without an index for its filter is refused, with the order that has one', async () => {
    const refused = async (query: object) => (await desk.as('SG').list(query)) as unknown
    expect(await refused({ sort: 'updated', requestingCountry: 'SG' })).toMatchObject({
      error: {
        status: 422,
        code: 'QUERY_MALFORMED',
        problems: [
          { path: '/requestingCountry', message: 'is no filter of a list by updated: sort by opened or deadline, or leave it out' },
        ],
      },
    })
    expect(await refused({ currency: 'USD' })).toMatchObject({
      error: { problems: [{ path: '/currency', message: expect.stringContaining('sort by amount') }] },
    })
    expect(await refused({ sort: 'amount' })).toMatchObject({
      error: { problems: [{ path: '/currency', message: 'is required: amounts of two currencies cannot be compared' }] },
    })
    expect(await refused({ sort: 'size' })).toMatchObject({ error: { problems: [{ path: '/sort' }] } })
    expect(await refused({ phase: ['frozen', 'melted'] })).toMatchObject({ error: { problems: [{ path: '/phase' }] } })
  })

  test('continues only from a cursor of its own order', async () => {
    const { nextCursor: next } = unwrap(await desk.as('SG').list({ limit: 1 }))
    expect(await desk.as('SG').list({ after: next, sort: 'updated' })).toMatchObject({
      error: {
        code: 'QUERY_MALFORMED',
        detail: 'This cursor belongs to a list by opened, but this list is by updated. Start again without a cursor.',
        problems: [{ path: '/after' }],
      },
    })
  })
})
