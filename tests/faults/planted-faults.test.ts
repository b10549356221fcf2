import { createOperatorClient, type OperatorClient } from '@holdfast/client'
import type { ParkedRequest } from '@holdfast/schemas'
import { startBank } from '@holdfast/test-kit/bank'
import type { Institution } from '@holdfast/test-kit/institution'
import { developmentOperatorToken } from '@holdfast/trust'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Engine, eventually, type Person } from '../src/engine.ts'
import { createLedgerReader, doubledOrders, submitAll, verifyExport } from '../src/load.ts'
import type { Tree } from '../src/patched-tree.ts'
import { type PlantedEngine, plantedBackends } from '../src/planted-engine.ts'
import { makePlantedTree, perPlant, plants } from '../src/planted-faults.ts'

const requester: Person = ['SG', 'system', 'load']
const total = plants.length * perPlant

describe.each(plantedBackends.filter(({ isThere }) => isThere))(
  'code that throws on one of a hundred requests, at five locations, under load, $name',
  ({ start }) => {
    let tree: Tree
    let planted: PlantedEngine
    let bank: Institution
    let operator: OperatorClient
    let accepted: Set<string>
    let look: ReturnType<typeof createLedgerReader>

    beforeAll(async () => {
      tree = makePlantedTree()
      planted = await start(tree)
      look = createLedgerReader(planted.engine)
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

    async function repair(): Promise<void> {
      await bank.stop()
      await planted.repair()
      look = createLedgerReader(planted.engine)
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

    /** Sends requests from this number on and waits until this many are recovered. */
    async function travel(from: number, sent: number, count: number): Promise<Set<string>> {
      const before = (await recovered()).size
      const ids = await submitAll(planted.engine, requester, sent, 8, from)
      await eventually(async () => ((await recovered()).size >= before + count ? true : undefined), `${count} are recovered`, 240_000)
      return ids
    }

    test('the other ninety-nine recover, and each of the five is parked by its service and shown', async () => {
      // The measurement starts when the services have their partitions.
      const warmUp = await travel(2 * total + 1, perPlant, perPlant)
      // A fault in the projection of a desk stops no money.
      accepted = new Set([...(await travel(1, total, total - 4)), ...warmUp])
      const list = await eventually(async () => {
        const found = await parked()
        return found.length === plants.length ? found : undefined
      }, 'five are parked')
      expect(list.map(({ service }) => service).sort()).toEqual(plants.map(({ service }) => service).sort())
      // The message itself is left out, because it may hold personal data.
      for (const { reason } of list) expect(reason).toMatch(/^TypeError: .+ \((packages|services|workflows)\/.*\.ts:\d+\)$/)
      const left = [...accepted]
      const done = await recovered()
      expect(left.filter(id => !done.has(id)).sort()).toEqual(
        list
          .filter(({ service }) => service !== 'desk')
          .map(({ requestId }) => requestId)
          .sort(),
      )
    }, 300_000)

    test('a retry before the repair leaves them parked and loses no command', async () => {
      const [first] = await parked()
      const requestId = first?.requestId ?? ''
      expect(await operator.redriveParked(requestId, { preview: true })).toMatchObject({ ok: true, value: { requestId } })
      expect((await operator.redriveParked(requestId)).ok).toBe(true)
      await eventually(async () => (await parked()).find(each => each.requestId === requestId)?.failedAgainAt, 'the retry leaves it parked')
      expect(await parked()).toHaveLength(plants.length)
    })

    test('after the repair a retry continues each request where it stopped, and it recovers', async () => {
      await repair()
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

    test('no request is lost or duplicated, the chain is intact, and the desk has all facts', async () => {
      expect(await recovered()).toEqual(accepted)
      expect(await doubledOrders(planted.engine, 'TL')).toEqual({ sent: accepted.size, doubled: [] })
      const verified = await eventually(async () => {
        const report = await verifyExport(planted.engine, requester)
        return report.lines >= accepted.size * 6 ? report : undefined
      }, 'the desk has every fact')
      expect(verified).toMatchObject({ status: 0, output: expect.stringContaining('intact') })
    }, 120_000)
  },
)
