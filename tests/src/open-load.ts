import { Agent } from 'node:http'
import { type Order, ordersTopic } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import { sendAtRate } from '@holdfast/test-kit/load'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { sendHttp } from '@holdfast/test-kit/send-http'

export interface OpenLoadOptions {
  /** Doors that take turns. No request is sent a second time, so one that is sent to a door that is away is lost. */
  readonly doors: readonly string[]
  /** A token of its own for each request. */
  readonly token: () => Promise<string>
  readonly perSecond: number
  /** The number of the first request, where others came before. */
  readonly firstNumber?: number
  /** Where orders are seen: each request needs its own there. Of an engine whose streams nobody else can read, what is looked at has to show them. */
  readonly streams?: Streams
  /** Looks at every tenth request, again and again, until it has come as far as that. */
  readonly looks?: readonly Look[]
}

/** One of these takes its turn at each request that is looked at. A look that fails has not seen it. */
interface Look {
  readonly name: string
  see(requestId: string): Promise<boolean>
}

/** One request as its sender saw it. Instants are those of `performance.now()`. */
export interface Sent {
  readonly number: number
  readonly sentAt: number
  /** When its 202 came; undefined while it has none. */
  acceptedAt?: number
  /** What was said instead. */
  failure?: string
  requestId?: string
  /** When the order that it makes necessary was seen first, and how often it was; undefined where orders are not seen. */
  orderedAt?: number
  orders?: number
  /** By whom it is looked at, and since when he has seen it. */
  look?: string
  seenAt?: number
}

/** A load that is sent at its times, whatever becomes of it: who waits for answers would send less while a service is away, and see less of it. */
export interface OpenLoad {
  readonly sent: readonly Sent[]
  /** Sends no more; resolves when what was accepted has its order and has been seen, and rejects where something has not after this long. */
  stop(withinMs?: number): Promise<void>
}

/** An answer that takes longer is no answer: a client would have hung up. */
const answerMsMax = 5_000
const lookEveryMs = 50
const lookedAtEach = 10

export async function startOpenLoad(options: OpenLoadOptions): Promise<OpenLoad> {
  const { doors, token, perSecond, firstNumber = 1, streams, looks = [] } = options
  const sent: Sent[] = []
  const byRequest = new Map<string, Sent>()
  /** Orders that were here before the answer to their request was. */
  const early = new Map<string, number[]>()
  const agents = doors.map(() => new Agent({ keepAlive: true, maxSockets: 256 }))
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
    const door = number % doors.length
    const body = JSON.stringify(buildRequestNumber(number))
    const headers = { authorization: `Bearer ${await token()}`, 'idempotency-key': `open-${number}` }
    const answer = await sendHttp(`${doors[door]}/v1/requests`, { body, headers, agent: agents[door] as Agent, answerMsMax })
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

/** Tells of each order of the bank's country as it comes. Returns how to stop. */
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
  /** From when on every request that was sent up to the end was answered 202 within a second, and had its order, and was seen where it was looked at, within a second of its sending. */
  readonly fullAfterMs: number
  readonly sent: number
  /** Those that were not served like that. */
  readonly failed: readonly Sent[]
}

/** How requests were served that were sent from one instant to another, which is a second ago or more: each has had its time. */
function servedBetween(sent: readonly Sent[], from: number, to: number, seesOrders = true): Served {
  const isServed = (one: Sent): boolean =>
    isInTime(one, one.acceptedAt) && (!seesOrders || isInTime(one, one.orderedAt)) && (one.look === undefined || isInTime(one, one.seenAt))
  const all = sent.filter(({ sentAt }) => sentAt >= from && sentAt < to)
  const last = all.findLastIndex(one => !isServed(one))
  const fullAfterMs = last < 0 ? 0 : (all[last + 1]?.sentAt ?? to) - from
  return { fullAfterMs, sent: all.length, failed: all.filter(one => !isServed(one)) }
}

/** Waits until service has been full for so long, and gives how it was since `from`. Throws with what failed last where it is not within a minute. */
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
