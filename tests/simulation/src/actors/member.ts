import type { FreezeRequest, Receipt } from '@holdfast/payment-stop/language'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import type { Chance } from '../chance/chance.ts'
import { type Endpoint, pause } from './endpoint.ts'

/** One submission of a request, as its sender knows it. */
export interface Sending {
  readonly sentMs: number
  readonly endedMs: number
  readonly status: number | 'unknown'
  readonly body?: string
}
export interface SentRequest {
  readonly key: string
  readonly document: FreezeRequest
  readonly sendings: Sending[]
  /** From the receipt, once there is one. */
  requestId?: string
  /** Its key was used for another document. */
  isRefused?: true
  /** When it is first sent, in milliseconds after its sender begins. */
  readonly fromMs: number
  /** Its payment has another request. */
  readonly isTwin?: true
  /** It was sent after the faults. */
  readonly isAfterwards?: true
}

/** The time limit of a caller, after which the outcome is unknown. */
const patienceMs = 10_000
/** All requests begin within this time. */
const spreadMs = 20_000

/**
 * The submissions: mostly new requests; some for a payment that has another request, at times right after it; some with
 * another document under a used key.
 */
function planned(chance: Chance, earlier: readonly SentRequest[]): SentRequest {
  const number = earlier.length + 1
  const document = buildRequestNumber(number)
  const request = { key: `key-${number}`, document, sendings: [], fromMs: chance.between(0, spreadMs) }
  const other = earlier.length > 0 ? chance.pick(earlier) : undefined
  if (other && chance.happens(0.2)) {
    const fromMs = chance.happens(0.5) ? other.fromMs + chance.between(0, 500) : request.fromMs
    return { ...request, document: { ...document, payment: other.document.payment }, fromMs, isTwin: true }
  }
  return other && chance.happens(0.1) ? { ...request, key: other.key } : request
}

export interface MemberOptions {
  readonly chance: Chance
  readonly count: number
  readonly endpoint: () => Endpoint | undefined
  /** Called with each request when it is first sent. */
  onFirst(request: SentRequest): void
}

/** A member system: retries each request until it is accepted and repeats some, always identical under the same key. */
export interface Member {
  readonly sent: readonly SentRequest[]
  /** It has no more requests to send. */
  haveSent(): boolean
  /** Sends one more request at once, with a payment of its own. */
  sendAfterwards(): void
}

export function startMember({ chance, count, endpoint, onFirst }: MemberOptions): Member {
  const sent: SentRequest[] = []
  let toSend = 0
  for (let number = 0; number < count; number++) sent.push(planned(chance, sent))

  async function send(request: SentRequest): Promise<void> {
    toSend++
    await pause(request.fromMs)
    onFirst(request)
    let more = chance.happens(0.3) ? chance.between(2, 4) : 1
    while (more > 0 && !request.isRefused) {
      const sending = await sendOnce(request, endpoint())
      request.sendings.push(sending)
      if (sending.status === 202) {
        more--
        request.requestId ??= (JSON.parse(sending.body ?? '{}') as Receipt).requestId
      }
      if (sending.status === 422) request.isRefused = true
      else if (more > 0) await pause(chance.between(50, chance.happens(0.5) ? 1_500 : 12_000))
    }
    toSend--
  }

  for (const request of sent) void send(request)
  return {
    sent,
    haveSent: () => toSend === 0,
    sendAfterwards() {
      const number = sent.length + 1
      const document = buildRequestNumber(number)
      const request: SentRequest = { key: `key-${number}`, document, sendings: [], fromMs: 0, isAfterwards: true }
      sent.push(request)
      void send(request)
    },
  }
}

async function sendOnce({ key, document }: SentRequest, http: Endpoint | undefined): Promise<Sending> {
  const sentMs = Date.now()
  const unheard = (): Sending => ({ sentMs, endedMs: Date.now(), status: 'unknown' })
  if (!http) return unheard()
  const headers = { authorization: 'Bearer SG/system/member', 'idempotency-key': key, 'content-type': 'application/json' }
  const answer = http
    .inject({ method: 'POST', url: '/v1/requests', headers, payload: JSON.stringify(document) })
    .then(({ statusCode, body }): Sending => ({ sentMs, endedMs: Date.now(), status: statusCode, body }), unheard)
  return Promise.race([answer, pause(patienceMs).then(unheard)])
}
