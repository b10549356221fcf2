import type { Client } from '@holdfast/client'
import type { PaymentStopTypes } from '@holdfast/payment-stop/language'
import { factKindOf, requestType } from '@holdfast/payment-stop/language'
import { consequenceIdOf, notificationsTopic, topics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import type { Addresses } from '@holdfast/test-kit/engine'
import { sendAtRate } from '@holdfast/test-kit/load'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { clientsOf, eventually, type Person, tokenOf } from '../../src/engine.ts'

/** A running engine, and the endpoint for its institutions. */
export interface Attacked extends Addresses {
  readonly answersUrl: string
  /** The topic for members' requests: only a cluster reads it. */
  readonly kafka?: { readonly brokers: string; readonly requestsTopic: string; readonly streams: Streams }
  stop(): Promise<void>
}

/** Times of a country and its bank during an attack, in milliseconds. */
export interface Seen {
  readonly looks: number[]
  readonly answers: number[]
  /** From the publication of a request to its receipt. Empty without Kafka. */
  readonly receipts: number[]
  readonly failed: string[]
}

const officer: Person = ['SG', 'officer', 'a.tan']
const bank: Person = ['TL', 'institution', 'a.bank']

export interface OrderedRequest {
  readonly requestId: string
  readonly orderId: string
}

/** Sends requests and waits until each of them is ordered. */
export async function orderAll(engine: Addresses, first: number, count: number): Promise<OrderedRequest[]> {
  const { intake, desk } = clientsOf(engine, officer)
  const order = async (n: number): Promise<OrderedRequest> => {
    const receipt = await intake.submit(buildRequestNumber(n), { idempotencyKey: `healthy-${n}` })
    if (!receipt.ok) throw new Error(JSON.stringify(receipt.error))
    const { requestId } = receipt.value
    return { requestId, orderId: await orderIdOf(desk, requestId) }
  }
  return Promise.all(Array.from({ length: count }, (_, nth) => order(first + nth)))
}

const orderIdOf = (desk: Client<PaymentStopTypes>, requestId: string): Promise<string> =>
  eventually(async () => {
    const shown = await desk.show(requestId)
    const verified = shown.ok && shown.value.history.find(fact => factKindOf(fact) === 'RequestVerified')
    return verified ? consequenceIdOf('order', requestId, verified.id) : undefined
  }, `${requestId} is ordered`)

const lookEveryMs = 40
/** The pause after each answer. */
export const answerEveryMs = 800
const perSecond = 10
const receiptMsMax = 60_000
let nextByKafka = 40_000_000

/** Publishes requests at a fixed rate until the attack is over, without waiting for receipts. */
async function requestByKafka(engine: Attacked, streams: Streams, seen: Seen, over: Promise<unknown>): Promise<void> {
  const authorization = `Bearer ${await tokenOf(engine, ['SG', 'system', 'by.kafka'])}`
  const receipts = await followReceipts(streams, error => void seen.failed.push(String(error)))
  const sendOne = async (number: number): Promise<void> => {
    const id = `by-kafka-${number}`
    const attributes = { specversion: '1.0', id, source: '/ncb/sg', type: requestType, time: '2024-07-23T02:25:00Z' }
    const value = JSON.stringify({ ...attributes, datacontenttype: 'application/json', data: buildRequestNumber(number) })
    const began = performance.now()
    const receipt = receipts.next(id)
    await streams.publish(topics.requests.name, [{ key: id, value, headers: { authorization } }])
    if (await receipt) seen.receipts.push(performance.now() - began)
    else seen.failed.push(`no receipt for ${id}`)
  }
  const sent: Promise<void>[] = []
  const load = sendAtRate({ perSecond }, () => sent.push(sendOne(nextByKafka++).catch(error => void seen.failed.push(String(error)))))
  await over
  load.stop()
  await Promise.all(sent)
  await receipts.stop()
}

async function followReceipts(streams: Streams, onFault: (error: unknown) => void) {
  const waiting = new Map<string, () => void>()
  const topic = notificationsTopic('SG')
  await streams.ensureTopics([topic])
  const following = await streams.tail({
    topic: topic.name,
    from: 'end',
    onFault,
    onRecords(records) {
      for (const { value } of records) {
        const { data } = JSON.parse(value) as { data: { kind?: string; eventId?: string } }
        if (data.kind === 'received') waiting.get(data.eventId ?? '')?.()
      }
    },
  })
  return {
    /** Whether the receipt of an event arrives in time. */
    next(eventId: string): Promise<boolean> {
      return new Promise(resolve => {
        const timer = setTimeout(() => resolve(false), receiptMsMax)
        waiting.set(eventId, () => {
          clearTimeout(timer)
          resolve(true)
        })
      })
    },
    stop: () => following.stop(),
  }
}

/**
 * Reads a request again and again, answers orders in sequence and, on a cluster, publishes requests, until the attack
 * is over. Uses raw requests: a client with retries would hide refusals.
 */
export async function goOn(engine: Attacked, orders: readonly OrderedRequest[], over: Promise<unknown>): Promise<Seen> {
  const seen: Seen = { looks: [], answers: [], receipts: [], failed: [] }
  let isOver = false
  void over.finally(() => {
    isOver = true
  })
  const officerToken = await tokenOf(engine, officer)
  const look = async (requestId: string): Promise<{ phase?: string }> => {
    const began = performance.now()
    const answer = await fetch(`${engine.deskUrl}/v1/requests/${requestId}`, {
      headers: { authorization: `Bearer ${officerToken}` },
      signal: AbortSignal.timeout(30_000),
    })
    const text = await answer.text()
    seen.looks.push(performance.now() - began)
    if (answer.status !== 200) seen.failed.push(`GET ${answer.status}`)
    return answer.status === 200 ? (JSON.parse(text) as { request: { phase: string } }).request : {}
  }
  const looking = async (): Promise<void> => {
    while (!isOver) {
      const [first] = orders
      if (first) await look(first.requestId).catch(error => seen.failed.push(String(error)))
      await new Promise(resolve => setTimeout(resolve, lookEveryMs))
    }
  }
  const answering = async (): Promise<void> => {
    for (const { requestId, orderId } of orders) {
      if (isOver) return
      const began = performance.now()
      const details = { amount: { currency: 'USD', value: '1000.00' }, basis: 'FIU_SUSPENSION' }
      const answer = await fetch(`${engine.answersUrl}/v1/answers`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await tokenOf(engine, bank)}`,
          'content-type': 'application/json',
          'idempotency-key': `a-${orderId}`.slice(0, 64),
        },
        body: JSON.stringify({ orderId, requestId, institution: { bic: 'KMNSTLDL' }, kind: 'frozen', details }),
        signal: AbortSignal.timeout(90_000),
      }).catch(error => String(error))
      if (typeof answer === 'string' || answer.status !== 202) {
        seen.failed.push(`answer ${typeof answer === 'string' ? answer : answer.status}`)
        continue
      }
      await eventually(async () => ((await look(requestId)).phase === 'frozen' ? true : undefined), 'the answer is applied', 90_000)
      seen.answers.push(performance.now() - began)
      await new Promise(resolve => setTimeout(resolve, answerEveryMs))
    }
  }
  await Promise.all([
    looking(),
    answering(),
    engine.kafka
      ? requestByKafka(
          engine,
          engine.kafka.streams,
          seen,
          over.catch(() => undefined),
        )
      : undefined,
  ])
  return seen
}
