import { cp } from 'node:fs/promises'
import { createOperatorClient, type OperatorClient } from '@holdfast/client'
import { type Fact, type ParkedRequest, topics } from '@holdfast/schemas'
import type { Institution } from '@holdfast/test-kit/institution'
import { startKafka } from '@holdfast/test-kit/kafka-server'
import { slowness } from '@holdfast/test-kit/machine-speed'
import { startRedis } from '@holdfast/test-kit/redis-server'
import { developmentOperatorToken } from '@holdfast/trust'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBank } from '../src/bank.ts'
import { serviceNames, startClusterEngine } from '../src/cluster-engine.ts'
import { startEmbeddedEngine } from '../src/embedded-engine.ts'
import { type Engine, eventsIn, eventually, type Person } from '../src/engine.ts'
import { createLedgerFold, doubledOrders, submitAll, verifyExport } from '../src/load.ts'
import type { Tree } from '../src/patched-tree.ts'
import { makePlantedTree, perPlant, plants } from '../src/planted-faults.ts'
import { missingServers } from '../src/real-servers.ts'

const requester: Person = ['SG', 'system', 'load']
/** Two loads of one machine differ by less than half, unless the one that throws holds up the others; what takes milliseconds differs by some. */
const slowerMax = 1.5
const differMs = 20

const total = plants.length * perPlant

/** An engine in which something throws until it is mended. */
interface PlantedEngine {
  readonly engine: Engine
  /** Stops every service and starts it again without what throws. */
  mend(): Promise<void>
  stop(): Promise<void>
}

/** The engine of the copy runs in this process; what it has written is what the mended one starts with. */
async function plantedEmbedded({ path }: Tree): Promise<PlantedEngine> {
  const copy = (await import(`${path}/tests/src/embedded-engine.ts`)) as typeof import('../src/embedded-engine.ts')
  let engine = await copy.startEmbeddedEngine()
  return {
    get engine() {
      return engine
    },
    async mend() {
      const before = engine
      await before.restart(async written => {
        engine = await startEmbeddedEngine({ prepare: dataDir => cp(written, dataDir, { recursive: true }) })
      })
      await before.stop()
    },
    stop: () => engine.stop(),
  }
}

async function plantedCluster({ path }: Tree): Promise<PlantedEngine> {
  const kafka = await startKafka()
  const redis = await startRedis()
  const engine = await startClusterEngine({ brokers: kafka.brokers, redisUrl: redis.url })
  async function runs(tree?: string): Promise<void> {
    await Promise.all(serviceNames.map(name => engine.services[name].kill('SIGTERM')))
    await Promise.all(serviceNames.map(name => engine.services[name].start(tree ? { tree } : {})))
  }
  await runs(path)
  return {
    engine,
    mend: () => runs(),
    async stop() {
      await engine.stop()
      await redis.stop()
      await kafka.stop()
    },
  }
}

const backends = [
  { name: 'embedded', start: plantedEmbedded, isThere: true },
  { name: 'on Kafka and Redis', start: plantedCluster, isThere: !missingServers() },
]

describe.each(backends.filter(({ isThere }) => isThere))(
  'code that throws on one request of a hundred, in five places, under load, $name',
  ({ start }) => {
    let tree: Tree
    let planted: PlantedEngine
    let bank: Institution
    let operator: OperatorClient
    let accepted: Set<string>
    let besideThrowing: Set<string>
    let look: ReturnType<typeof createLedgerFold>

    beforeAll(async () => {
      tree = makePlantedTree()
      planted = await start(tree)
      look = createLedgerFold(planted.engine)
      bank = await startBank(planted.engine)
      operator = operatorOf(planted.engine)
    }, 300_000)
    afterAll(async () => {
      await bank?.stop()
      await planted?.stop()
      tree?.remove()
    })

    const operatorOf = ({ deskUrl: url, dataDir }: Engine): OperatorClient =>
      createOperatorClient({ url, token: () => developmentOperatorToken(dataDir, 'nightshift', undefined, new Date()) })

    async function mend(): Promise<void> {
      await bank.stop()
      await planted.mend()
      look = createLedgerFold(planted.engine)
      bank = await startBank(planted.engine)
      operator = operatorOf(planted.engine)
    }

    const recovered = async () => {
      const { states } = await look()
      return new Set([...states].filter(([, state]) => state === 'recovered').map(([id]) => id))
    }

    async function parked(): Promise<readonly ParkedRequest[]> {
      const page = await operator.parked()
      if (!page.ok) throw new Error(JSON.stringify(page.error))
      return page.value.parked
    }

    /** From the first fact to the last of those that recovered. How long a load takes says less: its callers wait for each other's keys. */
    async function medianMs(ids: ReadonlySet<string>): Promise<number> {
      const done = await recovered()
      const times = new Map<string, number[]>()
      for (const { subject, time } of await eventsIn<Fact>(planted.engine.streams, topics.ledger))
        if (ids.has(subject) && done.has(subject)) times.set(subject, [...(times.get(subject) ?? []), Date.parse(time)])
      const took = [...times.values()].map(all => Math.max(...all) - Math.min(...all)).sort((a, b) => a - b)
      return took[Math.floor(took.length / 2)] ?? Number.NaN
    }

    /** Sends this many from this number on, and waits until so many of them are recovered. */
    async function travel(from: number, sent: number, count: number): Promise<Set<string>> {
      const before = (await recovered()).size
      const ids = await submitAll(planted.engine, requester, sent, 8, from)
      await eventually(async () => ((await recovered()).size >= before + count ? true : undefined), `${count} are recovered`, 240_000)
      return ids
    }

    test('the other ninety-nine recover, and each of the five is parked where it was thrown, and shown', async () => {
      // What is measured meets services that have their partitions.
      const warmUp = await travel(2 * total + 1, perPlant, perPlant)
      // What throws in the view of a desk stops no money.
      besideThrowing = await travel(1, total, total - 4)
      accepted = new Set([...besideThrowing, ...warmUp])
      const list = await eventually(async () => {
        const found = await parked()
        return found.length === plants.length ? found : undefined
      }, 'five are parked')
      expect(list.map(({ service }) => service).sort()).toEqual(plants.map(({ service }) => service).sort())
      for (const { reason } of list) expect(reason).toMatch(/^TypeError: planted \((packages|services)\/.*\.ts:\d+\)$/)
      const left = [...accepted]
      const done = await recovered()
      expect(left.filter(id => !done.has(id)).sort()).toEqual(
        list
          .filter(({ service }) => service !== 'desk')
          .map(({ requestId }) => requestId)
          .sort(),
      )
    }, 300_000)

    test('a redrive before the mend leaves them parked, and loses nothing', async () => {
      const [first] = await parked()
      const requestId = first?.requestId ?? ''
      expect(await operator.redriveParked(requestId, { preview: true })).toMatchObject({ ok: true, value: { requestId } })
      expect((await operator.redriveParked(requestId)).ok).toBe(true)
      await eventually(
        async () => (await parked()).find(each => each.requestId === requestId)?.failedAgainAt,
        'it is tried and stays parked',
      )
      expect(await parked()).toHaveLength(plants.length)
    })

    test('after the mend each goes on where it stood when it is redriven, and recovers', async () => {
      await mend()
      const list = await parked()
      for (const { requestId } of list) {
        const preview = await operator.redriveParked(requestId, { preview: true })
        expect(preview).toMatchObject({ ok: true, value: { requestId } })
        expect(preview.ok && preview.value.stillThrows).toBeFalsy()
        expect((await operator.redriveParked(requestId)).ok).toBe(true)
      }
      await eventually(async () => ((await parked()).length === 0 ? true : undefined), 'nothing is parked', 60_000)
      await eventually(async () => ((await recovered()).size === accepted.size ? true : undefined), 'all are recovered', 60_000)
    }, 200_000)

    test('0 lost, 0 doubled, the chain intact, and the desk sees all', async () => {
      expect(await recovered()).toEqual(accepted)
      expect(await doubledOrders(planted.engine, 'TL')).toEqual({ sent: accepted.size, doubled: [] })
      const verified = await eventually(async () => {
        const report = await verifyExport(planted.engine, requester)
        return report.lines >= accepted.size * 6 ? report : undefined
      }, 'the desk has every fact')
      expect(verified).toMatchObject({ status: 0, output: expect.stringContaining('intact') })
    }, 120_000)

    test('ninety-nine beside one that throws were as fast as a hundred of which none does', async () => {
      const alone = await travel(total + 1, total, total)
      const besideMs = await medianMs(besideThrowing)
      let aloneMs = await medianMs(alone)
      const mostMs = () => slowerMax * aloneMs + differMs * slowness()
      // The two were measured at different times, of which one may have been a busy one.
      if (besideMs >= mostMs()) aloneMs = Math.max(aloneMs, await medianMs(await travel(2 * total + perPlant + 1, total, total)))
      console.log(`from opened to recovered, median: ${besideMs} ms beside five that throw, ${aloneMs} ms of those beside none`)
      expect(besideMs).toBeLessThan(mostMs())
    }, 300_000)
  },
)
