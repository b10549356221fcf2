import { createDesk } from '@holdfast/desk'
import { paymentStopDesk } from '@holdfast/desk/payment-stops'
import { createDispatch } from '@holdfast/dispatch'
import { banks } from '@holdfast/dispatch/banks'
import { createIntake } from '@holdfast/intake'
import { createLedger } from '@holdfast/ledger'
import { type PaymentStop, paymentStop } from '@holdfast/payment-stop'
import type { Command, Fact, Order } from '@holdfast/payment-stop/language'
import type { Running } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import type { ServiceContext, ServiceDefinition } from '@holdfast/service-kit'
import type { Streams } from '@holdfast/streams'
import { startBank } from '@holdfast/test-kit/bank'
import { startInProcess } from '@holdfast/test-kit/in-process-engine'
import type { Institution } from '@holdfast/test-kit/institution'
import { createValidation } from '@holdfast/validation'
import type { Engine } from '../src/engine.ts'
import { profileFile, trustingCountry } from './countries.ts'
import { beginning } from './model-state.ts'

/**
 * An engine for one path: its clock stands still until it is moved, and its rules are stopped until they are needed.
 */
export interface Stage extends Engine {
  now(): Date
  moveTo(instant: Date): void
  /** Runs validation until `done`; all other services always run. */
  whileValidating<T>(done: () => Promise<T>): Promise<T>
  /** The fact with this number in a request's history. Throws at the time limit. */
  fact(requestId: string, sequence: number): Promise<Fact>
  /** The verdict of the rules on the document of this fact, also where it is late. Throws at the time limit. */
  verdict(requestId: string, sequence: number): Promise<Command>
  /** The last freeze order of a request. Throws at the time limit. */
  order(requestId: string): Promise<Order>
  readonly bank: Institution
}

/** A moved clock makes deadlines due at once, so the ledger checks more often than by default. */
const deadlineCheckMs = 50
/** An engine answers within milliseconds; a machine as slow as this cannot walk a path. */
const patienceMs = 30_000

export async function startStage(): Promise<Stage> {
  let now = beginning
  const clock = { now: () => now }
  const parts = composed([
    createLedger(paymentStop, { deadlineCheckMs }),
    keepingKeys(createDispatch(paymentStop, banks)),
    createDesk([paymentStopDesk]),
    createIntake(paymentStop),
  ])
  const engine = await startInProcess(parts.definition, {
    clock,
    env: { HOLDFAST_PARTITIONS: '1' },
    profileFile,
  })
  const { streams } = engine
  const facts = await followed<Fact>(streams, topics.ledger.name, fact => `${fact.subject}/${fact.sequence}`)
  const commands = await followed<Command>(streams, topics.commands.name, ({ actor, causationid }) => `${actor}/${causationid}`)
  const orders = createArrivals<Order>()
  const bank = await startBank(engine, {
    country: trustingCountry,
    plan: () => [],
    now: clock.now,
    onOrder: order => orders.add(`${order.data.requestId}/${order.data.kind}`, order),
  })
  return {
    ...engine,
    bank,
    now: clock.now,
    moveTo(instant) {
      if (instant > now) now = instant
    },
    async whileValidating(done) {
      const stack = new AsyncDisposableStack()
      try {
        await createValidation(paymentStop).start(parts.context(), stack)
        return await done()
      } finally {
        await stack.disposeAsync()
      }
    },
    fact: (requestId, sequence) => facts.arrivals.get(`${requestId}/${sequence}`),
    async verdict(requestId, sequence) {
      const { id } = await facts.arrivals.get(`${requestId}/${sequence}`)
      return commands.arrivals.get(`holdfast/validation/rules/${id}`)
    },
    order: requestId => orders.get(`${requestId}/freeze`),
    async stop() {
      await bank.stop()
      await facts.stop()
      await commands.stop()
      await engine.stop()
    },
  }
}

/**
 * Dispatch without key destruction: the model orders an erasure, and tests/journeys/erased-personal-data.test.ts tests
 * what the engine does then.
 */
const keepingKeys = (service: ServiceDefinition): ServiceDefinition => ({
  ...service,
  start({ cipherOf, streams, ...context }, stack) {
    const destroyed = { keys: [], intendedAt: context.clock.now().toISOString(), destroyedAt: context.clock.now().toISOString() }
    const keptOf = cipherOf && ((workflow: PaymentStop) => ({ ...cipherOf(workflow), destroy: async () => destroyed }))
    const isRecorded = ({ value }: { readonly value: string }) => !value.includes('.RecordDestruction"')
    const quiet = new Proxy(streams, {
      get(target, name) {
        if (name === 'publish')
          return (...[topic, records, ...rest]: Parameters<Streams['publish']>) =>
            target.publish(topic, records.filter(isRecorded), ...rest)
        const member = Reflect.get(target, name, target)
        return typeof member === 'function' ? member.bind(target) : member
      },
    })
    return service.start({ ...context, cipherOf: keptOf as ServiceContext['cipherOf'], streams: quiet }, stack)
  },
})

/** As the standalone engine composes them, except for validation, which is started and stopped separately. */
function composed(services: readonly ServiceDefinition[]): { definition: ServiceDefinition; context: () => ServiceContext } {
  let given: ServiceContext | undefined
  const definition: ServiceDefinition = {
    name: 'standalone',
    defaultPort: 0,
    workflows: [paymentStop],
    async start(context, stack) {
      given = context
      for (const service of services) await service.start(context, stack)
    },
  }
  const context = () => {
    if (!given) throw new Error('the engine has not been started')
    return given
  }
  return { definition, context }
}

interface Arrivals<T> {
  add(name: string, item: T): void
  get(name: string): Promise<T>
}

function createArrivals<T>(): Arrivals<T> {
  const arrived = new Map<string, T>()
  const waiting = new Map<string, (item: T) => void>()
  return {
    add(name, item) {
      arrived.set(name, item)
      waiting.get(name)?.(item)
    },
    get(name) {
      const known = arrived.get(name)
      if (known !== undefined) return Promise.resolve(known)
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${name} did not come within ${patienceMs / 1000} s`)), patienceMs)
        waiting.set(name, item => {
          clearTimeout(timer)
          waiting.delete(name)
          resolve(item)
        })
      })
    },
  }
}

async function followed<T>(streams: Streams, topic: string, nameOf: (item: T) => string): Promise<Running & { arrivals: Arrivals<T> }> {
  const arrivals = createArrivals<T>()
  const tail = await streams.tail({
    topic,
    from: 'start',
    async onRecords(records) {
      for (const { value } of records) {
        const item = JSON.parse(value) as T
        arrivals.add(nameOf(item), item)
      }
    },
    onFault: () => undefined,
  })
  return { arrivals, stop: () => tail.stop() }
}
