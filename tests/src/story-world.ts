import type { Client } from '@holdfast/client'
import type { PaymentStopTypes, PaymentStopView } from '@holdfast/payment-stop/language'
import { type CommandKind, type Fact, type FactKind, factKindOf, type Notification, type Order } from '@holdfast/payment-stop/language'
import { notificationsTopic, type RefusedCommand } from '@holdfast/schemas'
import { startBank } from '@holdfast/test-kit/bank'
import type { Institution, PlannedAnswer } from '@holdfast/test-kit/institution'
import { buildRequestNumber, requestedAt } from '@holdfast/test-kit/requests'
import { type EmbeddedEngineOptions, startEmbeddedEngine } from './embedded-engine.ts'
import { clientsOf, type Engine, eventsIn, eventually, type Person, submit } from './engine.ts'

type Overrides = Parameters<typeof buildRequestNumber>[1]

/** The embedded engine on a clock that a test moves. Some countries have institutions whose answers the test sends. */
export interface StoryWorld {
  readonly engine: Engine
  now(): Date
  /** Advances the clock. The engine itself acts on the deadlines that are due then. */
  pass(ms: number): void
  /** Sends a request of Singapore to Timor-Leste over USD 1,000.00, with these changes. Returns its id. */
  send(overrides?: Overrides): Promise<string>
  /** Sends a request and waits for its order. */
  order(overrides?: Overrides): Promise<{ requestId: string; order: Order }>
  orderOf(requestId: string, kind: Order['data']['kind']): Promise<Order>
  answer(order: Order, answer: PlannedAnswer): Promise<void>
  act(person: Person, requestId: string, command: CommandKind, data: unknown): ReturnType<Client<PaymentStopTypes>['act']>
  /** A command with dual approval. Returns both outcomes. */
  together(side: readonly [country: string, role: Person[1]], requestId: string, command: CommandKind, data: unknown): Promise<string[]>
  /** Waits until a state path begins with this. */
  reaches(requestId: string, state: string): Promise<PaymentStopView>
  /** Waits for the n-th fact of a type. */
  fact(requestId: string, kind: FactKind, nth?: number): Promise<Fact>
  /** Waits for the first refused command. */
  refused(requestId: string): Promise<RefusedCommand>
  kinds(requestId: string): Promise<FactKind[]>
  view(requestId: string): Promise<PaymentStopView>
  /** Waits for a notification to a country about a request that passes this test. */
  notification(country: string, requestId: string, isWanted: (body: Notification['data']) => boolean): Promise<Notification['data']>
  stop(): Promise<void>
}

/** For a browser that stays signed in while a test moves the clock. */
export const longSessionMs = 60 * 86_400_000

const usd = (value: string) => ({ currency: 'USD', value })

export async function startStoryWorld(
  countries: readonly string[] = ['TL'],
  options: Pick<EmbeddedEngineOptions, 'port' | 'prepare' | 'profiles' | 'sessionMsMax'> = {},
): Promise<StoryWorld> {
  let nowMs = requestedAt.getTime()
  const now = () => new Date(nowMs)
  const engine = await startEmbeddedEngine({ ...options, clock: { now } })
  const orders = new Map<string, Order>()
  const banks = new Map<string, Institution>()
  for (const country of countries)
    banks.set(
      country,
      await startBank(engine, {
        country,
        nameOf: person => `bank-${person}`,
        plan: () => [],
        now,
        onOrder: order => orders.set(`${order.data.requestId}/${order.data.kind}`, order),
      }),
    )
  let count = 0
  let given = 0
  const requester: Person = ['SG', 'system', 'ncb']
  const deskOf = (person: Person) => clientsOf(engine, person, now()).desk

  const show = async (requestId: string) => {
    const shown = await deskOf(['SG', 'officer', 'a.tan']).show(requestId)
    return shown.ok ? shown.value : undefined
  }
  const world: StoryWorld = {
    engine,
    now,
    pass(ms) {
      nowMs += ms
    },
    async send(overrides = {}) {
      count += 1
      const document = buildRequestNumber(count, { ...overrides, payment: { amount: usd('1000.00'), ...overrides.payment } })
      return submit(engine, requester, document, `key-${count}`, now())
    },
    async order(overrides) {
      const requestId = await world.send(overrides)
      return { requestId, order: await world.orderOf(requestId, 'freeze') }
    },
    orderOf: (requestId, kind) => eventually(async () => orders.get(`${requestId}/${kind}`), `the ${kind} order of ${requestId}`),
    async answer(order, answer) {
      const bank = banks.get(order.data.country)
      if (!bank) throw new Error(`this story has no institution in ${order.data.country}`)
      await bank.answer(order, answer)
    },
    act: (person, requestId, command, data) => deskOf(person).act(requestId, command, data, { idempotencyKey: `act-${++given}` }),
    async together([country, role], requestId, command, data) {
      const outcomes: string[] = []
      for (const name of ['first', 'second']) {
        const outcome = await world.act([country, role, name], requestId, command, data)
        outcomes.push(outcome.ok ? outcome.value.outcome : `${outcome.error.code}: ${outcome.error.detail}`)
      }
      return outcomes
    },
    async reaches(requestId, state) {
      let last = 'unknown'
      const look = async () => {
        const shown = await show(requestId)
        last = shown?.request.states.join(', ') ?? last
        return shown?.request.states.some(path => path === state || path.startsWith(`${state}.`)) ? shown.request : undefined
      }
      return eventually(look, `${requestId} reaches ${state}`).catch(error => {
        throw new Error(`${(error as Error).message}; it is in ${last}`)
      })
    },
    fact: (requestId, kind, nth = 1) =>
      eventually(async () => (await show(requestId))?.history.filter(fact => factKindOf(fact) === kind)[nth - 1], `${kind} ${nth}`),
    refused: requestId => eventually(async () => (await show(requestId))?.refusals[0], 'a refused command'),
    kinds: async requestId => (await show(requestId))?.history.map(factKindOf) ?? [],
    async view(requestId) {
      const shown = await show(requestId)
      if (!shown) throw new Error(`${requestId} is not there`)
      return shown.request
    },
    notification: (country, requestId, isWanted) =>
      eventually(async () => {
        const notifications = await eventsIn<Notification>(engine.streams, notificationsTopic(country)).catch(() => [])
        return notifications.map(({ data }) => data).find(data => 'requestId' in data && data.requestId === requestId && isWanted(data))
      }, `a notification to ${country}`),
    async stop() {
      for (const bank of banks.values()) await bank.stop()
      await engine.stop()
    },
  }
  return world
}
