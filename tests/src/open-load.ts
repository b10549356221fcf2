import { Agent } from 'node:http'
import type { Order } from '@holdfast/payment-stop/language'
import { ordersTopic } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import { sendAtRate } from '@holdfast/test-kit/load'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { sendHttp } from '@holdfast/test-kit/send-http'

export interface OpenLoadOptions {
  /** Endpoints, used in rotation. A request is sent once only, so one to an endpoint that is down is lost. */
  readonly endpoints: readonly string[]
  /** A token of its own for each request. */
  readonly token: () => Promise<string>
  readonly perSecond: number
  /** The number of the first request, where earlier loads used numbers. */
  readonly firstNumber?: number
  /** Where orders can be read; each request needs an order there. Needed for an engine whose streams are private. */
  readonly streams?: Streams
  /** Reads every tenth request until it has reached this state. */
  readonly looks?: readonly Look[]
}

/** Readers, used in rotation. A failed read has not seen the request. */
interface Look {
  readonly name: string
  see(requestId: string): Promise<boolean>
}

/** A request as its sender sees it. Instants are those of `performance.now()`. */
export interface Sent {
  readonly number: number
  readonly sentAt: number
  /** When its 202 arrived; undefined without one. */
  acceptedAt?: number
  /** Any other answer. */
  failure?: string
  requestId?: string
  /** When its order was seen first, and how often; undefined where orders are not read. */
  orderedAt?: number
  orders?: number
  /** The reader of this request, and when it saw the state. */
  look?: string
  seenAt?: number
}

/**
 * A load with fixed send times. A load that waits for answers sends less while a service is down, and hides the outage.
 */
export interface OpenLoad {
  readonly sent: readonly Sent[]
  /** Stops sending. Resolves when every accepted request has its order and was read; rejects after this long. */
  stop(withinMs?: number): Promise<void>
}

/** A client disconnects after this time, so a later answer counts as none. */
const answerMsMax = 5_000
const lookEveryMs = 50
const lookedAtEach = 10

export async function startOpenLoad(options: OpenLoadOptions): Promise<OpenLoad> {
  const { endpoints, token, perSecond, firstNumber = 1, streams, looks = [] } = options
  const sent: Sent[] = []
  const byRequest = new Map<string, Sent>()
  /** Orders that arrived before the answer to their request. */
  const early = new Map<string, number[]>()
  const agents = endpoints.map(() => new Agent({ keepAlive: true, maxSockets: 256 }))
  const stopWatching = streams ? await watchOrders(streams, ordered) : async () => {}
  const isStopped = new AbortController()

  function ordered(requestId: string, at: number): void {
    const of = byRequest.get(requestId)
    if (!of) return void early.set(requestId, [...(early.get(requestId) ?? []), at])
    of.orderedAt ??= at
    of.orders = (of.orders ?? 0) + 1
  }

  function accepted(one: Sent, requestId: string): void {
    one.acceptedAt = performance.now()
    one.requestId = requestId
    byRequest.set(requestId, one)
    for (const at of early.get(requestId) ?? []) ordered(requestId, at)
    early.delete(requestId)
    const look = one.number % lookedAtEach === 0 ? looks[(one.number / lookedAtEach) % looks.length] : undefined
    if (look) void lookAt(one, requestId, look)
  }

  async function lookAt(one: Sent, requestId: string, { name, see }: Look): Promise<void> {
    one.look = name
    while (!isStopped.signal.aborted) {
      if (await see(requestId).catch(() => false)) {
        one.seenAt = performance.now()
        return
      }
      await new Promise(resolve => setTimeout(resolve, lookEveryMs))
    }
  }

  async function send(number: number): Promise<void> {
    const one: Sent = { number, sentAt: performance.now() }
    sent.push(one)
    const endpoint = number % endpoints.length
    const body = JSON.stringify(buildRequestNumber(number))
    const headers = { authorization: `Bearer ${await token()}`, 'idempotency-key': `open-${number}` }
    const answer = await sendHttp(`${endpoints[endpoint]}/v1/requests`, { body, headers, agent: agents[endpoint] as Agent, answerMsMax })
    if ('error' in answer) one.failure = answer.error.message
    else if (answer.status === 202) accepted(one, (JSON.parse(answer.text()) as { requestId: string }).requestId)
    else one.failure = `${answer.status}: ${answer.text().slice(0, 200)}`
  }

  const load = sendAtRate({ perSecond }, nth => void send(firstNumber + nth))

  const isUnfinished = (one: Sent): boolean =>
    one.acceptedAt === undefined
      ? one.failure === undefined
      : (streams !== undefined && one.orderedAt === undefined) || (one.look !== undefined && one.seenAt === undefined)

  return {
    sent,
    async stop(withinMs = 60_000) {
      load.stop()
      const until = performance.now() + withinMs
      while (sent.some(isUnfinished) && performance.now() < until) await new Promise(resolve => setTimeout(resolve, 50))
      isStopped.abort()
      await stopWatching()
      for (const agent of agents) agent.destroy()
      const unfinished = sent.filter(isUnfinished)
      if (unfinished.length > 0)
        throw new Error(
          `${unfinished.length} of ${sent.length} requests are not finished after ${withinMs} ms, such as ${JSON.stringify(unfinished[0])}`,
        )
    },
  }
}

/** Reports each order of the bank's country as it arrives. Returns the function that stops. */
async function watchOrders(streams: Streams, onOrder: (requestId: string, at: number) => void): Promise<() => Promise<void>> {
  const topic = ordersTopic('TL')
  await streams.ensureTopics([topic])
  const tail = await streams.tail({
    topic: topic.name,
    from: 'end',
    onRecords(records) {
      const at = performance.now()
      for (const { value } of records) onOrder((JSON.parse(value) as Order).data.requestId, at)
    },
    onFault: () => {},
  })
  return () => tail.stop()
}

const inTimeMs = 1_000
const isInTime = (one: Sent, at: number | undefined): boolean => at !== undefined && at - one.sentAt <= inTimeMs

/** What was seen of a span of time, in milliseconds behind its beginning. */
interface Served {
  /**
   * From when on every request that was sent up to the end was answered 202 within a second, and had its order, and was
   * seen where it was looked at, within a second of its sending.
   */
  readonly fullAfterMs: number
  readonly sent: number
  /** Those that were not served like that. */
  readonly failed: readonly Sent[]
}

/**
 * How requests were served that were sent from one instant to another, which is a second ago or more: each has had its
 * time.
 */
function servedBetween(sent: readonly Sent[], from: number, to: number, seesOrders = true): Served {
  const isServed = (one: Sent): boolean =>
    isInTime(one, one.acceptedAt) && (!seesOrders || isInTime(one, one.orderedAt)) && (one.look === undefined || isInTime(one, one.seenAt))
  const all = sent.filter(({ sentAt }) => sentAt >= from && sentAt < to)
  const last = all.findLastIndex(one => !isServed(one))
  const fullAfterMs = last < 0 ? 0 : (all[last + 1]?.sentAt ?? to) - from
  return { fullAfterMs, sent: all.length, failed: all.filter(one => !isServed(one)) }
}

/**
 * Waits until service has been full for so long, and gives how it was since `from`. Throws with what failed last where
 * it is not within a minute.
 */
export async function untilFull(
  load: Pick<OpenLoad, 'sent'>,
  from: number,
  forMs: number,
  seesOrders = true,
  withinMs = 60_000,
): Promise<Served> {
  for (;;) {
    await new Promise(resolve => setTimeout(resolve, 100))
    const to = performance.now() - inTimeMs
    const served = servedBetween(load.sent, from, to, seesOrders)
    if (to - from - served.fullAfterMs >= forMs) return served
    if (performance.now() - from > withinMs) {
      const last = served.failed.at(-1)
      throw new Error(
        `service is not full ${withinMs} ms later: ${served.failed.length} of ${served.sent} requests were not served, the last one ${JSON.stringify(last)}`,
      )
    }
  }
}

const servedWithinMs = 120_000

/** Waits until a request that was sent after an instant has its order. Throws where none has within two minutes. */
export async function untilServed(load: Pick<OpenLoad, 'sent'>, from: number): Promise<void> {
  const until = performance.now() + servedWithinMs
  while (!load.sent.some(({ sentAt, orderedAt }) => sentAt > from && orderedAt !== undefined)) {
    if (performance.now() > until) throw new Error(`no request was ordered within ${servedWithinMs} ms`)
    await new Promise(resolve => setTimeout(resolve, lookEveryMs))
  }
}
