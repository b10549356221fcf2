import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import type { Target } from './target.ts'

/** Sends freeze requests over HTTP, as member systems do. */
export interface Submitter {
  /** Requests under way now. */
  readonly underWay: number
  /** Sends the next request; one in twenty twice at once, as a nervous member would. Resolves when it is answered. */
  submit(): Promise<void>
  readonly sent: SentCounts
  close(): void
}

export interface SentCounts {
  /** Requests, each counted once. */
  unique: number
  /** Sent a second time with the same key. */
  again: number
  /** Sent again because the engine asked for it (503). */
  retried: number
  /** Never accepted. */
  failed: number
  readonly statuses: Record<string, number>
}

const socketsMax = 64
const twiceEvery = 20
const triesMax = 5
const answerMsMax = 30_000

export function createSubmitter({ intakeUrl, token, outcomes, requestIdOf }: Target): Submitter {
  const agent = new Agent({ keepAlive: true, maxSockets: socketsMax })
  const url = new URL('/v1/requests', intakeUrl)
  const sent: SentCounts = { unique: 0, again: 0, retried: 0, failed: 0, statuses: {} }
  let underWay = 0

  function post(key: string, body: string): Promise<string> {
    return new Promise(resolve => {
      const headers = {
        authorization: `Bearer ${token}`,
        'idempotency-key': key,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      }
      const outgoing = request(url, { method: 'POST', agent, headers, timeout: answerMsMax }, answer => {
        answer.resume()
        answer.on('end', () => resolve(`${answer.statusCode}`))
        answer.on('error', error => resolve(error.message))
      })
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer')))
      outgoing.on('error', error => resolve(error.message))
      outgoing.end(body)
    })
  }

  /** True once the request is the engine's: it was accepted, or is being accepted under the same key. */
  async function send(key: string, body: string): Promise<boolean> {
    for (let tries = 1; ; tries++) {
      const status = await post(key, body)
      sent.statuses[status] = (sent.statuses[status] ?? 0) + 1
      if (status === '202' || status === '409') return true
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
    async submit() {
      const number = ++sent.unique
      const key = `bench-${number}`
      const document = buildRequestNumber(number)
      const body = JSON.stringify(document)
      outcomes.submitted(requestIdOf(key, document))
      const twice = number % twiceEvery === 0
      if (twice) sent.again++
      underWay++
      const accepted = await Promise.all(twice ? [send(key, body), send(key, body)] : [send(key, body)])
      underWay--
      if (!accepted.some(Boolean)) sent.failed++
    },
    close: () => agent.destroy(),
  }
}
