import type { Fact } from '@holdfast/payment-stop/language'
import { topics } from '@holdfast/schemas'
import { startBank } from '@holdfast/test-kit/bank'
import { expectRatio } from '@holdfast/test-kit/ratios'
import { expect, test } from 'vitest'
import { eventsIn, eventually, type Person } from '../src/engine.ts'
import { createLedgerReader, submitAll } from '../src/load.ts'
import { plantedBackends } from '../src/planted-engine.ts'
import { makePlantedTree, perPlant, plants } from '../src/planted-faults.ts'
import { median } from '../src/quantiles.ts'

const requester: Person = ['SG', 'system', 'load']
const total = plants.length * perPlant

test.each(plantedBackends.filter(({ isThere }) => isThere))(
  'requests recover as fast with five throwing requests as without, $name',
  async ({ name, start }) => {
    await expectRatio(`recovery with requests that throw to without, median, ${name}`, { max: 2 }, async () => {
      const tree = makePlantedTree()
      const planted = await start(tree)
      let bank = await startBank(planted.engine)
      let look = createLedgerReader(planted.engine)
      const recovered = async () => new Set([...(await look()).states].filter(([, state]) => state === 'recovered').map(([id]) => id))

      /** Milliseconds from the first fact to the last, the median of this many requests that recover. */
      async function travelMs(from: number, sent: number, count: number): Promise<number> {
        const before = (await recovered()).size
        const ids = await submitAll(planted.engine, requester, sent, 8, from)
        await eventually(async () => ((await recovered()).size >= before + count ? true : undefined), `${count} are recovered`, 240_000)
        const done = await recovered()
        const times = new Map<string, number[]>()
        for (const { subject, time } of await eventsIn<Fact>(planted.engine.streams, topics.ledger))
          if (ids.has(subject) && done.has(subject)) times.set(subject, [...(times.get(subject) ?? []), Date.parse(time)])
        expect(times.size).toBeGreaterThanOrEqual(count)
        return median([...times.values()].map(all => Math.max(...all) - Math.min(...all)))
      }

      try {
        // The measurement starts when the services have their partitions.
        await travelMs(2 * total + 1, perPlant, perPlant)
        // A fault in the projection of a desk stops no money.
        const value = await travelMs(1, total, total - 4)
        await bank.stop()
        await planted.repair()
        look = createLedgerReader(planted.engine)
        bank = await startBank(planted.engine)
        await travelMs(3 * total + 1, perPlant, perPlant)
        const against = await travelMs(total + 1, total, total)
        return { value, against, unit: 'ms' }
      } finally {
        await bank.stop()
        await planted.stop()
        tree.remove()
      }
    })
  },
  900_000,
)
