import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { silentLogger } from '@holdfast/runtime'
import { accepted, type MemberActor, type Refusal, refused } from '@holdfast/schemas'
import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, test } from 'vitest'
import { callerOf } from './admit.ts'
import { createHttp } from './create-http.ts'
import type { Quotas } from './rate-limits.ts'

let http: FastifyInstance | undefined
afterEach(() => http?.close())

const plenty: Quotas = { requests: { perSecond: 1e6, atOnce: 1e6 }, bytes: { perSecond: 1e9, atOnce: 1e9 } }

interface Opening {
  readonly quotas?: Partial<Quotas>
  readonly noRequests?: Refusal
  readonly closed?: string
  readonly nothing?: Refusal
}

/** A server that accepts `Bearer SG/officer/a.tan` as that principal. */
async function open({
  quotas = {},
  noRequests,
  closed,
  nothing,
}: Opening = {}): Promise<{ url: string; worked: () => number; gate: PromiseWithResolvers<void> }> {
  let worked = 0
  const gate = Promise.withResolvers<void>()
  http = createHttp({
    log: silentLogger,
    whyNotReady: async () => [],
    verify: async authorization => {
      const [, country, role, person] = /^Bearer (\w\w)\/(\w+)\/(\S+)$/.exec(authorization ?? '') ?? []
      if (!country || !person) return refused({ code: 'UNAUTHENTICATED', message: 'unknown sender' })
      return accepted({ country, role: role as MemberActor['role'], person, tokenEndsAt: new Date('2100-01-01') })
    },
    quotas: { ...plenty, ...quotas },
    storage: { whyNoRequests: () => noRequests ?? nothing, whyNothing: () => nothing },
    whyClosed: () => closed,
  })
  http.get('/who', async asked => ({ person: callerOf(asked).person, worked: ++worked }))
  http.get('/long', () => gate.promise.then(() => ({ worked: ++worked })))
  http.post('/requests', { config: { opensRequests: true } }, async () => ({ worked: ++worked }))
  http.post('/commands', async () => ({ worked: ++worked }))
  return { url: await http.listen({ host: '127.0.0.1', port: 0 }), worked: () => worked, gate }
}

const as = (who: string, init: RequestInit = {}): RequestInit => ({ ...init, headers: { ...init.headers, authorization: `Bearer ${who}` } })
const bodyOf = (bytes: number): RequestInit => ({
  method: 'POST',
  body: JSON.stringify('x'.repeat(bytes)),
  headers: { 'content-type': 'application/json' },
})

test('the verifier of a token, of a member or an operator, gets the check of its binding', async () => {
  const asked: unknown[] = []
  const holding = async () => undefined
  const note = <T>(what: unknown, answer: T): T => {
    asked.push(what)
    return answer
  }
  const unknown = refused<Refusal>({ code: 'UNAUTHENTICATED', message: 'unknown' })
  http = createHttp({
    log: silentLogger,
    whyNotReady: async () => [],
    verify: async (_authorization, _at, given) => note(given, unknown),
    verifyOperator: async (_authorization, given) => note(given, unknown),
    holdingOf: ({ headers }) => note(headers.dpop, holding),
  })
  http.get('/both', { config: { alsoForOperators: true } }, async () => ({}))
  await http.inject({ url: '/both', headers: { authorization: 'DPoP x', dpop: 'a proof' } })
  expect(asked).toEqual(['a proof', holding, 'a proof', holding])
})

describe('a member role', () => {
  test('gets its quota of answers and then 429 with Retry-After, and other roles are not affected', async () => {
    const { url } = await open({ quotas: { requests: { perSecond: 1, atOnce: 5 } } })
    const statuses: number[] = []
    for (let i = 0; i < 5; i++) statuses.push((await fetch(`${url}/who`, as('SG/officer/a.tan'))).status)
    const refusedAnswer = await fetch(`${url}/who`, as('SG/officer/another'))
    expect([...statuses, refusedAnswer.status]).toEqual([200, 200, 200, 200, 200, 429])
    expect(Number(refusedAnswer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(await refusedAnswer.json()).toMatchObject({ code: 'RATE_LIMITED' })
    for (const other of ['SG/institution/a.bank', 'TL/officer/a.costa']) expect((await fetch(`${url}/who`, as(other))).status).toBe(200)
  })

  test('reserves a part of its quota for the colleagues of one person, and gives its system all of it', async () => {
    const { url } = await open({ quotas: { requests: { perSecond: 1, atOnce: 9 }, ofPerson: { perSecond: 1, atOnce: 3 } } })
    const ask = async (who: string, times: number) => {
      const answers = await Promise.all(Array.from({ length: times }, () => fetch(`${url}/who`, as(who))))
      const refused = answers.find(({ status }) => status === 429)
      return [
        answers.filter(({ status }) => status === 200).length,
        refused?.headers.get('retry-after'),
        ((await refused?.json()) as { detail?: string })?.detail,
      ]
    }
    expect(await ask('SG/officer/a.tan', 5)).toEqual([
      3,
      '1',
      'SG/officer/a.tan has used up the quota of one person of SG/officer. Wait before the next request.',
    ])
    expect(await ask('SG/officer/b.lim', 3)).toEqual([3, undefined, undefined])
    expect(await ask('SG/system/ncb', 9)).toEqual([9, undefined, undefined])
  })

  test('is charged for the bytes it sends, chunked or not, and has its quota again later', async () => {
    const { url } = await open({ quotas: { bytes: { perSecond: 100_000, atOnce: 100_000 } } })
    expect((await fetch(`${url}/commands`, as('SG/officer/a.tan', bodyOf(150_000)))).status).toBe(200)
    const next = () => fetch(`${url}/who`, as('SG/officer/a.tan'))
    await expect.poll(async () => (await next()).status, { interval: 5 }).toBe(429)
    await expect.poll(async () => (await next()).status, { timeout: 10_000 }).toBe(200)
  })

  test('gains nothing by an immediate retry: a refusal is delayed', async () => {
    const { url } = await open({ quotas: { requests: { perSecond: 1, atOnce: 1 } } })
    await fetch(`${url}/who`, as('SG/officer/a.tan'))
    const began = performance.now()
    expect((await fetch(`${url}/who`, as('SG/officer/a.tan'))).status).toBe(429)
    expect(performance.now() - began).toBeGreaterThan(500)
  })

  test('has at most 128 requests in progress', async () => {
    const { url, gate } = await open()
    const agent = new Agent({ maxSockets: 200 })
    const asked = Array.from(
      { length: 130 },
      () =>
        new Promise<number | undefined>((resolve, reject) => {
          request(`${url}/long`, { agent, headers: { authorization: 'Bearer SG/officer/a.tan' } }, answer => {
            answer.resume().on('end', () => resolve(answer.statusCode))
          })
            .on('error', reject)
            .end()
        }),
    )
    const refusals = Promise.all([Promise.race(asked), fetch(`${url}/who`, as('TL/officer/a.costa'))])
    const [first, other] = await refusals
    expect([first, other.status]).toEqual([429, 200])
    gate.resolve()
    const statuses = await Promise.all(asked)
    expect(statuses.filter(status => status === 200)).toHaveLength(128)
    agent.destroy()
    expect((await fetch(`${url}/who`, as('SG/officer/a.tan'))).status).toBe(200)
  })
})

test('a connection with two thousand requests before one answer is read is closed, and the rest is not processed', async () => {
  const { url, worked, gate } = await open()
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.on('error', () => undefined)
  const closed = new Promise(resolve => socket.once('close', resolve))
  socket.write('GET /long HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer SG/officer/a.tan\r\n\r\n'.repeat(2_000))
  await closed
  gate.resolve()
  expect((await fetch(`${url}/who`, as('SG/officer/a.tan'))).status).toBe(200)
  expect(worked()).toBeLessThan(100)
})

describe('an unknown principal', () => {
  test('is refused at once a few times, then with growing delays; members are not delayed', async () => {
    const { url } = await open()
    const agent = new Agent({ maxSockets: 300 })
    const began = performance.now()
    let answered = 0
    // So many that most are delayed, however long this machine takes to send them: each second, 20 more are refused at
    // once.
    const strangers = Array.from(
      { length: 200 },
      () =>
        new Promise<number>((resolve, reject) => {
          const onEnd = () => {
            answered++
            resolve(performance.now() - began)
          }
          request(`${url}/who`, { agent }, answer => answer.resume().on('end', onEnd))
            .on('error', reject)
            .end()
        }),
    )
    await Promise.race(strangers)
    expect((await fetch(`${url}/who`, as('SG/officer/a.tan'))).status).toBe(200)
    const answeredBeforeMember = answered
    const waits = await Promise.all(strangers)
    expect(waits.filter(ms => ms > 900).length).toBeGreaterThanOrEqual(50)
    expect(answeredBeforeMember).toBeLessThan(200 - 50)
  })
})

describe('with low storage', () => {
  const low: Refusal = { code: 'STORAGE_LOW', message: 'low storage', retryAfterMs: 30_000 }

  test('new requests are refused, commands and reads are not, and readiness reports it', async () => {
    const { url } = await open({ noRequests: low })
    const answer = await fetch(`${url}/requests`, as('SG/officer/a.tan', bodyOf(10)))
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '30'])
    expect(await answer.json()).toMatchObject({ code: 'STORAGE_LOW' })
    expect((await fetch(`${url}/commands`, as('SG/officer/a.tan', bodyOf(10)))).status).toBe(200)
    expect((await fetch(`${url}/health/ready`)).status).toBe(503)
    expect((await fetch(`${url}/health/live`)).status).toBe(200)
  })

  test('with almost none left, all writes are refused, and reads are not', async () => {
    const { url } = await open({ nothing: low })
    expect((await fetch(`${url}/commands`, as('SG/officer/a.tan', bodyOf(10)))).status).toBe(503)
    expect((await fetch(`${url}/who`, as('SG/officer/a.tan'))).status).toBe(200)
  })
})

test('while the engine is closed, writes are refused with the reason, and reads are not', async () => {
  const { url, worked } = await open({ closed: 'freeze.commands has 8 partitions and began with 4' })
  for (const route of ['requests', 'commands']) {
    const answer = await fetch(`${url}/${route}`, as('SG/officer/a.tan', bodyOf(10)))
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '30'])
    expect(await answer.json()).toMatchObject({ code: 'CLOSED', detail: 'freeze.commands has 8 partitions and began with 4' })
  }
  expect(worked()).toBe(0)
  expect((await fetch(`${url}/who`, as('SG/officer/a.tan'))).status).toBe(200)
})
