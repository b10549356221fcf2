import { commandType } from '@holdfast/payment-stop/language'
import { consequenceIdOf, ordersTopic, requestIdOf, topics } from '@holdfast/schemas'
import { type OwnCluster, serviceNames, startOwnCluster } from '@holdfast/test-kit/cluster-engine'
import { type KafkaServer, startKafka } from '@holdfast/test-kit/kafka-server'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { countIn, eventually } from '../src/engine.ts'
import { doubledOrders, readLedgerReport } from '../src/load.ts'
import { missingServers } from '../src/real-servers.ts'

/** More work than fits into the session of its consumer. */
const waiting = 15_000
/** Opened and verified. */
const factsOfEach = 2

describe.skipIf(missingServers())('commands that wait for a stopped ledger', () => {
  let engine: OwnCluster<KafkaServer>

  beforeAll(async () => {
    engine = await startOwnCluster(startKafka())
  })
  afterAll(() => engine?.stop())

  const openCommand = (number: number) => {
    const requestId = requestIdOf('SG', `backlog-${number}`)
    const command = {
      specversion: '1.0',
      id: consequenceIdOf('command', requestId, 'OpenRequest'),
      source: '/holdfast/intake',
      type: commandType('OpenRequest'),
      subject: requestId,
      // With a current date: the deadlines of a request of 2024 would be reached before its verification.
      time: new Date().toISOString(),
      actor: 'SG/system/backlog',
      data: { request: buildRequestNumber(number) },
    }
    return { key: requestId, value: JSON.stringify(command) }
  }
  const countOf = (topic: string) => countIn(engine.streams, topic)

  test('are all processed once it starts, and no consumer has stopped', async () => {
    await engine.services.ledger.kill('SIGKILL')
    for (let number = 1; number <= waiting; number += 1000)
      await engine.streams.publish(
        topics.commands.name,
        Array.from({ length: 1000 }, (_, i) => openCommand(number + i)),
      )
    expect(await countOf(topics.commands.name)).toBe(waiting)
    // Each partition has a record of its feature level.
    expect(await countOf(topics.ledger.name)).toBe(await engine.streams.partitionCount(topics.ledger.name))

    const startedAt = performance.now()
    await engine.services.ledger.start()
    await eventually(
      async () => ((await countOf(topics.ledger.name)) >= waiting * factsOfEach ? true : undefined),
      'all are verified',
      240_000,
    )
    console.log(`${waiting} requests from waiting to verified in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)

    const { states, dropped } = await readLedgerReport(engine)
    expect(states.size).toBe(waiting)
    expect([...states.values()].filter(state => state !== 'verified.ordering')).toEqual([])
    expect(dropped).toBe(0)
    const orders = ordersTopic('TL').name
    await eventually(async () => ((await countOf(orders)) >= waiting ? true : undefined), 'all orders are sent', 120_000)
    expect(await doubledOrders(engine, 'TL')).toEqual({ sent: waiting, doubled: [] })
    for (const name of serviceNames)
      await eventually(async () => (await fetch(`${engine.services[name].url}/health/ready`)).ok || undefined, `${name} is ready`)
  })
})
