import { type Fact, isFact } from '@holdfast/payment-stop/language'
import { evolve, type RequestSnapshot, viewOf } from '@holdfast/payment-stop/lifecycle'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { createChainVerifier } from '@holdfast/trust'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeOnBackends } from '../src/backends.ts'
import { clientsOf, type Engine, eventually, type Person, reaches, submit, tokenOf } from '../src/engine.ts'

const requester: Person = ['SG', 'officer', 'watcher']
const usd = (value: string) => ({ currency: 'USD', value })

describeOnBackends('the desk', backend => {
  let engine: Engine
  const ids: string[] = []
  const first = backend.name === 'embedded' ? 400_000 : 500_000

  beforeAll(async () => {
    engine = await backend.start()
    for (let i = 0; i < 5; i++) ids.push(await submit(engine, ['SG', 'system'], buildRequestNumber(first + i), `desk-${first + i}`))
    for (const id of ids) await reaches(engine, id, 'verified')
  })
  afterAll(() => engine.stop())

  const shown = async (person: Person, requestId: string) => {
    const answer = await clientsOf(engine, person).desk.show(requestId)
    if (!answer.ok) throw new Error(answer.error.detail)
    return answer.value
  }

  test('shows a request to both countries, newest first, in pages', async () => {
    for (const country of ['SG', 'TL']) {
      const { desk } = clientsOf(engine, [country, 'officer'])
      const page = await desk.list({ limit: 3 })
      if (!page.ok) throw new Error(page.error.detail)
      const rest = await desk.list({ limit: 100, after: page.value.nextCursor })
      if (!rest.ok) throw new Error(rest.error.detail)
      const seen = [...page.value.requests, ...rest.value.requests].map(view => view.requestId).filter(id => ids.includes(id))
      expect(seen).toEqual([...ids].reverse())
    }
  })

  test('derives due dates, last changes and counts from the same facts, for each country its own', async () => {
    for (const country of ['SG', 'TL']) {
      const { desk } = clientsOf(engine, [country, 'officer'])
      const counts = await desk.counts()
      const due = await desk.list({ sort: 'deadline', phase: ['verified'], limit: 200 })
      const changed = await desk.list({ sort: 'updated', limit: 200 })
      if (!counts.ok || !due.ok || !changed.ok) throw new Error('nothing is listed')
      expect(counts.value.byPhase.verified).toBe(due.value.requests.length)
      expect(due.value.requests.map(({ requestId }) => requestId)).toEqual(expect.arrayContaining(ids))
      const dueAt = due.value.requests.map(({ deadlines }) => deadlines[0]?.dueAt ?? '')
      expect(dueAt).toEqual([...dueAt].sort())
      const updatedAt = changed.value.requests.map(view => view.updatedAt)
      expect(updatedAt).toEqual([...updatedAt].sort().reverse())
    }
    expect(await clientsOf(engine, ['FR', 'officer']).desk.counts()).toMatchObject({
      ok: true,
      value: { byPhase: { verified: 0 }, proposals: 0 },
    })
  })

  test('finds a request by its account for its countries only', async () => {
    const [id = ''] = ids
    const opened = (await shown(requester, id)).history[0]
    if (!opened || !isFact(opened, 'RequestOpened')) throw new Error('the history has no opening')
    const { account } = opened.data.request.payment.creditor
    const number = 'iban' in account ? account.iban : account.other
    const found = async (country: string) => {
      const answer = await clientsOf(engine, [country, 'officer']).desk.list({ q: number.toLowerCase() })
      if (!answer.ok) throw new Error(answer.error.detail)
      return answer.value.requests.map(({ requestId }) => requestId)
    }
    expect([await found('SG'), await found('TL'), await found('FR')]).toEqual([[id], [id], []])
  })

  test('offers the actions that the ledger accepts: one officer proposes, another finds it in the list and approves', async () => {
    const id = await submit(engine, ['SG', 'system'], buildRequestNumber(first + 80), `desk-${first + 80}`)
    await reaches(engine, id, 'verified')
    const mayGive = async (person: Person, command: string) => {
      const answer = await clientsOf(engine, person).desk.actions(id)
      if (!answer.ok) throw new Error(answer.error.detail)
      return answer.value.actions.find(action => action.command === command)
    }
    const bank: Person = ['TL', 'institution', 'bank']
    const { requested } = (await shown(requester, id)).request.amounts
    expect(await mayGive(bank, 'ReportFreeze')).toMatchObject({ may: true, needsApproval: false })
    await clientsOf(engine, bank).desk.act(
      id,
      'ReportFreeze',
      { amount: requested, basis: 'FIU_SUSPENSION' },
      { idempotencyKey: `freeze-${id}` },
    )
    const [judge, other]: [Person, Person] = [
      ['TL', 'authority', 'a.costa'],
      ['TL', 'authority', 'b.belo'],
    ]
    expect(await mayGive(judge, 'Release')).toMatchObject({ may: true, needsApproval: true })
    const release = { reason: 'WRONG_PARTY' }
    await clientsOf(engine, judge).desk.act(id, 'Release', release, { idempotencyKey: `release-a-${id}` })
    const page = await clientsOf(engine, other).desk.proposals()
    if (!page.ok) throw new Error(page.error.detail)
    expect(page.value.proposals).toMatchObject([{ requestId: id, command: 'Release', data: release, maySecond: true }])
    expect(await mayGive(other, 'Release')).toMatchObject({ may: true, second: { data: release, proposedBy: 'TL/authority/a.costa' } })
    const done = await clientsOf(engine, other).desk.act(id, 'Release', page.value.proposals[0]?.data, {
      idempotencyKey: `release-b-${id}`,
    })
    expect(done).toMatchObject({ ok: true, value: { outcome: 'applied', view: { phase: 'closed' } } })
    expect(await mayGive(other, 'Release')).toMatchObject({ may: false, code: 'WRONG_STATE' })
  })

  test('shows nothing to a third country, not even that the request exists (V16)', async () => {
    const { desk } = clientsOf(engine, ['FR', 'officer'])
    expect(await desk.list()).toEqual({ ok: true, value: { requests: [] } })
    const [id = ''] = ids
    const known = await desk.show(id)
    const unknown = await desk.show('00000000-0000-4000-8000-000000000000')
    expect(known).toEqual(unknown)
    expect(known).toMatchObject({ ok: false, error: { status: 404, code: 'REQUEST_UNKNOWN' } })
    expect(await desk.act(id, 'Withdraw', { reason: 'x' }, { idempotencyKey: 'fr-1' })).toMatchObject({ ok: false, error: { status: 404 } })
    const lines: string[] = []
    for await (const line of desk.export()) lines.push(line)
    expect(lines).toEqual([])
  })

  test('resumes a broken stream without a repeated or missing fact', async () => {
    const { desk } = clientsOf(engine, requester)
    const all: string[] = []
    let cut: string | undefined
    for await (const { id, fact } of desk.watch({ from: 'start' })) {
      all.push(fact.id)
      cut = id
      if (all.length === 4) break
    }
    const later = await submit(engine, ['SG', 'system'], buildRequestNumber(first + 50), `desk-${first + 50}`)
    for await (const { fact } of desk.watch({ lastEventId: cut })) {
      all.push(fact.id)
      if (fact.subject === later && fact.phase === 'verified') break
    }
    const exported: Fact[] = []
    for await (const line of desk.export()) exported.push(JSON.parse(line) as Fact)
    expect(new Set(all).size).toBe(all.length)
    expect([...all].sort()).toEqual(exported.map(fact => fact.id).sort())
  })

  test('exports a history that verifies and replays to the state shown', async () => {
    const { desk } = clientsOf(engine, requester)
    const verifier = createChainVerifier({ strict: true })
    const snapshots = new Map<string, RequestSnapshot>()
    let line = 0
    for await (const text of desk.export()) {
      const fact = JSON.parse(text) as Fact
      verifier.add(fact, ++line)
      const step = evolve(snapshots.get(fact.subject), fact)
      expect(step.accepted).toBe(true)
      if (step.snapshot) snapshots.set(fact.subject, step.snapshot)
    }
    expect(verifier.finish().problems).toEqual([])
    for (const [id, snapshot] of snapshots) {
      const shown = await desk.show(id)
      expect(shown.ok && shown.value.request).toEqual(JSON.parse(JSON.stringify(viewOf(snapshot))))
    }
  })

  test('repeats the outcome for the same command key, and refuses another body under it', async () => {
    const [id = ''] = ids
    const { desk } = clientsOf(engine, ['SG', 'system'])
    const reason = { reason: 'The bank returned the payment by itself' }
    const once = await desk.act(id, 'Withdraw', reason, { idempotencyKey: 'withdraw-once' })
    expect(once).toMatchObject({ ok: true, value: { outcome: 'applied', view: { phase: 'closed' } } })
    expect(await desk.act(id, 'Withdraw', reason, { idempotencyKey: 'withdraw-once' })).toEqual(once)
    const other = await desk.act(id, 'Withdraw', { reason: 'Another reason' }, { idempotencyKey: 'withdraw-once' })
    expect(other).toMatchObject({ ok: false, error: { status: 422, code: 'KEY_REUSED' } })
    const shown = await desk.show(id)
    expect(shown.ok && shown.value.history).toHaveLength(3)
  })

  test.each([
    ['an unknown command', 'Destroy', {}, 422, 'MALFORMED'],
    ["the engine's own command", 'PassAssessment', { findings: [] }, 403, 'NOT_PERMITTED'],
    ['data that is wrong', 'Withdraw', { reason: '', why: 1 }, 422, 'MALFORMED'],
    ["another side's command", 'ReportFreeze', { amount: { currency: 'USD', value: '1.00' }, basis: 'COURT' }, 403, 'NOT_PERMITTED'],
  ])('%s is refused', async (_name, command, data, status, code) => {
    const [, id = ''] = ids
    const { desk } = clientsOf(engine, ['SG', 'system'])
    expect(await desk.act(id, command as 'Withdraw', data, { idempotencyKey: `wrong-${command}` })).toMatchObject({
      ok: false,
      error: { status, code },
    })
  })

  test.each([
    ['an empty question', 'AskInformation', {}, '/data/question'],
    ['an empty answer', 'ProvideInformation', {}, '/data/note'],
    ['a rejection by NARR without a text', 'Reject', { code: 'NARR' }, '/data/text'],
    ['a release whose reason is no ISO 20022 line', 'Release', { reason: 'NARR', note: 'x'.repeat(106) }, '/data/note'],
    ['an end elsewhere without a place', 'CloseUnrecovered', { reason: 'NARR', authority: 'A', reference: '1' }, '/data/note'],
  ] as const)('refuses %s with its path', async (_name, command, data, path) => {
    const [, id = ''] = ids
    const { desk } = clientsOf(engine, ['TL', 'officer'])
    const refused = await desk.act(id, command, data, { idempotencyKey: `empty-${command}` })
    expect(refused).toMatchObject({ ok: false, error: { status: 422, code: 'MALFORMED', problems: [{ path }] } })
  })

  test('shows a proposal to all officers of the member role, and applies it after the second officer’s approval', async () => {
    const [, , id = ''] = ids
    const as = (person: Person) => clientsOf(engine, person).desk
    const confirmation = { instrument: 'COURT_ORDER', authority: 'District Court of Dili', reference: 'C-1', date: '2024-07-26' }
    const confirm = (name: string, idempotencyKey: string) =>
      as(['TL', 'authority', name]).act(id, 'ConfirmFreeze', confirmation, { idempotencyKey })
    await as(['TL', 'fiu']).act(id, 'ReportFreeze', { amount: usd('100.00'), basis: 'FIU_SUSPENSION' }, { idempotencyKey: 'two-hold' })

    const proposed = await confirm('a.judge', 'two-confirm')
    expect(proposed).toMatchObject({ ok: true, value: { outcome: 'proposed', view: { phase: 'frozen' } } })
    expect(await confirm('a.judge', 'two-confirm')).toEqual(proposed)
    expect(await confirm('a.judge', 'two-again')).toMatchObject({ ok: false, error: { status: 409, code: 'SAME_PERSON' } })

    const waiting = await shown(['TL', 'authority', 'b.judge'], id)
    const [proposal] = waiting.request.proposals
    expect(waiting.request.proposals).toEqual([
      { command: 'ConfirmFreeze', proposedBy: expect.stringMatching(/^TL\/authority\/~[\w-]+$/), sequence: expect.any(Number) },
    ])
    const fact = waiting.history.find(({ sequence }) => sequence === proposal?.sequence)
    expect(fact).toMatchObject({ actor: 'TL/authority/a.judge', data: { command: 'ConfirmFreeze', data: confirmation } })
    const proposalsIn = async (country: string) => {
      const page = await as([country, 'officer']).alerts({ limit: 200 })
      return page.ok ? page.value.alerts.filter(alert => alert.fact === 'ActionProposed').map(({ requestId }) => requestId) : []
    }
    expect([await proposalsIn('TL'), await proposalsIn('SG')]).toEqual([[id], []])

    // A key belongs to one person: with the same key this is another person's command.
    const done = await confirm('b.judge', 'two-confirm')
    expect(done).toMatchObject({ ok: true, value: { outcome: 'applied', view: { proposals: [] } } })
    expect(await proposalsIn('TL')).toEqual([])
  })

  test('follows money that moved onward after the requester agrees: it reads the child’s state, the reporter that a child exists, and the case counts it once', async () => {
    const [, , , id = ''] = ids
    const bank = clientsOf(engine, ['TL', 'institution', 'bank']).desk
    const onward = {
      rail: 'SWIFT',
      uetr: `9d3c2b1a-4b5a-4968-8776-${String(first).padStart(12, '0')}`,
      executedAt: '2024-07-23T08:30:00+08:00',
      creditor: { name: 'Creek Trading LLC', account: { other: `00120034${first}` } },
      creditorAgent: { bic: 'CREKAEAD' },
    }
    const moved = await bank.act(id, 'ReportMovedOnward', { amount: usd('400.00'), country: 'AE', onward }, { idempotencyKey: 'moved' })
    if (!moved.ok) throw new Error(JSON.stringify(moved.error))
    const report = moved.value.view?.movedOnward[0]?.report
    expect((await shown(requester, id)).children).toEqual([{ country: 'AE', amount: usd('400.00'), report }])
    const agreed = await clientsOf(engine, ['SG', 'officer']).desk.act(id, 'FollowOnward', { report }, { idempotencyKey: 'follow' })
    if (!agreed.ok) throw new Error(JSON.stringify(agreed.error))
    const childId = agreed.value.view?.movedOnward[0]?.childRequestId ?? ''
    const child = await eventually(async () => {
      const [child] = (await shown(requester, id)).children
      return child?.phase ? child : undefined
    }, 'the child is open')
    expect(child).toMatchObject({ requestId: childId, country: 'AE', amount: usd('400.00'), amounts: { requested: usd('400.00') } })
    expect((await shown(['TL', 'officer'], id)).children).toEqual([{ requestId: childId, country: 'AE', amount: usd('400.00') }])
    expect(await clientsOf(engine, ['AE', 'officer']).desk.show(id)).toMatchObject({ ok: false, error: { status: 404 } })

    const { caseReference } = (await shown(requester, id)).request
    const whole = await clientsOf(engine, requester).desk.showCase('SG', caseReference)
    if (!whole.ok) throw new Error(whole.error.detail)
    expect(whole.value.requests.map(({ requestId }) => requestId)).toEqual([childId, id])
    expect(whole.value.sums).toMatchObject([{ requested: usd('42300000.00'), movedOnward: usd('400.00') }])
    const abroad = await clientsOf(engine, ['AE', 'officer']).desk.showCase('SG', caseReference)
    expect(abroad).toMatchObject({ ok: true, value: { requests: [{ requestId: childId }], sums: [{ requested: usd('400.00') }] } })
    expect(await clientsOf(engine, ['FR', 'officer']).desk.showCase('SG', caseReference)).toMatchObject({
      ok: false,
      error: { status: 404 },
    })
  })

  test('reports that it is live and that its backends answer', async () => {
    for (const url of [engine.intakeUrl, engine.deskUrl]) {
      expect((await fetch(`${url}/health/live`)).status).toBe(200)
      expect((await fetch(`${url}/health/ready`)).status).toBe(200)
      expect((await fetch(`${url}/nothing`)).status).toBe(404)
    }
  })

  test('refuses an invalid position', async () => {
    const response = await fetch(`${engine.deskUrl}/v1/stream`, {
      headers: { authorization: `Bearer ${await tokenOf(engine, requester)}`, 'last-event-id': 'nonsense' },
    })
    expect(response.status).toBe(422)
  })
})
