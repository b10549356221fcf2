import { Agent } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { FreezeRequest } from '@holdfast/payment-stop/language'
import { instantMs } from '@holdfast/test-kit/instant'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { sendHttp } from '@holdfast/test-kit/send-http'
import { type EngineSecret, fingerprintOf, requestIdFor } from '@holdfast/trust'
import { requestingCountry } from './institution.ts'
import type { Outcomes } from './outcomes.ts'
import type { SentCounts, Submitter } from './submitter.ts'
import { requestsRoute } from './target.ts'

/** How a request reaches an endpoint. */
export interface IntakeEndpoint {
  url(key: string): URL
  /** Called for each attempt: a token is for one request. */
  headers(key: string): Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>
  /** The id under which its results appear. */
  requestIdOf(key: string, request: FreezeRequest): string
}

/** The engine's endpoint: one member system, whose key determines the ids of the results. */
export function toIntake({
  intakeUrl,
  token,
  secret,
}: {
  intakeUrl: string
  token: () => Promise<string>
  secret: EngineSecret
}): IntakeEndpoint {
  const url = new URL('/v1/requests', intakeUrl)
  return {
    url: () => url,
    headers: async key => ({ authorization: `Bearer ${await token()}`, 'idempotency-key': key }),
    requestIdOf: (key, request) => requestIdFor(secret, requestingCountry, key, fingerprintOf(requestingCountry, requestsRoute, request)),
  }
}

const socketsMax = 64
/** Accepted, or in progress, under this key. */
const accepting: ReadonlySet<string> = new Set(['200', '202', '409'])
const twiceEvery = 20
const triesMax = 5
const answerMsMax = 30_000

/** Sends freeze requests over HTTP. */
export function createHttpSubmitter(outcomes: Outcomes, endpoint: IntakeEndpoint): Submitter {
  // In rotation: with the last used first, idle connections would concentrate on one of the processes.
  const agent = new Agent({ keepAlive: true, maxSockets: socketsMax, scheduling: 'fifo' })
  const sent: SentCounts = { unique: 0, again: 0, retried: 0, failed: 0, statuses: {} }
  let underWay = 0

  async function post(key: string, body: string): Promise<string> {
    const outcome = await sendHttp(endpoint.url(key), { body, headers: await endpoint.headers(key), agent, answerMsMax })
    return 'status' in outcome ? `${outcome.status}` : outcome.error.message
  }

  /** True once the engine has the request: accepted, or in progress under the same key. */
  async function send(key: string, body: string): Promise<boolean> {
    for (let tries = 1; ; tries++) {
      const status = await post(key, body)
      sent.statuses[status] = (sent.statuses[status] ?? 0) + 1
      if (accepting.has(status)) return true
      if (status !== '503' || tries === triesMax) return false
      sent.retried++
      await pause(1000)
    }
  }

  return {
    sent,
    get underWay() {
      return underWay
    },
    async submit(dueAtMs = instantMs()) {
      const number = ++sent.unique
      const key = `bench-${number}`
      const document = buildRequestNumber(number)
      const body = JSON.stringify(document)
      outcomes.submitted(endpoint.requestIdOf(key, document), dueAtMs)
      const twice = number % twiceEvery === 0
      if (twice) sent.again++
      underWay++
      const accepted = await Promise.all(twice ? [send(key, body), send(key, body)] : [send(key, body)])
      underWay--
      if (!accepted.some(Boolean)) sent.failed++
    },
    async close() {
      agent.destroy()
    },
  }
}
