import { fold, type RequestSnapshot, viewOf } from '@holdfast/lifecycle'
import type { Fact } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { createChainVerifier } from '@holdfast/trust'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { backends } from '../src/backends.ts'
import { clientsOf, type Engine, type Person, reaches, submit, tokenOf } from '../src/engine.ts'

const requester: Person = ['SG', 'officer', 'watcher']

describe.each(backends.filter(backend => !backend.why))('what a desk sees, on $name', backend => {
  let engine: Engine
  const ids: string[] = []
  const first = backend.name === 'embedded' ? 400_000 : 500_000

  beforeAll(async () => {
    engine = await backend.start()
    for (let i = 0; i < 5; i++) ids.push(await submit(engine, ['SG', 'system'], buildRequestNumber(first + i), `desk-${first + i}`))
    for (const id of ids) await reaches(engine, id, 'verified')
  })
  afterAll(() => engine.stop())

  test('both countries of a request see it, newest first, page by page', async () => {
    for (const country of ['SG', 'TL']) {
      const { desk } = clientsOf(engine, [country, 'officer'])
      const page = await desk.list({ limit: 3 })
      if (!page.ok) throw new Error(page.error.detail)
      const rest = await desk.list({ limit: 100, after: page.value.next })
      if (!rest.ok) throw new Error(rest.error.detail)
      const seen = [...page.value.requests, ...rest.value.requests].map(view => view.requestId).filter(id => ids.includes(id))
      expect(seen).toEqual([...ids].reverse())
    }
  })

  test('a third country sees nothing of it, not even that it is there', async () => {
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

  test('a stream goes on where it was cut: no fact twice, none left out', async () => {
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

  test('an export verifies, and replayed it is what the desk shows', async () => {
    const { desk } = clientsOf(engine, requester)
    const verifier = createChainVerifier({ strict: true })
    const snapshots = new Map<string, RequestSnapshot>()
    let line = 0
    for await (const text of desk.export()) {
      const fact = JSON.parse(text) as Fact
      verifier.add(fact, ++line)
      const step = fold(snapshots.get(fact.subject), fact)
      expect(step.accepted).toBe(true)
      if (step.snapshot) snapshots.set(fact.subject, step.snapshot)
    }
    expect(verifier.finish().problems).toEqual([])
    for (const [id, snapshot] of snapshots) {
      const shown = await desk.show(id)
      expect(shown.ok && shown.value.request).toEqual(JSON.parse(JSON.stringify(viewOf(snapshot))))
    }
  })

  test('the same command key gives the same outcome again, and another body under it is refused', async () => {
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
    ['a command nobody knows', 'Destroy', {}, 422, 'MALFORMED'],
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

  test('health tells that it lives and that its backends answer', async () => {
    for (const url of [engine.intakeUrl, engine.deskUrl]) {
      expect((await fetch(`${url}/health/live`)).status).toBe(200)
      expect((await fetch(`${url}/health/ready`)).status).toBe(200)
      expect((await fetch(`${url}/nothing`)).status).toBe(404)
    }
  })

  test('a position that is none is refused', async () => {
    const response = await fetch(`${engine.deskUrl}/v1/stream`, {
      headers: { authorization: `Bearer ${await tokenOf(engine, requester)}`, 'last-event-id': 'nonsense' },
    })
    expect(response.status).toBe(422)
  })
})
