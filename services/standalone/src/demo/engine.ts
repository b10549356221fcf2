import type { Client } from '@holdfast/client'
import { createClient } from '@holdfast/client'
import type { Notification, Order, PaymentStopTypes } from '@holdfast/payment-stop/language'
import { type MemberRole, notificationsTopic } from '@holdfast/schemas'
import { startBank } from '@holdfast/test-kit/bank'
import { startInProcess } from '@holdfast/test-kit/in-process-engine'
import type { Institution } from '@holdfast/test-kit/institution'
import { developmentToken } from '@holdfast/trust'
import { createStandalone } from '../app.ts'
import { createArrivals } from './arrivals.ts'
import { handleOf, type Nth } from './handles.ts'
import type { StoryClock } from './story-clock.ts'

/** The institutions of one country in the demo: they receive orders and answer when the story requires. */
export interface PlayedInstitution {
  answer: Institution['answer']
  /** Returns the order of this kind for a request. Throws if it does not arrive. */
  order(requestId: string, kind: Order['data']['kind']): Promise<Order>
}

/** The case system of one country in the demo, which reads its notifications. */
export interface PlayedSystem {
  /** Returns the outcome report of a request. Throws if it does not arrive. */
  outcomeOf(requestId: string): Promise<Notification>
  /** Returns the notification of a refused command of its country. Throws if it does not arrive. */
  refusalOf(requestId: string): Promise<Notification>
}

interface ClientOptions {
  readonly person?: Nth
  /** Set only to record the bytes. */
  readonly fetch?: typeof fetch
}

/** The whole engine in this process, on the embedded backends in one folder. */
export interface DemoEngine {
  readonly url: string
  readonly clock: StoryClock
  /** A client for a person of a country; defaults to the first person. */
  as(country: string, role: MemberRole, options?: ClientOptions): Client<PaymentStopTypes>
  /** The same institutions at each call. */
  institutionOf(country: string): Promise<PlayedInstitution>
  systemOf(country: string): Promise<PlayedSystem>
  /** How often each order has arrived, over all institutions. */
  orderArrivals(): number[]
  stop(): Promise<void>
}

/** The clock jumps from deadline to deadline, and the demo should not wait a second at each. */
const deadlineCheckMs = 20
/** The viewer of the desk stays signed in although the story spans more than a month. */
const storyMs = 60 * 86_400_000

/** Uses any free port unless one is named, so that it can run next to another engine. */
export async function startDemoEngine(dataDir: string, clock: StoryClock, port = 0): Promise<DemoEngine> {
  const standalone = createStandalone({ deadlineCheckMs, desk: { developmentSessionMsMax: storyMs } })
  const engine = await startInProcess(standalone, { folder: dataDir, clock, port })
  const token = (country: string, role: MemberRole, nth: Nth) =>
    developmentToken(dataDir, { country, role, person: handleOf(role, nth), now: clock.now() })
  const institutions: Institution[] = []
  const readers: { stop(): Promise<void> }[] = []

  async function playInstitution(country: string): Promise<PlayedInstitution> {
    const orders = createArrivals<Order>()
    const institution = await startBank(engine, {
      country,
      nameOf: person => handleOf('institution', person),
      plan: () => [],
      now: clock.now,
      onOrder: orders.add,
    })
    institutions.push(institution)
    return {
      answer: institution.answer,
      order: (requestId, kind) =>
        orders.first(
          () => `the ${kind} order to ${country}`,
          order => order.data.requestId === requestId && order.data.kind === kind,
        ),
    }
  }

  const played = new Map<string, Promise<PlayedInstitution>>()
  return {
    url: engine.url,
    clock,
    as: (country, role, { person = 'first', ...options } = {}) =>
      createClient<PaymentStopTypes>({ url: engine.url, token: () => token(country, role, person), ...options }),
    institutionOf(country) {
      const known = played.get(country) ?? playInstitution(country)
      played.set(country, known)
      return known
    },
    async systemOf(country) {
      const notifications = createArrivals<Notification>()
      const topic = notificationsTopic(country)
      await engine.streams.ensureTopics([topic])
      const reader = await engine.streams.tail({
        topic: topic.name,
        from: 'start',
        onRecords(records) {
          for (const { value } of records) notifications.add(JSON.parse(value) as Notification)
        },
        onFault: error => notifications.fail(error as Error),
      })
      readers.push(reader)
      return {
        outcomeOf: requestId =>
          notifications.first(
            () => `the outcome of ${requestId}`,
            ({ data }) => data.kind === 'outcome' && data.requestId === requestId,
          ),
        refusalOf: requestId =>
          notifications.first(
            () => `the refusal on ${requestId}`,
            ({ data }) => data.kind === 'progress' && data.fact === 'CommandRefused' && data.requestId === requestId,
          ),
      }
    },
    orderArrivals: () => institutions.flatMap(institution => [...institution.received.values()]),
    async stop() {
      for (const running of [...institutions, ...readers]) await running.stop()
      await engine.stop()
    },
  }
}
