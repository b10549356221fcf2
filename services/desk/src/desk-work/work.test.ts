import { dirname } from 'node:path'
import { createOperatorClient } from '@holdfast/client'
import type { AlertView, InboxPage, OpenAlertPage, PersonList, WorkEvent, WorkPage } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { developmentOperatorToken } from '@holdfast/trust'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Desks, openDesks, type StartedDesk } from '../../test/desks.ts'
import { createHistory, type History, passed, usd } from '../../test/histories.ts'
import { personAt } from '../../test/work-desk.ts'

let desks: Desks
let desk: StartedDesk
let tan: ReturnType<typeof personAt>
let lim: ReturnType<typeof personAt>
let count = 0
beforeAll(async () => {
  desks = await openDesks(2)
  desk = await desks.start('first')
  tan = personAt(desk, 'SG', 'A.Tan')
  lim = personAt(desk, 'SG', 'b.lim')
})
afterAll(() => desks.close())

async function opened(): Promise<History> {
  const history = passed(createHistory(buildRequestNumber(++count, { caseReference: `W-${count}` })))
  await seen(history)
  return history
}
async function seen(history: History, from = 0): Promise<void> {
  await desks.write(...history.entries.slice(from))
  await desks.sees(desk, history)
}
const workOf = async (who: typeof tan, { requestId }: History) => (await who.get<WorkPage>(`/v1/work?requestId=${requestId}`)).body
const inbox = async (who: typeof tan, query: string) => {
  const ids: string[] = []
  for (let after = ''; ; ) {
    const { body } = await who.get<InboxPage>(`/v1/work-inbox?limit=2&${query}${after}`)
    ids.push(...body.items.map(({ request }) => request.requestId))
    if (!body.nextCursor) return ids
    after = `&after=${body.nextCursor}`
  }
}
const soon = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString()

describe('a request', () => {
  test('is unassigned, then assigned regardless of letter case, and sorted by deadline in each inbox', async () => {
    const histories = [await opened(), await opened(), await opened()]
    const [one, two, three] = histories.map(({ requestId }) => requestId) as [string, string, string]
    expect((await inbox(tan, 'for=unassigned')).filter(id => [one, two, three].includes(id)).toSorted()).toEqual(
      [one, two, three].toSorted(),
    )
    await tan.does('RequestAssigned', one, { to: 'B.Lim' })
    await lim.does('RequestAssigned', two, { to: 'b.lim' })
    const mine = await inbox(lim, 'for=me')
    expect(mine.toSorted()).toEqual([one, two].toSorted())
    expect(await inbox(tan, 'for=person&person=B.LIM')).toEqual(mine)
    expect(await inbox(tan, 'for=unassigned')).toContain(three)
    expect(await inbox(tan, 'for=unassigned')).not.toContain(one)
    const { body } = await lim.get<InboxPage>('/v1/work-inbox?for=me')
    const due = body.items.map(({ request }) => request.deadlines[0]?.dueAt)
    expect(due).toEqual(due.toSorted())
    expect(body.items[0]?.work).toEqual({ assignedTo: 'b.lim' })
    await tan.does('RequestAssigned', one, { to: null })
    expect(await inbox(lim, 'for=me')).toEqual([two])
    await tan.does('RequestAssigned', two, { to: null })
  })

  test('has notes; a wrong one is struck once and stays visible', async () => {
    const history = await opened()
    const { body } = await tan.does('NoteTaken', history.requestId, { text: 'The bank says: account closed' })
    await lim.does('NoteTaken', history.requestId, { text: 'Ask again on Monday' })
    const wrong = { note: body.event.sequence, reason: 'Another account' }
    expect((await lim.does('NoteStruck', history.requestId, wrong)).status).toBe(201)
    expect((await lim.does('NoteStruck', history.requestId, wrong)).body.code).toBe('WRONG_STATE')
    const { notes, events } = await workOf(tan, history)
    expect(notes).toMatchObject([
      { text: 'Ask again on Monday', by: 'SG/officer/b.lim' },
      { text: 'The bank says: account closed', by: 'SG/officer/a.tan', struck: { by: 'SG/officer/b.lim', reason: 'Another account' } },
    ])
    expect(notes[0]).not.toHaveProperty('struck')
    expect(events.map(({ type }) => type.slice(17))).toEqual(['NoteStruck', 'NoteTaken', 'NoteTaken'])
    const other = await opened()
    expect((await lim.does('NoteStruck', other.requestId, wrong)).body.code).toBe('WRONG_STATE')
  })

  test('shows its work in pages, newest first', async () => {
    const history = await opened()
    for (let n = 0; n < 5; n++) await tan.does('NoteTaken', history.requestId, { text: `Note ${n}` })
    const page = async (query: string) => (await tan.get<WorkPage>(`/v1/work?requestId=${history.requestId}&limit=2${query}`)).body
    const first = await page('')
    const second = await page(`&after=${first.nextCursor}`)
    const third = await page(`&after=${second.nextCursor}`)
    const texts = [first, second, third].flatMap(({ events }) => events.map(({ data }) => (data as { text: string }).text))
    expect(texts).toEqual(['Note 4', 'Note 3', 'Note 2', 'Note 1', 'Note 0'])
    expect(third.nextCursor).toBeUndefined()
  })
})

describe('a snoozed request', () => {
  test('is only in the inbox of snoozed requests, and can be woken by hand', async () => {
    const { requestId } = await opened()
    await tan.does('RequestAssigned', requestId, { to: 'a.tan' })
    await tan.does('RequestSnoozed', requestId, { until: soon(60), reason: 'The bank is closed' })
    expect(await inbox(tan, 'for=me')).not.toContain(requestId)
    expect(await inbox(lim, 'for=snoozed')).toContain(requestId)
    const { body } = await tan.get<WorkPage>(`/v1/work?requestId=${requestId}`)
    expect(body.snooze).toMatchObject({ by: 'SG/officer/a.tan', reason: 'The bank is closed' })
    await tan.does('RequestSnoozed', requestId, { until: null })
    expect(await inbox(tan, 'for=me')).toContain(requestId)
    expect(await inbox(lim, 'for=snoozed')).not.toContain(requestId)
  })

  test('wakes at the end of its snooze', async () => {
    const { requestId } = await opened()
    await tan.does('RequestAssigned', requestId, { to: 'a.tan' })
    await tan.does('RequestSnoozed', requestId, { until: new Date(Date.now() + 3_000).toISOString() })
    expect(await inbox(tan, 'for=me')).not.toContain(requestId)
    await expect.poll(() => inbox(tan, 'for=me'), { timeout: 10_000 }).toContain(requestId)
  })

  test('sleeps on over facts without an alert, and wakes with a fact that alerts its country', async () => {
    const history = await opened()
    await tan.does('RequestAssigned', history.requestId, { to: 'a.tan' })
    await tan.does('RequestSnoozed', history.requestId, { until: soon(60) })
    const before = history.entries.length
    history.give('AcknowledgeOrder', { orderId: 'o-1', reference: 'B-1' }, 'TL/institution/x')
    await seen(history, before)
    expect(await inbox(tan, 'for=me')).not.toContain(history.requestId)
    history.give('ReportMovedOnward', { amount: usd('5.00'), country: 'SG' }, 'TL/institution/x')
    await seen(history, before + 1)
    expect(await inbox(tan, 'for=me')).toContain(history.requestId)
    expect(await inbox(tan, 'for=snoozed')).not.toContain(history.requestId)
  })

  test('wakes with an answer that came after the end of the request, although that is no fact', async () => {
    const history = await opened()
    history.give('Withdraw', { reason: 'Paid back' }, 'SG/officer/a')
    await seen(history, history.entries.length - 1)
    await tan.does('RequestSnoozed', history.requestId, { until: soon(60) })
    expect((await workOf(tan, history)).snooze).toBeDefined()
    history.refuse('ReportNoFunds', { reason: 'AM04' }, 'TL/institution/a', soon(1))
    await seen(history, history.entries.length - 1)
    expect((await workOf(tan, history)).snooze).toBeUndefined()
  })
})

describe('alerts', () => {
  const open = async (query = '') => (await lim.get<OpenAlertPage>(`/v1/work-alerts?limit=2${query}`)).body
  async function allOpen(): Promise<readonly AlertView[]> {
    const all: AlertView[] = []
    for (let page = await open(); ; page = await open(`&after=${page.nextCursor}`)) {
      all.push(...page.alerts)
      if (!page.nextCursor) return all
    }
  }

  test('are open, newest first, until an officer acknowledges each one once', async () => {
    const history = await opened()
    history.give('Withdraw', { reason: 'Paid back' }, 'SG/officer/a')
    history.refuse('ReportNoFunds', { reason: 'AM04' }, 'TL/institution/a', '2024-07-23T03:00:00.000Z')
    history.refuse('ReportNoFunds', { reason: 'AM04' }, 'TL/institution/a', '2024-07-23T04:00:00.000Z')
    await seen(history, history.entries.length - 3)
    const ofThis = async () => (await allOpen()).filter(({ requestId }) => requestId === history.requestId)
    const [second, first] = await ofThis()
    expect([second?.time, first?.time]).toEqual(['2024-07-23T04:00:00.000Z', '2024-07-23T03:00:00.000Z'])
    const named = { fact: 'CommandRefused', sequence: first?.sequence, time: first?.time }
    expect((await tan.does('AlertAcknowledged', history.requestId, named)).status).toBe(201)
    expect((await lim.does('AlertAcknowledged', history.requestId, named)).body.code).toBe('WRONG_STATE')
    expect(await ofThis()).toEqual([second])
    const { alerts } = await workOf(lim, history)
    expect(alerts.map(({ acknowledged }) => acknowledged?.by)).toEqual([undefined, 'SG/officer/a.tan'])
    const nobodys = { fact: 'RequestOpened', sequence: 1, time: '2024-07-23T03:00:00.000Z' }
    expect((await tan.does('AlertAcknowledged', history.requestId, nobodys)).body.code).toBe('WRONG_STATE')
  })
})

describe('an alert of a deadline', () => {
  test('is open until the request enters its next phase, and stays in the work log', async () => {
    const history = createHistory(buildRequestNumber(++count, { caseReference: `W-${count}` }))
    const [opening] = history.facts
    const hard = opening && 'deadlines' in opening.data ? opening.data.deadlines?.find(({ kind }) => kind === 'verifyHard') : undefined
    if (!hard) throw new Error('no deadline to verify by')
    history.give('DeadlinePassed', hard, 'holdfast/clock/ledger', hard.dueAt)
    await seen(history)
    const isOpen = async () =>
      (await lim.get<OpenAlertPage>('/v1/work-alerts?limit=50')).body.alerts.some(({ requestId }) => requestId === history.requestId)
    expect(await isOpen()).toBe(true)
    const before = history.entries.length
    history.give('PassAssessment', { findings: [] }, 'holdfast/validation/rules', hard.dueAt)
    await seen(history, before)
    expect(await isOpen()).toBe(false)
    expect((await workOf(lim, history)).alerts).toMatchObject([{ fact: 'DeadlineReached' }])
  })
})

describe('a shift', () => {
  test('is handed over: the named requests that are still assigned to the officer move, with a summary, as one event per request', async () => {
    const [mine, others] = [await opened(), await opened()]
    const from = personAt(desk, 'SG', 'day')
    await from.does('RequestAssigned', mine.requestId, { to: 'day' })
    await from.does('RequestAssigned', others.requestId, { to: 'c.ng' })
    const handing = (requests: string[]) =>
      from.does('ShiftHandedOver', undefined, { to: 'Night', requests, summary: 'Call Dili at 09:00' })
    expect((await handing([mine.requestId, others.requestId])).body).toMatchObject({ code: 'WRONG_STATE' })
    expect((await handing([mine.requestId])).status).toBe(201)
    const night = personAt(desk, 'SG', 'night')
    expect(await inbox(night, 'for=me')).toEqual([mine.requestId])
    expect(await inbox(from, 'for=me')).toEqual([])
    const { events } = await workOf(night, mine)
    expect(events[0]).toMatchObject({ type: 'holdfast.work.v1.ShiftHandedOver', data: { to: 'night', summary: 'Call Dili at 09:00' } })
    expect((await workOf(night, others)).events.map(({ type }) => type)).toEqual(['holdfast.work.v1.RequestAssigned'])
    const { body } = await tan.get<PersonList>('/v1/persons')
    expect(body.persons.map(({ person }) => person)).toEqual(expect.arrayContaining(['a.tan', 'b.lim', 'day', 'night']))
  })
})

describe('access to desk work', () => {
  test('another country has its own desk, and sees nothing of a request without access', async () => {
    const history = await opened()
    await tan.does('NoteTaken', history.requestId, { text: 'Only for Singapore' })
    await tan.does('RequestAssigned', history.requestId, { to: 'a.tan' })
    const dili = personAt(desk, 'TL', 'm.soares')
    expect(await workOf(dili, history)).toMatchObject({ notes: [], events: [] })
    expect(await inbox(dili, 'for=unassigned')).toContain(history.requestId)
    expect((await dili.get('/v1/work-log')).body).toBe('')
    expect((await dili.get<PersonList>('/v1/persons')).body.persons.map(({ person }) => person)).toEqual(['m.soares'])
    const paris = personAt(desk, 'FR', 'x')
    const unknown = { status: 404, body: { code: 'REQUEST_UNKNOWN' } }
    const answers = await Promise.all([
      paris.get(`/v1/work?requestId=${history.requestId}`),
      paris.does('NoteTaken', history.requestId, { text: 'x' }),
      paris.does('ShiftHandedOver', undefined, { to: 'y', requests: [history.requestId], summary: 's' }),
      paris.post(`/v1/requests/${history.requestId}/reveal`, { path: '/victim/name', purpose: 'Curious' }),
    ])
    for (const answer of answers) expect(answer).toMatchObject(unknown)
  })

  test.each([
    ['a member’s bank', 'SG', 'institution'],
    ['a member’s system', 'SG', 'system'],
  ] as const)('%s has no part in the work of a desk', async (_who, country, role) => {
    const history = await opened()
    const who = personAt(desk, country, 'z', role)
    const denied = { status: 403, body: { code: 'NOT_PERMITTED' } }
    for (const path of [`?requestId=${history.requestId}`, '-inbox', '-alerts', '-log'])
      expect(await who.get(`/v1/work${path}`), path).toMatchObject(denied)
    expect(await who.get('/v1/persons')).toMatchObject(denied)
    expect(await who.does('NoteTaken', history.requestId, { text: 'x' })).toMatchObject(denied)
    expect(await who.post(`/v1/requests/${history.requestId}/reveal`, { path: '/victim/name', purpose: 'Curious' })).toMatchObject(denied)
  })
})

test.each([
  ['a note without text', 'NoteTaken', { text: '' }, '/data/text'],
  ['a note of a book', 'NoteTaken', { text: 'x'.repeat(4001) }, '/data/text'],
  ['an assignee without a valid name', 'RequestAssigned', { to: 'a b' }, '/data/to'],
  ['a time that has passed', 'RequestSnoozed', { until: '2020-01-01T00:00:00Z' }, '/data/until'],
  ['a snooze in the far future', 'RequestSnoozed', { until: '2999-01-01T00:00:00Z' }, '/data/until'],
  ['a reveal that gives nothing', 'FieldRevealed', { path: '/victim/name', purpose: 'Because' }, '/kind'],
])('%s is refused with its path', async (_what, kind, data, path) => {
  const { requestId } = await opened()
  expect(await tan.does(kind, requestId, data)).toMatchObject({ status: 422, body: { problems: [{ path }] } })
})

test('a projection that is rebuilt from the topics has the same work and the same inbox', async () => {
  const history = await opened()
  await tan.does('RequestAssigned', history.requestId, { to: 'keeper' })
  await tan.does('NoteTaken', history.requestId, { text: 'Kept' })
  const before = await workOf(tan, history)
  const rebuilt = await desks.start('rebuilt')
  await desks.sees(rebuilt, history)
  const keeper = personAt(rebuilt, 'SG', 'keeper')
  expect(await workOf(keeper, history)).toEqual(before)
  expect(await inbox(keeper, 'for=me')).toEqual([history.requestId])
  const events = before.events as WorkEvent[]
  expect(events).toHaveLength(2)
})

test('a projection that was rebuilt next to the one in use has all work, including what was done meanwhile', async () => {
  const history = await opened()
  await tan.does('RequestAssigned', history.requestId, { to: 'mender' })
  await tan.does('NoteTaken', history.requestId, { text: 'Before' })
  const keysDir = dirname(desk.keys.HOLDFAST_MEMBERS as string)
  const operator = createOperatorClient({
    url: desk.url,
    token: () => developmentOperatorToken(keysDir, 'nightshift', undefined, new Date()),
  })
  expect(await operator.rebuildView()).toMatchObject({ ok: true })
  let isBuilding = true
  let done = 0
  while (isBuilding) {
    const { status } = await tan.does('NoteTaken', history.requestId, { text: `Meanwhile ${done}` })
    if (status === 201) done++
    const view = await operator.view()
    isBuilding = view.ok && view.value.building !== undefined
  }
  await expect.poll(async () => (await workOf(tan, history)).notes.length).toBe(done + 1)
  await expect.poll(() => inbox(personAt(desk, 'SG', 'mender'), 'for=me')).toEqual([history.requestId])
})
