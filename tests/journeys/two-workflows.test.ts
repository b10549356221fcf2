import { randomUUID } from 'node:crypto'
import {
  type CommandEvent,
  commandTypeOf,
  isFactType,
  type LedgerFact,
  notificationsTopic,
  ordersTopic,
  type TopicSpec,
  topics,
} from '@holdfast/schemas'
import { createStandalone, paymentStops } from '@holdfast/standalone'
import { documentCheck } from '@holdfast/test-kit/document-check'
import { testSettings } from '@holdfast/test-kit/engine'
import { type InProcessEngine, startInProcess } from '@holdfast/test-kit/in-process-engine'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { sharedServers } from '@holdfast/test-kit/shared-servers'
import { factHash } from '@holdfast/trust'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventsIn, eventually, everythingIn, type Person, reaches, submit, tokenOf } from '../src/engine.ts'

// An engine for payment stops that also checks documents: each workflow has topics, states and claims of its own.

const deadlineCheckMs = 50
const countries = { asking: 'SG', issuing: 'TL', transit: 'AU' }
const requester: Person = ['SG', 'system', 'ncb']

const twoWorkflows = () => createStandalone({ deadlineCheckMs, installed: [paymentStops, { workflow: documentCheck }] })

const shared = sharedServers()
const backends = [
  { name: 'embedded', env: {} },
  ...(shared
    ? [
        {
          name: 'on Kafka and Redis',
          env: { HOLDFAST_KAFKA_BROKERS: shared.brokers, HOLDFAST_REDIS_URL: shared.redisUrl, HOLDFAST_NAMESPACE: shared.namespace },
        },
      ]
    : []),
]

let engine: InProcessEngine

async function give(requestId: string, kind: string, actor: string, data: object): Promise<CommandEvent> {
  const id = randomUUID()
  const command = { id, source: '/test', type: commandTypeOf(kind), subject: requestId, time: new Date().toISOString(), actor, data }
  await engine.streams.publish(documentCheck.topics.commands.name, [{ key: requestId, value: JSON.stringify(command) }])
  return command
}
const checkFacts = async () =>
  (await eventsIn<LedgerFact>(engine.streams, documentCheck.topics.ledger)).filter(({ type }) => isFactType(type))
const kindsOf = async (requestId: string): Promise<string[]> =>
  (await checkFacts()).filter(({ subject }) => subject === requestId).map(({ type }) => type.split('.').at(-1) ?? '')
const becomes = (requestId: string, ...kinds: string[]) =>
  eventually(async () => ((await kindsOf(requestId)).join() === kinds.join() ? kinds : undefined), `${requestId}: ${kinds}`)

async function openCheck(number: string, data: object = {}, by = 'SG/system/main'): Promise<string> {
  const requestId = randomUUID()
  await give(requestId, 'OpenCheck', by, { countries, document: { number }, ...data })
  return requestId
}

interface Sent {
  readonly subject: string
  readonly data: { readonly fact?: string }
}
const ofCheck = async (topic: TopicSpec, requestId: string): Promise<Sent[]> =>
  (await eventsIn<Sent>(engine.streams, topic)).filter(({ subject }) => subject === requestId)

async function sendCheck(body: object, key: string): Promise<Response> {
  const headers = {
    authorization: `Bearer ${await tokenOf(engine, requester)}`,
    'content-type': 'application/json',
    'idempotency-key': key,
  }
  return fetch(`${engine.intakeUrl}/v1/checks`, { method: 'POST', headers, body: JSON.stringify(body) })
}

describe.each(backends)('two workflows, $name', ({ env }) => {
  beforeAll(async () => {
    engine = await startInProcess(twoWorkflows(), { env: { ...testSettings, HOLDFAST_PARTITIONS: '2', ...env } })
  }, 60_000)
  afterAll(() => engine.stop())

  test('three countries settle a check while a payment stop goes on, and their facts are in topics of their own', async () => {
    const stop = await submit(engine, requester, buildRequestNumber(1), 'first')
    const check = await openCheck('K1234567')
    await becomes(check, 'CheckOpened', 'CheckPassed')
    await give(check, 'GiveOpinion', 'AU/officer/j.smith', {})
    await give(check, 'GiveOpinion', 'TL/officer/a.costa', {})
    await give(check, 'Settle', 'SG/officer/a.tan', { genuine: true })
    await give(check, 'Settle', 'SG/officer/b.lim', { genuine: true })
    await becomes(check, 'CheckOpened', 'CheckPassed', 'OpinionGiven', 'OpinionGiven', 'ActionProposed', 'CheckSettled')
    await reaches(engine, stop, 'verified.ordering')

    const facts = await checkFacts()
    expect(facts.filter(fact => factHash(fact) !== fact.hash)).toEqual([])
    expect(facts.filter(({ subject }) => subject === check).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6])
    const stops = await eventsIn<LedgerFact>(engine.streams, topics.ledger)
    expect(stops.filter(({ subject }) => subject === check)).toEqual([])
    expect(facts.filter(({ subject }) => subject === stop)).toEqual([])
  })

  test('a member sends a check by HTTP and gets the same receipt for a repeat', async () => {
    const send = (body: object) => sendCheck(body, 'check-1')
    const body = { countries, document: { number: 'K3333333' } }
    const [first, again] = [await send(body), await send(body)]
    const receipt = (await first.json()) as { requestId: string }
    expect([first.status, receipt]).toEqual([
      202,
      { requestId: expect.any(String), countries, phase: 'received', receivedAt: expect.any(String) },
    ])
    expect(await again.json()).toEqual(receipt)
    await becomes(receipt.requestId, 'CheckOpened', 'CheckPassed')

    const refused = await send({ countries, document: { number: '' } })
    expect([refused.status, await refused.json()]).toEqual([
      422,
      expect.objectContaining({ problems: [expect.objectContaining({ path: '/document/number' })] }),
    ])
  })

  test('the number of a document is stored encrypted, for each country of the check', async () => {
    const number = 'K4444444'
    const response = await sendCheck({ countries, document: { number } }, 'check-2')
    const { requestId } = (await response.json()) as { requestId: string }
    await becomes(requestId, 'CheckOpened', 'CheckPassed')
    const { commands, ledger } = documentCheck.topics
    const stored = [...(await everythingIn(engine.streams, commands)), ...(await everythingIn(engine.streams, ledger))]
    expect(stored.filter(({ value }) => value.includes(requestId)).length).toBeGreaterThanOrEqual(4)
    expect(stored.filter(({ value }) => value.includes(number))).toEqual([])

    const { store } = await engine.drivers.keyStore()
    await store.intend(requestId, 'ERASURE_ORDERED', new Date().toISOString())
    const destroyed = await store.destroy(requestId, new Date().toISOString())
    expect(destroyed?.keys.map(({ country }) => country).sort()).toEqual(['AU', 'SG', 'TL'])
  })

  test('each fact reaches all countries of a check, and the order to the registry has the number, in topics of its own', async () => {
    const check = await openCheck('K5555555')
    await becomes(check, 'CheckOpened', 'CheckPassed')
    const order = await eventually(async () => (await ofCheck(ordersTopic('TL', 'check'), check))[0], 'the order to the registry')
    expect(order.data).toMatchObject({
      kind: 'look-up',
      requestId: check,
      institution: { bic: 'REGITLDI' },
      document: { number: 'K5555555' },
    })
    for (const country of Object.values(countries)) {
      const told = await eventually(async () => {
        const found = await ofCheck(notificationsTopic(country, 'check'), check)
        return found.length === 2 ? found : undefined
      }, `notifications to ${country}`)
      expect(told.map(({ data }) => data.fact)).toEqual(['CheckOpened', 'CheckPassed'])
    }
    expect(await ofCheck(notificationsTopic('SG'), check)).toEqual([])
  })

  test('a document is checked once at a time for one country', async () => {
    const first = await openCheck('K7654321')
    await becomes(first, 'CheckOpened', 'CheckPassed')
    const second = await openCheck('K7654321')
    await becomes(second, 'CheckOpened', 'CheckDuplicated')
    const ofAnother = await openCheck('K7654321', { countries: { asking: 'AU', issuing: 'TL', transit: 'SG' } }, 'AU/system/main')
    await becomes(ofAnother, 'CheckOpened', 'CheckPassed')
  })

  test('a deadline of a check passes', async () => {
    const check = await openCheck('K1111111', { escalatesAt: new Date(Date.now() + 300).toISOString() })
    await becomes(check, 'CheckOpened', 'CheckPassed', 'DeadlineReached')
  })

  test('a command of the other workflow becomes a dead letter', async () => {
    const { id } = await give(randomUUID(), 'ReportFreeze', 'TL/institution/bank', {})
    const kept = await eventually(
      async () => (await eventsIn<object>(engine.streams, topics.deadLetters)).find(letter => JSON.stringify(letter).includes(id)),
      'the dead letter',
    )
    expect(kept).toMatchObject({ data: { topic: 'check.commands', reason: '/type: no command of a check' } })
  })

  describe('at the desk', () => {
    let check: string
    let stop: string
    const get = async <T>(path: string, ...person: Person): Promise<{ readonly status: number; readonly body: T }> => {
      const headers = { authorization: `Bearer ${await tokenOf(engine, person)}` }
      const response = await fetch(`${engine.deskUrl}${path}`, { headers })
      return { status: response.status, body: (await response.json()) as T }
    }
    async function act(command: string, data: object, ...person: Person): Promise<{ readonly status: number; readonly body: object }> {
      const headers = {
        authorization: `Bearer ${await tokenOf(engine, person)}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      }
      const body = JSON.stringify({ command, data })
      const response = await fetch(`${engine.deskUrl}/v1/requests/${check}/commands`, { method: 'POST', headers, body })
      return { status: response.status, body: (await response.json()) as object }
    }

    beforeAll(async () => {
      stop = await submit(engine, requester, buildRequestNumber(2), 'second')
      await reaches(engine, stop, 'verified.ordering')
      const due = new Date(Date.now() + 3_600_000).toISOString()
      const response = await sendCheck({ countries, document: { number: 'K6666666' }, escalatesAt: due }, 'check-3')
      check = ((await response.json()) as { requestId: string }).requestId
      await becomes(check, 'CheckOpened', 'CheckPassed')
    })

    test('one list has the requests of both, with the earliest deadlines first', async () => {
      const { body } = await get<{ requests: { requestId: string }[] }>('/v1/requests?sort=deadline&limit=100', 'SG', 'officer', 'a.tan')
      const ids = body.requests.map(({ requestId }) => requestId)
      expect(ids.indexOf(check)).toBeGreaterThanOrEqual(0)
      expect(ids).toContain(stop)
      const counts = await get<{ byPhase: Record<string, number> }>('/v1/requests/counts', 'SG', 'officer', 'a.tan')
      expect(counts.body.byPhase).toMatchObject({ open: expect.any(Number), verified: expect.any(Number) })
      const ofPhase = await get<{ requests: { phase: string }[] }>('/v1/requests?phase=open', 'SG', 'officer', 'a.tan')
      expect([...new Set(ofPhase.body.requests.map(({ phase }) => phase))]).toEqual(['open'])
    })

    test('each of three countries reads the check, and no other country', async () => {
      for (const country of Object.values(countries))
        expect((await get(`/v1/requests/${check}`, country, 'officer', 'a.costa')).body).toMatchObject({
          request: { requestId: check, countries },
          history: [{ sequence: 1 }, { sequence: 2 }],
        })
      expect((await get(`/v1/requests/${check}`, 'FR', 'officer', 'm.blanc')).status).toBe(404)
      expect((await get(`/v1/requests/${stop}`, 'AU', 'officer', 'j.smith')).status).toBe(404)
    })

    test('a search finds it', async () => {
      const { body } = await get<{ requests: { requestId: string }[] }>(`/v1/requests?q=${check.slice(0, 13)}`, 'AU', 'officer', 'j.smith')
      expect(body.requests.map(({ requestId }) => requestId)).toEqual([check])
    })

    test('the inbox has it among the unassigned requests, and a missed deadline is an alert of the asking country', async () => {
      const { body } = await get<{ items: { request: { requestId: string } }[] }>('/v1/work-inbox?for=unassigned', 'SG', 'officer', 'a.tan')
      const inbox = body.items.map(({ request }) => request.requestId)
      expect([inbox.includes(check), inbox.includes(stop)]).toEqual([true, true])

      const late = await openCheck('K8888888', { escalatesAt: new Date(Date.now() + 300).toISOString() })
      await becomes(late, 'CheckOpened', 'CheckPassed', 'DeadlineReached')
      const alert = await eventually(async () => {
        const { body } = await get<{ alerts: { requestId: string }[] }>('/v1/alerts?after=', 'SG', 'officer', 'a.tan')
        return body.alerts.find(({ requestId }) => requestId === late)
      }, 'the alert')
      expect(alert).toMatchObject({ fact: 'DeadlineReached', phase: 'escalated', message: 'No opinion came in time' })
    })

    test('its own commands are offered and taken, with the reason of a refusal', async () => {
      const { body } = await get<{ actions: { command: string; may: boolean }[] }>(
        `/v1/requests/${check}/actions`,
        'TL',
        'officer',
        'a.costa',
      )
      expect(body.actions.filter(({ may }) => may).map(({ command }) => command)).toEqual(['GiveOpinion'])
      expect(await act('GiveOpinion', {}, 'TL', 'officer', 'a.costa')).toMatchObject({ status: 200, body: { outcome: 'applied' } })
      expect(await act('GiveOpinion', {}, 'SG', 'officer', 'a.tan')).toMatchObject({ status: 403, body: { code: 'NOT_PERMITTED' } })
      expect(await act('ReportFreeze', {}, 'TL', 'officer', 'a.costa')).toMatchObject({
        status: 422,
        body: { problems: [{ path: '/command' }] },
      })
    })

    test('a proposal waits for a second officer in the list of proposals', async () => {
      expect(await act('Settle', { genuine: true }, 'SG', 'officer', 'a.tan')).toMatchObject({ status: 200, body: { outcome: 'proposed' } })
      const listed = async () =>
        (await get<{ proposals: { requestId: string; command: string }[] }>('/v1/proposals', 'SG', 'officer', 'b.lim')).body.proposals
      expect((await listed()).filter(({ requestId }) => requestId === check)).toMatchObject([{ command: 'Settle', maySecond: true }])
      expect(await act('Settle', { genuine: true }, 'SG', 'officer', 'b.lim')).toMatchObject({ status: 200, body: { outcome: 'applied' } })
      expect((await listed()).filter(({ requestId }) => requestId === check)).toEqual([])
    })

    test('the transparency log has a tree for each partition of both ledgers', async () => {
      const { body } = await get<{ trees: { origin: string; size: number }[] }>('/v1/checkpoints', 'SG', 'system', 'ncb')
      const facts =
        (await checkFacts()).length +
        (await eventsIn<LedgerFact>(engine.streams, topics.ledger)).filter(({ type }) => isFactType(type)).length
      expect(body.trees.map(({ size }) => size).reduce((sum, size) => sum + size, 0)).toBe(facts)
      expect(new Set(body.trees.map(({ origin }) => origin)).size).toBe(body.trees.length)
    })
  })

  test('a check goes on after a restart', async () => {
    const check = await openCheck('K2222222')
    await becomes(check, 'CheckOpened', 'CheckPassed')
    await engine.restart()
    await give(check, 'GiveOpinion', 'TL/officer/a.costa', {})
    await becomes(check, 'CheckOpened', 'CheckPassed', 'OpinionGiven')
    const second = await openCheck('K2222222')
    await becomes(second, 'CheckOpened', 'CheckDuplicated')
  })
})
