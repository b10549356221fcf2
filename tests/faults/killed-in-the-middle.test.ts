import { setTimeout as sleep } from 'node:timers/promises'
import { startBank } from '@holdfast/test-kit/bank'
import { type OwnCluster, serviceNames, startOwnCluster } from '@holdfast/test-kit/cluster-engine'
import type { Institution } from '@holdfast/test-kit/institution'
import { type KafkaServer, startKafka } from '@holdfast/test-kit/kafka-server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, type Person } from '../src/engine.ts'
import { createLedgerReader, doubledOrders, readLedgerReport, submitAll, verifyExport } from '../src/load.ts'
import { missingServers } from '../src/real-servers.ts'

const requester: Person = ['SG', 'system', 'load']
/** Requests of each case. A fault strikes within a second of their start, while they are in progress. */
const requests = 300
const clients = 20
/** Opened, verified, acknowledged, frozen, return proposed by one person and approved by another, returned. */
const factsOfEach = 7

describe.skipIf(missingServers())('requests, each sent twice by 20 clients, all reach recovered', () => {
  let engine: OwnCluster<KafkaServer>
  let bank: Institution
  let firstNumber = 1

  beforeAll(async () => {
    engine = await startOwnCluster(startKafka())
    bank = await startBank(engine)
  })
  afterAll(async () => {
    await bank?.stop()
    await engine?.stop()
  })

  /**
   * Sends the requests in parts during a fault and checks that the fault had no effect. Each part begins when `next` is
   * called.
   */
  async function survives(goWrong: (sendPart: () => void) => Promise<void>, parts = 1): Promise<void> {
    const first = firstNumber
    firstNumber += requests
    const sent: Promise<Set<string>>[] = []
    await goWrong(() => {
      const size = requests / parts
      sent.push(submitAll(engine, requester, size, clients, first + sent.length * size))
    })
    const ids = new Set((await Promise.all(sent)).flatMap(part => [...part]))
    expect(ids.size).toBe(requests)

    const look = createLedgerReader(engine)
    const report = await eventually(
      async () => {
        const ledger = await look()
        return [...ids].every(id => ledger.states.get(id) === 'recovered') ? ledger : undefined
      },
      'all are recovered',
      120_000,
    ).catch(async error => {
      const ledger = await readLedgerReport(engine)
      const counts = Map.groupBy(ids, id => ledger.states.get(id) ?? 'lost')
      throw new Error(`${(error as Error).message}: ${[...counts].map(([state, all]) => `${all.length} ${state}`).join(', ')}`)
    })
    expect([...ids].filter(id => report.sequences.get(id) !== factsOfEach)).toEqual([])
    expect(report.states.size).toBe(first + requests - 1)
    const orders = await doubledOrders(engine, 'TL')
    expect(orders).toEqual({ sent: first + requests - 1, doubled: [] })
    console.log(`${requests} recovered; ${report.dropped} records of late writers dropped in all`)

    const verified = await eventually(async () => {
      const result = await verifyExport(engine, requester)
      return result.lines === report.states.size * factsOfEach ? result : undefined
    }, 'the desk has all facts')
    expect(verified).toMatchObject({ status: 0 })
  }

  test('while every service is killed and restarted', async () => {
    await survives(async sendPart => {
      for (const name of serviceNames) {
        sendPart()
        await sleep(200)
        await engine.services[name].kill('SIGKILL')
        await sleep(200)
        await engine.services[name].start()
      }
    }, serviceNames.length)
  })

  test('while the ledger pauses for longer than its session, another instance takes over, and the first one resumes', async () => {
    await survives(async sendPart => {
      sendPart()
      await sleep(500)
      await engine.services.ledger.kill('SIGSTOP')
      const successor = await engine.another('ledger')
      // Its session ends after 6 s; then the successor has the partitions.
      await sleep(9000)
      await engine.services.ledger.kill('SIGCONT')
      await sleep(2000)
      await successor.kill('SIGKILL')
    })
  })

  test('while the Kafka broker is killed and restarted', async () => {
    await survives(async sendPart => {
      sendPart()
      await sleep(700)
      await engine.kafka.kill('SIGKILL')
      await engine.kafka.restart()
    })
  })
})
