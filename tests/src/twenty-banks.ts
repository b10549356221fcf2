import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient, type Retries } from '@holdfast/client'
import type { PaymentStopTypes } from '@holdfast/payment-stop/language'
import { type Fact, isFact, type Order } from '@holdfast/payment-stop/language'
import { type EngineProcess, startEngineProcess } from '@holdfast/test-kit/engine-process'
import { sendInWindow } from '@holdfast/test-kit/load'
import { freePort } from '@holdfast/test-kit/ports'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { type Behaviour, type Receiver, startReceiver } from '@holdfast/test-kit/webhook-receiver'
import { createDevelopmentTokens } from '@holdfast/trust'
import { expect } from 'vitest'
import { eventually } from './engine.ts'

export const bankCount = 20
const clients = 20
const patient: Retries = { attemptsMax: 200, pauseMs: 50, pauseMaxMs: 500 }
/** How long a slow bank needs for an order. The engine abandons a delivery that hangs after 10 s. */
export const slowMs = 1_000
const secret = `whsec_${Buffer.alloc(32, 'a secret of the tests').toString('base64')}`

const kinds = ['healthy', 'slow', 'forgetful', 'down'] as const
type Kind = (typeof kinds)[number]
export interface Bank {
  readonly bic: string
  readonly kind: Kind
  readonly receiver: Receiver
}

export interface BankLoad {
  /** How many orders each bank receives in one round. */
  readonly ordersOfEach: number
  /**
   * After this time the desk is notified of an undelivered order. A bank that loses its first answer to each order must
   * have accepted all of its orders by then.
   */
  readonly withinMs: number
}

/** From the decision to the institution, in ms. */
export interface Delays {
  readonly orders: number
  readonly p50: number
  readonly p99: number
}

/**
 * The standalone engine in a process of its own, and twenty banks that receive their orders by webhook: five of each
 * kind. All work until `fallIll`.
 */
export interface TwentyBanks {
  readonly engine: EngineProcess
  readonly banks: readonly Bank[]
  /**
   * Makes five banks slow; five lose their first answer to each order; five fail, never answer, or refuse connections.
   */
  fallIll(): Promise<void>
  /** Sends the requests of all banks, in rotation. Returns their ids. */
  submit(first: number): Promise<Set<string>>
  /** Waits until each order was accepted, or the desk was notified that it is undelivered. */
  allTakenOrTold(ids: ReadonlySet<string>): Promise<{ taken: Set<string>; told: Set<string> }>
  /** The requests whose order a bank has accepted. */
  takenBy(bank: Bank, ids: ReadonlySet<string>): Set<string>
  /** Orders with different ids for one request: a bank would act on both. */
  expectNoneTakenTwice(ids: ReadonlySet<string>): void
  /** Delivery times of the orders to the banks that work. */
  delays(ids: ReadonlySet<string>): Delays
  stop(): Promise<void>
}

export async function startTwentyBanks({ ordersOfEach, withinMs }: BankLoad): Promise<TwentyBanks> {
  const banks: Bank[] = []
  let ill = false
  /** When each order arrived first. */
  const arrivedAt = new Map<string, number>()

  async function behave(kind: Kind, nth: number, index: number): Promise<Behaviour> {
    if (!ill || kind === 'healthy') return 200
    if (kind === 'slow') {
      await sleep(slowMs)
      return 200
    }
    // The bank has accepted the order, and the engine cannot know.
    if (kind === 'forgetful') return nth === 1 ? 'loses the answer' : 200
    return index % 2 === 0 ? 500 : 'never answers'
  }

  /** Some of the banks that are down refuse connections. */
  const isThere = ({ kind }: Bank, index: number) => !ill || kind !== 'down' || index % 5 < 3

  for (let index = 0; index < bankCount; index++) {
    const kind = kinds[Math.floor((index * kinds.length) / bankCount)] as Kind
    const receiver = await startReceiver({
      secrets: [secret],
      behave(id, nth) {
        if (nth === 1) arrivedAt.set(id, Date.now())
        return behave(kind, nth, index)
      },
    })
    banks.push({ bic: `BK${String.fromCharCode(65 + index)}ATLDL`, kind, receiver })
  }

  async function writeDirectory(dataDir: string): Promise<void> {
    const nowhere = await freePort()
    const entries = banks.map((bank, index) => ({
      name: `${bank.kind} bank ${index}`,
      bic: bank.bic,
      channel: {
        kind: 'webhook',
        url: isThere(bank, index) ? bank.receiver.url : `http://127.0.0.1:${nowhere}/${index}`,
        keyIds: ['tests'],
      },
    }))
    await writeFile(join(dataDir, 'directory.new'), JSON.stringify({ countries: { TL: entries } }))
    await rename(join(dataDir, 'directory.new'), join(dataDir, 'directory.json'))
  }

  const engine = await startEngineProcess({
    async prepare(dataDir) {
      await mkdir(join(dataDir, 'webhook-secrets'))
      await writeFile(join(dataDir, 'webhook-secrets/tests'), secret)
      await writeDirectory(dataDir)
    },
    env: dataDir => ({
      HOLDFAST_DIRECTORY: join(dataDir, 'directory.json'),
      HOLDFAST_WEBHOOKS_PRIVATE: 'allow',
      HOLDFAST_DELIVERY_WITHIN_MS: `${withinMs}`,
    }),
  })
  const tokens = createDevelopmentTokens(engine.dataDir)
  const token = () => tokens({ country: 'SG', role: 'system', person: 'load' })

  const ordersAt = ({ receiver }: Bank, ids: ReadonlySet<string>): Order[] =>
    receiver.accepted.map(({ body }) => JSON.parse(body) as Order).filter(({ data }) => ids.has(data.requestId))

  const takenBy = (bank: Bank, ids: ReadonlySet<string>) => new Set(ordersAt(bank, ids).map(({ data }) => data.requestId))

  /** The requests whose undelivered order was reported to the desk. */
  async function undelivered(ids: ReadonlySet<string>): Promise<Set<string>> {
    const told = new Set<string>()
    for await (const line of createClient<PaymentStopTypes>({ url: engine.url, token }).export()) {
      const fact = JSON.parse(line) as Fact
      if (isFact(fact, 'OrderUndelivered') && ids.has(fact.subject)) told.add(fact.subject)
    }
    return told
  }

  return {
    engine,
    banks,
    takenBy,
    async fallIll() {
      ill = true
      await writeDirectory(engine.dataDir)
    },
    async submit(first) {
      const client = createClient<PaymentStopTypes>({ url: engine.url, token, retries: patient })
      const ids = new Set<string>()
      await sendInWindow({ atOnce: clients, count: bankCount * ordersOfEach }, async nth => {
        const number = first + nth
        const bic = banks[number % banks.length]?.bic ?? ''
        const document = buildRequestNumber(number, { payment: { creditorAgent: { bic } } })
        const receipt = await client.submit(document, { idempotencyKey: `endpoints-${number}` })
        if (!receipt.ok) throw new Error(JSON.stringify(receipt.error))
        ids.add(receipt.value.requestId)
      })
      return ids
    },
    allTakenOrTold(ids) {
      let left = 0
      const look = async () => {
        const taken = new Set(banks.flatMap(bank => [...takenBy(bank, ids)]))
        const told = await undelivered(ids)
        left = [...ids].filter(id => !taken.has(id) && !told.has(id)).length
        return left === 0 ? { taken, told } : undefined
      }
      return eventually(look, 'every order is accepted or reported to the desk as undelivered', withinMs + 70_000).catch(error => {
        throw new Error(`${(error as Error).message}; ${left} are left`)
      })
    },
    expectNoneTakenTwice(ids) {
      for (const bank of banks) {
        const orders = ordersAt(bank, ids)
        expect(new Set(orders.map(order => order.id)).size).toBe(takenBy(bank, ids).size)
        expect(orders.filter(({ data }) => data.institution.bic !== bank.bic)).toEqual([])
        expect(bank.receiver.refused).toEqual([])
      }
    },
    delays(ids) {
      const sorted = banks
        .filter(({ kind }) => kind === 'healthy')
        .flatMap(bank => ordersAt(bank, ids))
        .map(order => (arrivedAt.get(order.id) ?? Number.NaN) - Date.parse(order.time))
        .sort((a, b) => a - b)
      const at = (part: number) => sorted[Math.ceil(sorted.length * part) - 1] ?? Number.NaN
      return { orders: sorted.length, p50: at(0.5), p99: at(0.99) }
    },
    async stop() {
      await engine.stop()
      await Promise.all(banks.map(({ receiver }) => receiver.stop()))
    },
  }
}
