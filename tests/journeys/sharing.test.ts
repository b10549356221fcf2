import type { PaymentStopTypes, PaymentStopView } from '@holdfast/payment-stop/language'
import type { MemberRole, RequestWithHistory, SessionView } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeOnBackends } from '../src/backends.ts'
import { type Browser, createBrowser, signInAs } from '../src/browser.ts'
import { clientsOf, type Engine, eventually, type Person, reaches, submit } from '../src/engine.ts'

const french = { country: 'FR', role: 'officer', person: 'c.martin', unit: 'cybercrime' }

describeOnBackends('sharing with specialised units', backend => {
  let engine: Engine
  let url = ''
  let requestId = ''
  const unit = createBrowser()
  const first = backend.name === 'embedded' ? 610_000 : 610_100
  let given = 0

  beforeAll(async () => {
    engine = await backend.start()
    url = engine.deskUrl
    requestId = await submit(engine, ['SG', 'system'], buildRequestNumber(first), `sharing-${first}`)
    await submit(engine, ['SG', 'system'], buildRequestNumber(first + 1), `sharing-${first + 1}`)
    await reaches(engine, requestId, 'verified')
    await signInAs(unit, url, french)
  })
  afterAll(() => engine.stop())

  const give = async (person: Person, command: 'ShareRequest' | 'WithdrawShare', data: unknown) => {
    const answer = await clientsOf(engine, person).desk.act(requestId, command, data, {
      idempotencyKey: `sharing-${first}-${given++}`,
    })
    return answer.ok ? 'applied' : answer.error.code
  }
  const share = (extent: 'standing' | 'history', person: Person = ['SG', 'officer']) =>
    give(person, 'ShareRequest', { with: { country: 'FR', unit: 'cybercrime' }, extent, purpose: 'The same accounts' })
  const read = async <T>(path: string, browser: Browser = unit) => {
    const answer = await browser.fetch(`${url}${path}`)
    return { status: answer.status, body: (await answer.json()) as T }
  }
  const listed = async () => (await read<{ requests: PaymentStopView[] }>('/v1/requests')).body.requests.map(view => view.requestId)
  const seesInList = (expected: readonly string[]) =>
    eventually(async () => (JSON.stringify(await listed()) === JSON.stringify(expected) ? true : undefined), 'the list is as expected')

  test('a specialised unit reads nothing, not even requests of its own country, until one is shared with it', async () => {
    expect((await read<SessionView>('/v1/session')).body).toMatchObject({ country: 'FR', unit: 'cybercrime' })
    expect(await listed()).toEqual([])
    expect((await read(`/v1/requests/${requestId}`)).status).toBe(404)
    for (const path of ['/v1/alerts', '/v1/proposals', `/v1/requests/${requestId}/actions`]) expect((await read(path)).status).toBe(403)
    // A unit with which no other test on this broker shares a request.
    const singapore = createBrowser()
    await signInAs(singapore, url, { ...french, country: 'SG', person: 'd.lee', unit: 'organisedCrime' })
    expect((await read<{ requests: PaymentStopView[] }>('/v1/requests', singapore)).body.requests).toEqual([])
  })

  test('a request’s state is shared: the unit’s inbox lists it, without document, facts or names', async () => {
    expect(await share('standing')).toBe('applied')
    await seesInList([requestId])
    const { body } = await read<RequestWithHistory<PaymentStopTypes>>(`/v1/requests/${requestId}`)
    expect(body).toMatchObject({ request: { phase: 'verified', sharedWith: [{ extent: 'standing' }] }, history: [], refusals: [] })
    expect((await read(`/v1/requests/${requestId}/history`)).status).toBe(404)
    const { payment, victim } = buildRequestNumber(first)
    for (const secret of [payment.creditor.name, victim.name]) expect(JSON.stringify(body)).not.toContain(secret)
  })

  test('a whole request is shared: the unit reads what the parties read, also live, and cannot give commands', async () => {
    expect(await share('history')).toBe('applied')
    await eventually(
      async () =>
        (await read<RequestWithHistory<PaymentStopTypes>>(`/v1/requests/${requestId}`)).body.history.length >= 4 ? true : undefined,
      'the history is there',
    )
    const stream = await unit.fetch(`${url}/v1/stream?from=start`, { headers: { accept: 'application/x-ndjson' } })
    const facts = (await stream.text()).trim().split('\n')
    expect(facts.every(line => (JSON.parse(line) as { subject: string }).subject === requestId)).toBe(true)
    expect(facts.length).toBeGreaterThanOrEqual(4)
    const refused = await unit.fetch(`${url}/v1/requests/${requestId}/commands`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'a-unit', origin: url },
      body: JSON.stringify({ command: 'Withdraw', data: { reason: 'x' } }),
    })
    expect(refused.status).toBe(403)
    const submitted = await fetch(`${engine.intakeUrl}/v1/requests`, {
      method: 'POST',
      headers: {
        cookie: `__Host-holdfast=${unit.cookie(new URL(url).host, '__Host-holdfast')}`,
        origin: url,
        'content-type': 'application/json',
        'idempotency-key': 'a-unit-asks',
      },
      body: JSON.stringify(buildRequestNumber(first + 2, { requestingCountry: 'FR' })),
    })
    expect(submitted.status).toBe(403)
  })

  test.each<[string, Person]>([
    ['an institution', ['TL', 'institution' satisfies MemberRole]],
    ['the beneficiary’s desk, with a unit of another country', ['TL', 'officer']],
  ])('not by %s', async (_who, person) => {
    expect(await share('history', person)).toBe('NOT_PERMITTED')
  })

  test('the share is withdrawn: the unit reads nothing any more, and the parties read why', async () => {
    const { desk } = clientsOf(engine, ['SG', 'officer'])
    const shown = await desk.show(requestId)
    if (!shown.ok) throw new Error(shown.error.detail)
    const [standing] = shown.value.request.sharedWith ?? []
    expect(await give(['SG', 'officer'], 'WithdrawShare', { share: standing?.share, reason: 'Its case is closed' })).toBe('applied')
    await seesInList([])
    expect((await read(`/v1/requests/${requestId}`)).status).toBe(404)
    const { history } = await reaches(engine, requestId, 'verified')
    expect(history.at(-1)).toMatchObject({ type: 'holdfast.fact.v1.ShareWithdrawn', actor: expect.stringMatching(/^SG\/officer\//) })
  })
})
