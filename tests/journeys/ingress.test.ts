import { setTimeout as sleep } from 'node:timers/promises'
import { topics } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeOnBackends } from '../src/backends.ts'
import { type Engine, eventsIn, eventually, type Person, reaches, tokenOf } from '../src/engine.ts'

const requester: Person = ['SG', 'system', 'ncb']

describeOnBackends('the endpoints of intake', backend => {
  let engine: Engine
  let bearer: string
  let count = backend.name === 'embedded' ? 200_000 : 300_000

  beforeAll(async () => {
    engine = await backend.start()
    bearer = `Bearer ${await tokenOf(engine, requester)}`
  })
  afterAll(() => engine.stop())

  const document = () => buildRequestNumber(count++)
  const post = async (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${engine.intakeUrl}/v1/requests`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await tokenOf(engine, requester)}`, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })

  describe('by HTTP (V27)', () => {
    test('the same key with the same body gets the first answer again, byte for byte, whatever the order of properties', async () => {
      const request = document()
      const first = await post(request, { 'idempotency-key': 'same-body' })
      const firstText = await first.text()
      expect(first.status).toBe(202)
      await sleep(5)
      const reordered = Object.fromEntries(Object.entries(request).reverse())
      for (const body of [request, reordered]) {
        const again = await post(body, { 'idempotency-key': 'same-body' })
        expect(again.status).toBe(202)
        expect(await again.text()).toBe(firstText)
        expect(again.headers.get('location')).toBe(first.headers.get('location'))
      }
    })

    test('the same key with another body is refused', async () => {
      await post(document(), { 'idempotency-key': 'other-body' })
      const refused = await post(document(), { 'idempotency-key': 'other-body' })
      expect(refused.status).toBe(422)
      expect(await refused.json()).toMatchObject({ code: 'KEY_REUSED' })
    })

    test('a request sent a hundred times at once is one request; each sender gets its receipt or has to retry', async () => {
      const request = document()
      const answers = await Promise.all(
        Array.from({ length: 100 }, async () => {
          const response = await post(request, { 'idempotency-key': 'at-once' })
          return { status: response.status, text: await response.text(), retryAfter: response.headers.get('retry-after') }
        }),
      )
      const taken = answers.filter(answer => answer.status === 202)
      expect(taken.length).toBeGreaterThan(0)
      expect(new Set(taken.map(answer => answer.text)).size).toBe(1)
      for (const answer of answers.filter(other => other.status !== 202)) {
        expect(answer.status).toBe(409)
        expect(JSON.parse(answer.text)).toMatchObject({ code: 'KEY_IN_FLIGHT' })
        expect(answer.retryAfter).not.toBeNull()
      }
      const { requestId } = JSON.parse(taken[0]?.text ?? '{}') as { requestId: string }
      const { history } = await reaches(engine, requestId, 'verified')
      expect(history.filter(fact => fact.sequence === 1)).toHaveLength(1)
    })

    test.each([
      ['no key', {}, 400, 'KEY_MISSING'],
      ['a key with spaces', { 'idempotency-key': 'a b' }, 400, 'KEY_MISSING'],
      ['a key of 65 characters', { 'idempotency-key': 'k'.repeat(65) }, 400, 'KEY_MISSING'],
      ['no token', { authorization: '', 'idempotency-key': 'k' }, 401, 'UNAUTHENTICATED'],
      ['an unreadable token', { authorization: 'Bearer a.b.c', 'idempotency-key': 'k' }, 401, 'UNAUTHENTICATED'],
      ['another media type', { 'content-type': 'text/plain', 'idempotency-key': 'k' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ])('%s is refused', async (_name, headers, status, code) => {
      const refused = await post(document(), headers)
      expect(refused.status).toBe(status)
      expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/)
      expect(await refused.json()).toMatchObject({ status, code })
    })

    test('every problem of a malformed document is named with its path, and the key stays free for the corrected document', async () => {
      const request = document()
      const wrong = {
        ...request,
        prioritty: 'high',
        requestingCountry: 'Singapore',
        payment: { ...request.payment, amount: { currency: 'USD', value: 5 } },
      }
      const refused = await post(wrong, { 'idempotency-key': 'corrected' })
      expect(refused.status).toBe(422)
      const { code, problems } = (await refused.json()) as { code: string; problems: { path: string }[] }
      expect(code).toBe('MALFORMED')
      expect(problems.map(problem => problem.path).sort()).toEqual(['/payment/amount/value', '/prioritty', '/requestingCountry'])
      expect((await post(request, { 'idempotency-key': 'corrected' })).status).toBe(202)
    })

    test.each([
      ['not JSON', '{"caseReference":', 400, 'NOT_JSON'],
      ['nested a thousand deep', '['.repeat(1000), 400, 'NOT_JSON'],
      ['half a megabyte', JSON.stringify({ a: 'x'.repeat(500_000) }), 413, 'TOO_LARGE'],
      ['a list', '[]', 422, 'MALFORMED'],
    ])('%s is refused', async (_name, body, status, code) => {
      const refused = await post(body, { 'idempotency-key': 'unreadable' })
      expect(refused.status).toBe(status)
      expect(await refused.json()).toMatchObject({ code })
    })

    test('a member sends requests for its own country only', async () => {
      const refused = await post({ ...document(), requestingCountry: 'MY' }, { 'idempotency-key': 'not-mine' })
      expect(refused.status).toBe(403)
      expect(await refused.json()).toMatchObject({ code: 'NOT_YOUR_COUNTRY' })
    })

    test('an institution sends no requests', async () => {
      const refused = await post(document(), {
        authorization: `Bearer ${await tokenOf(engine, ['SG', 'institution'])}`,
        'idempotency-key': 'bank',
      })
      expect(refused.status).toBe(403)
    })
  })

  describe('by Kafka', () => {
    const event = (id: string, data: unknown) => ({
      specversion: '1.0',
      id,
      source: '/ncb/sg',
      type: 'holdfast.request.v1',
      time: '2024-07-23T02:25:00Z',
      datacontenttype: 'application/json',
      data,
    })
    const publish = (value: unknown, headers: Record<string, string>) =>
      engine.streams.publish(topics.requests.name, [
        { key: 'SG', value: typeof value === 'string' ? value : JSON.stringify(value), headers },
      ])
    const openings = async (caseReference: string) =>
      (
        await eventsIn<{ type: string; subject: string; data: { request?: { caseReference: string } } }>(engine.streams, topics.ledger)
      ).filter(fact => fact.type.endsWith('RequestOpened') && fact.data.request?.caseReference === caseReference)
    const opened = (caseReference: string) =>
      eventually(async () => (await openings(caseReference)).map(fact => fact.subject)[0], `${caseReference} is opened`)
    const deadLetter = (id: string) =>
      eventually(async () => {
        const letters = await eventsIn<{ data: { value: string; reason: string; headers: Record<string, string> } }>(
          engine.streams,
          topics.deadLetters,
        )
        return letters.find(letter => letter.data.value.includes(id))?.data
      }, `a dead letter for ${id}`)

    interface Told {
      readonly kind: string
      readonly eventId?: string
      readonly code?: string
      readonly requestId?: string
      readonly problems?: ReadonlyArray<{ readonly path: string; readonly message: string }>
    }
    const notificationOf = (kind: string, eventId: string): Promise<Told> =>
      eventually(async () => {
        const notifications = await eventsIn<{ data: Told }>(engine.streams, { name: 'freeze.notifications.sg' }).catch(() => [])
        return notifications.map(({ data }) => data).find(data => data.kind === kind && data.eventId === eventId)
      }, `a notification of type ${kind} for ${eventId}`)

    test('a structured CloudEvent, sent twice, is one request that is verified', async () => {
      const request = document()
      const sent = event('structured-1', request)
      await publish(sent, { authorization: bearer, 'content-type': 'application/cloudevents+json' })
      await publish(sent, { authorization: bearer })
      const requestId = await opened(request.caseReference)
      await reaches(engine, requestId, 'verified')
      expect(await openings(request.caseReference)).toHaveLength(1)
    })

    test('a binary CloudEvent too', async () => {
      const request = document()
      const { data, ...attributes } = event('binary-1', request)
      const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce_${name}`, value]))
      await publish(data, { ...headers, authorization: bearer, 'content-type': 'application/json' })
      await reaches(engine, await opened(request.caseReference), 'verified')
    })

    test('a malformed one is answered with a notification that names every problem', async () => {
      await publish(event('malformed-1', { ...document(), reason: 'FRAUD', extra: 1 }), { authorization: bearer })
      const notification = await eventually(async () => {
        const notifications = await eventsIn<{ data: { eventId?: string; problems: { path: string }[] } }>(engine.streams, {
          name: 'freeze.notifications.sg',
        }).catch(() => [])
        return notifications.find(item => item.data.eventId === 'malformed-1')
      }, 'a notification')
      expect(notification.data.problems.map(problem => problem.path).sort()).toEqual(['/extra', '/reason'])
    })

    test('the same source and id with another body is answered with a notification', async () => {
      await publish(event('reused-1', document()), { authorization: bearer })
      await publish(event('reused-1', document()), { authorization: bearer })
      expect((await notificationOf('refusedAtIngress', 'reused-1')).code).toBe('KEY_REUSED')
      // The first of the two was accepted and has its receipt.
      await notificationOf('received', 'reused-1')
    })

    test('an authenticated sender of an invalid envelope is notified under the event’s id', async () => {
      await publish({ ...event('version-1', document()), specversion: '0.3' }, { authorization: bearer })
      expect((await notificationOf('refusedAtIngress', 'version-1')).problems).toEqual([
        { code: 'NOT_ONE_OF', path: '/specversion', message: 'must be 1.0' },
      ])
      const twice = JSON.stringify(event('twice-1', document())).replace('"data":{', '"data":{"beneficiaryCountry":"MY",')
      await publish(twice, { authorization: bearer })
      expect((await notificationOf('refusedAtIngress', 'twice-1')).problems?.map(({ path }) => path)).toEqual(['/data/beneficiaryCountry'])
      const request = document()
      await publish({ ...event('receipt-1', request), time: null, subject: null, partitionkey: 'SG' }, { authorization: bearer })
      const { requestId } = await notificationOf('received', 'receipt-1')
      expect(requestId).toBe(await opened(request.caseReference))
    })

    test('a record without a known sender or without an event becomes a dead letter without its token, and the partition continues', async () => {
      await publish(event('unsigned-1', document()), {})
      expect((await deadLetter('unsigned-1')).reason).toMatch(/UNAUTHENTICATED/)
      await publish('no event at all: unreadable-1', { authorization: bearer })
      const unreadable = await deadLetter('unreadable-1')
      expect(unreadable.reason).toMatch(/JSON/)
      expect(JSON.stringify(unreadable.headers)).not.toContain('Bearer')
      await publish({ ...event('unknown-1', document()), type: 'holdfast.request.v9' }, { authorization: bearer })
      expect((await deadLetter('unknown-1')).reason).toMatch(/holdfast.request.v9/)
      const request = document()
      await publish(event('after-1', request), { authorization: bearer })
      await opened(request.caseReference)
    })

    test('a record that is too large as a dead letter is truncated, and the partition continues', async () => {
      // A NUL is one byte in the record and six in JSON.
      const hostile = `hostile-1${'\u0000'.repeat(500_000)}`
      await publish(hostile, { authorization: bearer, big: 'h'.repeat(50_000) })
      expect((await deadLetter('hostile-1')).reason).toMatch(/cut/)
      await publish({ ...event('hostile-2', document()), data: { ['k'.repeat(400_000)]: 1 } }, { authorization: bearer })
      const notification = await eventually(async () => {
        const notifications = await eventsIn<{ data: { eventId?: string } }>(engine.streams, { name: 'freeze.notifications.sg' }).catch(
          () => [],
        )
        return notifications.find(item => item.data.eventId === 'hostile-2')
      }, 'a notification')
      expect(JSON.stringify(notification).length).toBeLessThan(100_000)
      const request = document()
      await publish(event('after-hostile', request), { authorization: bearer })
      await opened(request.caseReference)
    })

    test('unreadable commands and answers do not stop the ledger', async () => {
      await engine.streams.publish(topics.commands.name, [{ key: 'x', value: 'nonsense-command' }])
      await engine.streams.publish(topics.answers.name, [{ key: 'x', value: 'nonsense-answer', headers: { authorization: bearer } }])
      await deadLetter('nonsense-command')
      await deadLetter('nonsense-answer')
      const request = document()
      expect((await post(request, { 'idempotency-key': 'after-nonsense' })).status).toBe(202)
      await opened(request.caseReference)
    })
  })
})
