import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Desks, openDesks, type StartedDesk, unwrap } from '../../test/desks.ts'
import { createTestEncryption, deskWith } from '../../test/encryption.ts'
import { createHistory, type History, passed, usd } from '../../test/histories.ts'

const { cipher, encrypt } = createTestEncryption()
let desks: Desks
let desk: StartedDesk
beforeAll(async () => {
  desks = await openDesks(2)
  desk = await desks.start('proposals', { definition: deskWith(cipher) })
})
afterAll(() => desks.close())

/** Writes facts one at a time if earlier ones must be visible first. */
async function seen(history: History, from = 0): Promise<History> {
  await desks.write(...history.entries.slice(from))
  await desks.sees(desk, history)
  return history
}
async function frozen(number: number, overrides = {}): Promise<History> {
  const history = passed(createHistory(buildRequestNumber(number, { ...overrides, payment: { amount: usd('1000.00') } }), { encrypt }))
  const { beneficiaryCountry } = history.document
  history.give('ReportFreeze', { amount: usd('1000.00'), basis: 'FIU_SUSPENSION' }, `${beneficiaryCountry}/fiu/a`)
  return seen(history)
}
async function adding(history: History, ...step: Parameters<History['give']>): Promise<void> {
  const before = history.entries.length
  history.give(...step)
  await seen(history, before)
}
const listed = async (...who: Parameters<StartedDesk['as']>) => unwrap(await desk.as(...who).proposals()).proposals

describe('proposals', () => {
  test('are shown to the country of their officer, until a second officer approves', async () => {
    const history = await frozen(1)
    const withdrawal = { reason: 'The victim was paid back' }
    await adding(history, 'Withdraw', withdrawal, 'SG/officer/a.tan', '2024-07-23T05:00:00.000Z')
    const proposal = {
      requestId: history.requestId,
      caseReference: 'SG-1',
      requestingCountry: 'SG',
      beneficiaryCountry: 'TL',
      amounts: expect.objectContaining({ frozen: { currency: 'USD', value: expect.any(String) } }),
      command: 'Withdraw',
      sequence: 4,
      proposedBy: 'SG/officer/a.tan',
      at: '2024-07-23T05:00:00.000Z',
      data: withdrawal,
      nextDeadline: expect.objectContaining({ kind: expect.any(String), dueAt: expect.any(String) }),
    }
    expect(await listed('SG', 'officer', 'b.lim')).toEqual([{ ...proposal, maySecond: true }])
    expect(await listed('SG', 'officer', 'a.tan')).toEqual([
      { ...proposal, maySecond: false, whyNot: { code: 'SAME_PERSON', message: expect.any(String) } },
    ])
    expect(await listed('SG', 'authority')).toMatchObject([{ maySecond: false, whyNot: { code: 'NOT_PERMITTED' } }])
    expect([await listed('TL'), await listed('FR')]).toEqual([[], []])
    await adding(history, 'Withdraw', withdrawal, 'SG/officer/b.lim')
    expect(await listed('SG')).toEqual([])
  })

  test('are gone when the request continues without them, and stay while it waits', async () => {
    const history = await frozen(2)
    await adding(history, 'Release', { reason: 'WRONG_PARTY' }, 'TL/authority/a')
    await adding(history, 'ReportInterim', { reason: 'S000' }, 'TL/institution/a')
    expect(await listed('TL', 'authority', 'b')).toMatchObject([{ command: 'Release', sequence: 4, maySecond: true }])
    const facts = history.entries.length
    // In one batch: an approved proposal never shows, and the action that it causes ends the other one.
    for (const person of ['a', 'b'])
      history.give('CloseUnrecovered', { reason: 'FORFEITED', authority: 'A court', reference: 'R' }, `TL/authority/${person}`)
    await seen(history, facts)
    expect(await listed('TL', 'authority', 'b')).toEqual([])
  })

  test('that a second officer approves in the same batch never show', async () => {
    const history = await frozen(4)
    const facts = history.entries.length
    for (const person of ['a', 'b']) history.give('InitiateReturn', { basis: 'ORDER' }, `TL/institution/${person}`)
    await seen(history, facts)
    expect(await listed('TL', 'institution', 'c')).toEqual([])
  })

  test('of a verification await another officer, and expire with the review', async () => {
    const history = createHistory(buildRequestNumber(3, { beneficiaryCountry: 'PH' }), { encrypt })
    history.give('SendToReview', { findings: [], officers: 2 }, 'holdfast/validation/rules')
    await seen(history)
    await adding(history, 'ProposeVerification', { note: 'Known' }, 'PH/officer/a')
    expect(await listed('PH', 'officer', 'b')).toMatchObject([{ command: 'ApproveVerification', data: {}, sequence: 3, maySecond: true }])
    expect(await listed('PH', 'officer', 'a')).toMatchObject([{ maySecond: false, whyNot: { code: 'SAME_PERSON' } }])
    await adding(history, 'AskInformation', { question: 'Which?' }, 'PH/officer/b')
    expect(await listed('PH', 'officer', 'b')).toEqual([])
  })

  test('come oldest first, page by page, with cursors of their own country only', async () => {
    for (const number of [10, 11, 12, 13]) {
      const history = await frozen(number, { beneficiaryCountry: 'MY' })
      await adding(history, 'Release', { reason: 'WRONG_PARTY' }, 'MY/authority/a', `2024-07-23T0${17 - number}:00:00.000Z`)
    }
    const client = desk.as('MY', 'authority', 'b')
    const first = unwrap(await client.proposals({ limit: 3 }))
    expect(first.proposals.map(({ caseReference }) => caseReference)).toEqual(['SG-13', 'SG-12', 'SG-11'])
    const second = unwrap(await client.proposals({ after: first.nextCursor }))
    expect([second.proposals.map(({ caseReference }) => caseReference), second.nextCursor]).toEqual([['SG-10'], undefined])
    expect(await desk.as('TL').proposals({ after: first.nextCursor })).toMatchObject({ ok: false, error: { code: 'POSITION_UNKNOWN' } })
    expect(await client.proposals({ limit: 1000 })).toMatchObject({ ok: false, error: { problems: [{ path: '/limit' }] } })
  })
})
