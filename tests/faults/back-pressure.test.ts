import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../src/engine.ts'
import { type OverloadedEngine, startOverloadedEngine } from '../src/overloaded-engine.ts'
import { missingServers } from '../src/real-servers.ts'

const waiting = 10_000

describe.skipIf(missingServers())('under more load than the engine can process, no submission is lost', () => {
  let overloaded: OverloadedEngine

  beforeAll(async () => {
    overloaded = await startOverloadedEngine()
  }, 240_000)
  afterAll(() => overloaded?.stop())

  test(`${waiting} requests by Kafka at once`, () => overloaded.openRequests(waiting))

  test(`${waiting} answers by Kafka that match no order`, () => overloaded.refuseAnswers(waiting))

  test('requests by HTTP while no broker answers: each is refused, and the endpoint recovers as soon as a broker answers', async () => {
    const statuses = await overloaded.postWithoutBroker()
    expect(statuses.size).toBeGreaterThan(0)
    expect([...statuses.keys()].filter(status => ![202, 429, 503].includes(Number(status)))).toEqual([])
    const isReady = async () => ((await fetch(`${overloaded.engine.intakeUrl}/health/ready`)).ok ? true : undefined)
    await eventually(isReady, 'the endpoint is ready again', 60_000)
  })
})
