import type { CommandKind, PaymentStopTypes, PaymentStopView } from '@holdfast/payment-stop/language'
import type { RequestWithHistory } from '@holdfast/schemas'
import type { Attempt, GivenCommand, Read } from '../../../checker/observations.ts'
import type { Chance } from '../chance/chance.ts'
import { type Endpoint, pause } from './endpoint.ts'

/** Such as `TL/authority/a`. */
export type Person = `${string}/${string}/${string}`

export interface DeskOptions {
  readonly chance: Chance
  /** The desk's endpoint, while the desk is up. */
  readonly endpoint: () => Endpoint | undefined
  /** The incarnation of the desk: two of them can show different states. */
  readonly life: () => number
}

/** The outcome of a command, as its sender knows it. */
export interface Given {
  readonly sentMs: number
  readonly endedMs: number
  readonly status: number | 'unknown'
  readonly outcome?: string
}

/**
 * The users of a desk: they read requests and give commands, and retry each key until they know the outcome. Records
 * both.
 */
export interface Desk {
  readonly commands: readonly GivenCommand[]
  readonly reads: readonly Read[]
  look(by: Person, requestId: string): Promise<PaymentStopView | undefined>
  give(by: Person, requestId: string, command: CommandKind | string, data: object): Promise<Given>
}

const patienceMs = 12_000
const attemptsMax = 6

export function useDesk({ chance, endpoint, life }: DeskOptions): Desk {
  const commands: (GivenCommand & { readonly attempts: Attempt[] })[] = []
  const reads: Read[] = []

  async function ask(by: Person, method: 'GET' | 'POST', url: string, key?: string, body?: object) {
    const http = endpoint()
    if (!http) return undefined
    const headers = {
      authorization: `Bearer ${by}`,
      ...(key === undefined ? {} : { 'idempotency-key': key, 'content-type': 'application/json' }),
    }
    const answer = http
      .inject({ method, url, headers, ...(body ? { payload: JSON.stringify(body) } : {}) })
      .then(({ statusCode, body: text }) => ({ status: statusCode, body: JSON.parse(text) as Record<string, unknown> }))
      .catch(() => undefined)
    return Promise.race([answer, pause(patienceMs).then(() => undefined)])
  }

  async function giveOnce(by: Person, { key, requestId, command, data, attempts }: (typeof commands)[number]): Promise<Given> {
    const sentMs = Date.now()
    const answer = await ask(by, 'POST', `/v1/requests/${requestId}/commands`, key, { command, data })
    const endedMs = Date.now()
    const { status = 'unknown', body } = answer ?? {}
    const isUnknown = status === 'unknown' || status >= 500 || body?.code === 'KEY_IN_FLIGHT'
    const outcome = isUnknown ? 'unknown' : status < 300 ? 'accepted' : 'refused'
    attempts.push({ sentMs, endedMs, outcome, ...(body ? { body } : {}) })
    return {
      sentMs,
      endedMs,
      status: isUnknown ? 'unknown' : status,
      ...(body?.outcome === undefined ? {} : { outcome: String(body.outcome) }),
    }
  }

  return {
    commands,
    reads,
    async look(by, requestId) {
      const reader = `${by} at desk ${life()}`
      const answer = await ask(by, 'GET', `/v1/requests/${requestId}`)
      if (answer?.status !== 200) return undefined
      const { request } = answer.body as unknown as RequestWithHistory<PaymentStopTypes>
      const { sequence, phase, amounts } = request
      reads.push({ by: reader, atMs: Date.now(), requestId, sequence, phase, amounts })
      return request
    },
    async give(by, requestId, command, data) {
      const given = { by, key: `command-${commands.length}`, requestId, command, data, attempts: [] as Attempt[] }
      commands.push(given)
      let last = await giveOnce(by, given)
      // An unknown outcome is requested again under the same key.
      for (let tries = 1; tries < attemptsMax && (last.status === 'unknown' || last.status === 202); tries++) {
        await pause(chance.between(100, 3_000))
        last = await giveOnce(by, given)
      }
      return last
    },
  }
}
