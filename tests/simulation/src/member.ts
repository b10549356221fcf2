import type { Receipt } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import type { Chance } from './chance.ts'

/** The door of a process, as a request comes in by it. */
export type Door = Pick<ServiceContext['http'], 'inject'>

/** One sending of a request, as its sender knows it. */
export interface Sending {
  readonly sentMs: number
  readonly endedMs: number
  readonly status: number | 'unknown'
  readonly body?: string
}
export interface SentRequest {
  readonly key: string
  readonly document: unknown
  readonly sendings: Sending[]
  /** Of the receipt, once there was one. */
  requestId?: string
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
/** A caller gives up waiting, and does not know. */
const patienceMs = 10_000

/** A member's system: it sends each request until it is taken, now and then once more, always the same under the same key. */
export async function sendRequests(chance: Chance, count: number, door: () => Door | undefined, sent: SentRequest[]): Promise<void> {
  const send = async (number: number): Promise<void> => {
    const request: SentRequest = { key: `key-${number}`, document: buildRequestNumber(number), sendings: [] }
    sent.push(request)
    await pause(chance.between(0, 2_000))
    let more = chance.happens(0.2) ? 2 : 1
    while (more > 0) {
      const sending = await sendOnce(request, door())
      request.sendings.push(sending)
      if (sending.status === 202) {
        more--
        request.requestId ??= (JSON.parse(sending.body ?? '{}') as Receipt).requestId
      }
      if (more > 0) await pause(chance.between(50, 1_500))
    }
  }
  await Promise.all(Array.from({ length: count }, (_, n) => send(n + 1)))
}

async function sendOnce({ key, document }: SentRequest, http: Door | undefined): Promise<Sending> {
  const sentMs = Date.now()
  const unheard = (): Sending => ({ sentMs, endedMs: Date.now(), status: 'unknown' })
  if (!http) return unheard()
  const headers = { authorization: 'Bearer SG/system/member', 'idempotency-key': key, 'content-type': 'application/json' }
  const answer = http
    .inject({ method: 'POST', url: '/v1/requests', headers, payload: JSON.stringify(document) })
    .then(({ statusCode, body }): Sending => ({ sentMs, endedMs: Date.now(), status: statusCode, body }), unheard)
  return Promise.race([answer, pause(patienceMs).then(unheard)])
}
