import { serviceNames } from '@holdfast/test-kit/cluster-engine'
import { type Comparison, expectRatios } from '@holdfast/test-kit/ratios'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { type OverloadedEngine, startOverloadedEngine } from '../src/overloaded-engine.ts'
import { missingServers } from '../src/real-servers.ts'

const megabyte = 1024 * 1024
/**
 * A service that held all of them in memory would grow by more than their 100 MB, because objects are larger than
 * records.
 */
const waiting = 40_000
const waitingMb = 100
/** After this many, caches and heaps have their final size. */
const warming = waiting / 2
/** The growth of a loaded heap over that of a service at the end of its work. */
const band = { max: 1.6 }
const lookEveryMs = 200

describe.skipIf(missingServers())('under more load than the engine can process, memory does not grow with the backlog', () => {
  let overloaded: OverloadedEngine

  beforeAll(async () => {
    overloaded = await startOverloadedEngine()
    await overloaded.openRequests(warming)
  }, 300_000)
  afterAll(() => overloaded?.stop())

  /** The most growth of each service during the work, relative to the waiting records. */
  async function expectBounded(what: string, work: () => Promise<unknown>): Promise<void> {
    const nameOf = (service: string) => `growth of ${service} by ${what} to what waits`
    await expectRatios(Object.fromEntries(serviceNames.map(name => [nameOf(name), band])), async () => {
      const memoryNow = () => serviceNames.map(name => overloaded.engine.services[name].memoryBytes())
      const before = memoryNow()
      const most = [...before]
      const timer = setInterval(() => {
        for (const [n, bytes] of memoryNow().entries()) most[n] = Math.max(most[n] ?? 0, bytes)
      }, lookEveryMs)
      try {
        await work()
      } finally {
        clearInterval(timer)
      }
      const grownMb = (n: number) => Math.max(0, (most[n] ?? 0) - (before[n] ?? 0)) / megabyte
      return Object.fromEntries(
        serviceNames.map((name, n): [string, Comparison] => [nameOf(name), { value: grownMb(n), against: waitingMb, unit: 'MB' }]),
      )
    })
  }

  test(`${waiting} requests by Kafka at once`, () => expectBounded('requests by Kafka', () => overloaded.openRequests(waiting)))

  test(`${waiting} answers by Kafka that match no order`, () => expectBounded('answers by Kafka', () => overloaded.refuseAnswers(waiting)))

  test('requests by HTTP while no broker answers', () =>
    expectBounded('requests by HTTP without a broker', () => overloaded.postWithoutBroker()))
})
