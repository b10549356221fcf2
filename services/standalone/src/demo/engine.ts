import type { Client } from '@holdfast/client'
import { createClient } from '@holdfast/client'
import { type MemberRole, type Notification, notificationsTopic, type Order } from '@holdfast/schemas'
import { startBank } from '@holdfast/test-kit/bank'
import { startInProcess } from '@holdfast/test-kit/in-process-engine'
import type { Institution } from '@holdfast/test-kit/institution'
import { developmentToken } from '@holdfast/trust'
import { createStandalone } from '../app.ts'
import { createArrivals } from './arrivals.ts'
import { handleOf, type Nth } from './handles.ts'
import type { StoryClock } from './story-clock.ts'

/** The institutions of one country, as the demo plays them: an order comes, and they answer when the story says so. */
export interface PlayedInstitution {
  answer: Institution['answer']
  /** The order of this kind for a request. Throws when it does not come. */
  order(requestId: string, kind: Order['data']['kind']): Promise<Order>
}

/** The case system of one country, as far as the demo plays it: it reads what it is told. */
export interface PlayedSystem {
  /** The report of what became of a request. Throws when it does not come. */
  outcomeOf(requestId: string): Promise<Notification>
  /** What its side is told when something that one of it gave is refused. Throws when it does not come. */
  refusalOf(requestId: string): Promise<Notification>
}

interface Speaker {
  readonly person?: Nth
  /** Only for who wants to see the bytes. */
  readonly fetch?: typeof fetch
}

/** The whole engine in this process, on the embedded backends in one folder. */
export interface DemoEngine {
  readonly url: string
  readonly clock: StoryClock
  /** A client that speaks for a person of a country: its first one, where no other is named. */
  as(country: string, role: MemberRole, speaker?: Speaker): Client
  /** The same ones whenever they are asked for. */
  institutionOf(country: string): Promise<PlayedInstitution>
  systemOf(country: string): Promise<PlayedSystem>
  /** How often each order has arrived, over all institutions. */
  orderArrivals(): number[]
  stop(): Promise<void>
}

/** The story's clock jumps from deadline to deadline, and nobody wants to wait for a second at each. */
const lookForDeadlinesEveryMs = 20
/** Who watches the board stays signed in to the end: the story leaps over a month. */
const storyMs = 60 * 86_400_000

/** On any free port, so that it runs beside an engine, unless it is told one. */
export async function startDemoEngine(dataDir: string, clock: StoryClock, port = 0): Promise<DemoEngine> {
  const standalone = createStandalone({ lookForDeadlinesEveryMs, desk: { developmentSessionMsMax: storyMs } })
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
      createClient({ url: engine.url, token: () => token(country, role, person), ...options }),
    institutionOf(country) {
      const known = played.get(country) ?? playInstitution(country)
      played.set(country, known)
      return known
    },
    async systemOf(country) {
      const notices = createArrivals<Notification>()
      const topic = notificationsTopic(country)
      await engine.streams.ensureTopics([topic])
      const reader = await engine.streams.tail({
        topic: topic.name,
        from: 'start',
        onRecords(records) {
          for (const { value } of records) notices.add(JSON.parse(value) as Notification)
        },
        onFault: error => notices.fail(error as Error),
      })
      readers.push(reader)
      return {
        outcomeOf: requestId =>
          notices.first(
            () => `the outcome of ${requestId}`,
            ({ data }) => data.kind === 'outcome' && data.requestId === requestId,
          ),
        refusalOf: requestId =>
          notices.first(
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
