import { serviceNames } from '@holdfast/test-kit/cluster-engine'
import { type Comparison, expectRatios } from '@holdfast/test-kit/ratios'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { type OverloadedEngine, startOverloadedEngine } from '../src/overloaded-engine.ts'
import { missingServers } from '../src/real-servers.ts'

const megabyte = 1024 * 1024
/** A service that took all of them into memory would grow by more than their 100 MB, as objects are larger than their records. */
const waiting = 40_000
const waitingMb = 100
/** By then caches and heaps have found their size. */
const warming = waiting / 2
/** What a heap that breathes under load adds to that of a service that has been at work. */
const band = { max: 1.6 }
const lookEveryMs = 200

describe.skipIf(missingServers())('where more comes than is worked on, memory does not grow with what waits', () => {
  let overloaded: OverloadedEngine

  beforeAll(async () => {
    overloaded = await startOverloadedEngine()
    await overloaded.openRequests(warming)
  }, 300_000)
  afterAll(() => overloaded?.stop())

  /** How far each service grows at most while the work is done, compared with the records that wait. */
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

  test(`${waiting} answers by Kafka about nothing that was ordered`, () =>
    expectBounded('answers by Kafka', () => overloaded.refuseAnswers(waiting)))

  test('requests by HTTP while no broker answers', () =>
    expectBounded('requests by HTTP without a broker', () => overloaded.postWithoutBroker()))
})
