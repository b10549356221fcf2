import { createDeadLetters, silentLogger, systemClock } from '@holdfast/runtime'
import { type OperationsView, type RedriveOutcome, type SessionView, statusLateMs, topics } from '@holdfast/schemas'
import { type ClusterEngine, serviceNames } from '@holdfast/test-kit/cluster-engine'
import { developmentOperatorToken } from '@holdfast/trust'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeOnBackends } from '../src/backends.ts'
import { type Browser, createBrowser, signInAs } from '../src/browser.ts'
import { type Engine, eventually, tokenOf } from '../src/engine.ts'
import { type StoryWorld, startStoryWorld } from '../src/story-world.ts'

const night = { country: '', role: 'operator', person: 'Night' }
const tan = { country: 'SG', role: 'officer', person: 'a.tan' }
const jsonOf = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T
const codeOf = async (answer: Response) => [answer.status, ((await answer.json()) as { code?: string }).code]
/** As the page reads, with the Origin header of a browser. */
const redrive = (browser: Browser, url: string, path: string, body: unknown, origin: string | undefined = url) =>
  browser.fetch(`${url}${path}/redrive`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(origin ? { origin } : {}) },
    body: JSON.stringify(body),
  })
const isCluster = (engine: Engine): engine is ClusterEngine => 'services' in engine

describeOnBackends('an operator', backend => {
  let engine: Engine
  let url = ''
  const browser = createBrowser()
  const member = createBrowser()
  const unit = createBrowser()

  beforeAll(async () => {
    engine = await backend.start()
    url = engine.deskUrl
    await signInAs(browser, url, night)
    await signInAs(member, url, tan)
    await signInAs(unit, url, { ...tan, person: 'c.lim', unit: 'cybercrime' })
  })
  afterAll(() => engine.stop())

  const operations = () => jsonOf<OperationsView>(browser.fetch(`${url}/v1/operations`))
  /** The alerts of this engine only: other tests use the same Kafka. */
  const ownPorts = () =>
    isCluster(engine) ? Object.values(engine.services).map(({ url: each }) => new URL(each).port) : [new URL(url).port]
  const own = ({ processes }: OperationsView) => processes.filter(({ instance }) => ownPorts().some(port => instance.endsWith(`:${port}`)))

  test('signs in without a country, and the session says so', async () => {
    const session = await jsonOf<SessionView>(browser.fetch(`${url}/v1/session`))
    expect(session).toMatchObject({ role: 'operator', person: 'night', signedInAt: expect.any(String), development: true })
    expect(session).not.toHaveProperty('country')
    const authorization = `Bearer ${await developmentOperatorToken(engine.dataDir, 'day')}`
    expect(await jsonOf<SessionView>(fetch(`${url}/v1/session`, { headers: { authorization } }))).toMatchObject({
      role: 'operator',
      person: 'day',
    })
  })

  test('reads operator pages and no member’s data, and a member the reverse', async () => {
    const token = `Bearer ${await tokenOf(engine, ['SG', 'officer', 'a.tan'])}`
    for (const path of ['/v1/operations', '/v1/dead-letters', '/v1/parked']) {
      expect([path, (await browser.fetch(`${url}${path}`)).status]).toEqual([path, 200])
      for (const other of [member, unit])
        expect([path, ...(await codeOf(await other.fetch(`${url}${path}`)))]).toEqual([path, 401, 'UNAUTHENTICATED'])
      expect([path, ...(await codeOf(await fetch(`${url}${path}`, { headers: { authorization: token } })))]).toEqual([
        path,
        401,
        'UNAUTHENTICATED',
      ])
      expect([path, ...(await codeOf(await fetch(`${url}${path}`)))]).toEqual([path, 401, 'UNAUTHENTICATED'])
    }
    for (const path of ['/v1/requests', '/v1/requests/counts', '/v1/alerts', '/v1/proposals', '/v1/stream', '/v1/countries']) {
      expect([path, ...(await codeOf(await browser.fetch(`${url}${path}`)))]).toEqual([path, 401, 'UNAUTHENTICATED'])
    }
    expect((await member.fetch(`${url}/v1/requests`)).status).toBe(200)
  })

  test('sees every service ready, with the offsets of its consumers', async () => {
    const view = await eventually(async () => {
      const seen = await operations()
      const services = own(seen).flatMap(process => (process.state === 'ready' ? process.services : []))
      return serviceNames.every(name => services.includes(name)) ? seen : undefined
    }, 'every service has reported')
    expect(view.missing).toEqual([])
    expect(own(view)).toHaveLength(isCluster(engine) ? 5 : 1)
    for (const process of own(view))
      expect(process).toMatchObject({ version: expect.stringMatching(/^\d/), reasons: [], disk: { leastBytes: 0 } })
    expect(view.readers.map(({ group, topic }) => `${group} ${topic}`)).toEqual(
      expect.arrayContaining([
        'desk freeze.ledger',
        'dispatch freeze.ledger',
        'dispatch-answers freeze.answers',
        // A cluster has no directory, so it has no deliveries.
        ...(isCluster(engine) ? [] : ['dispatch-deliveries freeze.deliveries']),
        'intake freeze.requests',
        'ledger freeze.commands',
        'validation freeze.ledger',
      ]),
    )
    const settled = await eventually(async () => {
      const { readers } = await operations()
      return readers.every(({ unowned, lag }) => unowned === 0 && lag === 0) ? readers : undefined
    }, 'every partition is read to its end')
    expect(settled.map(({ partitions }) => partitions)).not.toContain(0)
  })

  test('redrives a dead letter from the page of this desk only', async () => {
    await createDeadLetters(engine.streams, 'ledger', systemClock, silentLogger).keep(
      { topic: topics.commands.name, partition: 0, offset: 9, key: 'k', value: 'not JSON', headers: {}, timestampMs: 0 },
      'not JSON',
    )
    const { letters } = await jsonOf<{ letters: { number: number }[] }>(
      browser.fetch(`${url}/v1/dead-letters?topic=${topics.commands.name}`),
    )
    const path = `/v1/dead-letters/${letters[0]?.number}`
    for (const origin of ['', 'https://evil.example'])
      expect(await codeOf(await redrive(browser, url, path, {}, origin))).toEqual([403, 'FOREIGN_ORIGIN'])
    expect(await codeOf(await redrive(member, url, path, {}))).toEqual([401, 'UNAUTHENTICATED'])
    expect(await jsonOf<RedriveOutcome>(redrive(browser, url, path, { preview: true }))).toMatchObject({
      why: 'The ledger still cannot read it.',
    })
    expect(await codeOf(await redrive(browser, url, path, {}))).toEqual([409, 'NOT_REDRIVABLE'])
  })

  test('sees that a killed process has stopped reporting, and sees no alert for a stopped one', async context => {
    if (!isCluster(engine)) return context.skip('the desk runs in the same process')
    const { validation, dispatch } = engine.services
    await Promise.all([validation.kill('SIGKILL'), dispatch.kill('SIGTERM')])
    const late = await eventually(
      async () => own(await operations()).find(({ state }) => state === 'late'),
      'validation is said to be late',
      statusLateMs + 10_000,
    )
    expect(late.services).toEqual(['validation'])
    const { processes, readers } = await operations()
    expect(own({ processes } as OperationsView).map(({ process }) => process)).toEqual(['desk', 'intake', 'ledger', 'validation'])
    expect(readers.find(({ group }) => group === 'validation')).toMatchObject({ unowned: 4, lag: expect.any(Number) })
  })
})

describe('with a test clock, an operator', () => {
  let world: StoryWorld
  beforeAll(async () => {
    world = await startStoryWorld()
  })
  afterAll(() => world.stop())

  test('needs a sign-in within five minutes to redrive, not to read', async () => {
    const { deskUrl: url, streams } = world.engine
    const browser = createBrowser()
    await signInAs(browser, url, night)
    await createDeadLetters(streams, 'ledger', { now: world.now }, silentLogger).keep(
      { topic: topics.requests.name, partition: 0, offset: 0, key: 'SG', value: '{}', headers: {}, timestampMs: 0 },
      'no token',
    )
    world.pass(5 * 60_000 + 1_000)
    for (const path of ['/v1/dead-letters/0', '/v1/parked/0f0e0d0c-0b0a-5908-8706-050403020100'])
      expect(await codeOf(await redrive(browser, url, path, {}))).toEqual([401, 'SIGN_IN_AGAIN'])
    expect((await redrive(browser, url, '/v1/dead-letters/0', { preview: true })).status).toBe(200)
    expect((await browser.fetch(`${url}/v1/dead-letters`)).status).toBe(200)
    await signInAs(browser, url, night, '?again=1')
    expect(await codeOf(await redrive(browser, url, '/v1/dead-letters/0', {}))).toEqual([409, 'NOT_REDRIVABLE'])
    expect(await codeOf(await redrive(browser, url, '/v1/parked/x', {}))).toEqual([404, 'NOT_FOUND'])
    const view = await jsonOf<OperationsView>(browser.fetch(`${url}/v1/operations`))
    expect(view.processes.map(({ process, state }) => [process, state])).toEqual([['standalone', 'ready']])
  })

  test('sees no late process while each reports every five seconds, however fast the clock runs', async () => {
    const { deskUrl: url } = world.engine
    const browser = createBrowser()
    world.pass(3 * 24 * 3_600_000)
    await signInAs(browser, url, night)
    const { processes } = await jsonOf<OperationsView>(browser.fetch(`${url}/v1/operations`))
    expect(processes.map(({ state }) => state)).toEqual(['ready'])
  })
})
