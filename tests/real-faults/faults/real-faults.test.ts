import { afterAll, describe, expect, test } from 'vitest'
import { missingServers } from '../../src/real-servers.ts'
import { runCampaign } from '../src/campaign.ts'
import { kindsOf } from '../src/kinds/all.ts'
import { linesOf } from '../src/report.ts'
import type { EngineName } from '../src/site.ts'

/** Short kinds of fault, so that a minute has many. */
const brief: Readonly<Record<EngineName, readonly string[]>> = {
  cluster: [
    'kill',
    'surge',
    'clock-far',
    'leaders',
    'broker-cut',
    'broker-half-open',
    'redis-cut',
    'redis-flush',
    'redis-old-dump',
    'redis-fail-over',
    'keys-lost',
  ],
  embedded: ['kill', 'sleep', 'rolling', 'clock-little', 'clock-far', 'disk-full', 'torn-view', 'torn-log', 'keys-lost', 'keys-older'],
}
const seconds = 90
const fewestKinds = 6
const timeout = 600_000
const said: string[] = []
afterAll(() => console.log(said.join('\n')))

/** Returns the kinds that occurred and the violations. */
async function weather(engine: EngineName, seed: number) {
  const kinds = kindsOf(engine).filter(({ name }) => brief[engine].includes(name))
  const result = await runCampaign({
    engine,
    seed,
    seconds,
    fewestKinds,
    kinds,
    perSecond: 8,
    servedWithinMs: 3_000,
    say: line => said.push(line),
  })
  said.push(...linesOf(result))
  const { verdict, weather, accepted } = result
  return {
    accepted,
    kinds: new Set(weather.windows.map(({ kind }) => kind)).size,
    wrong: [...verdict.violations, ...weather.failures],
  }
}

describe('drawn faults under a load leave no promise unkept', () => {
  test('embedded', { timeout }, async () => {
    const { accepted, kinds, wrong } = await weather('embedded', 3)
    expect(wrong).toEqual([])
    expect(kinds).toBeGreaterThanOrEqual(fewestKinds)
    expect(accepted).toBeGreaterThan(100)
  })

  test.skipIf(missingServers())('two instances of each service, three brokers, and Redis with a replica', { timeout }, async () => {
    const { accepted, kinds, wrong } = await weather('cluster', 3)
    expect(wrong).toEqual([])
    expect(kinds).toBeGreaterThanOrEqual(fewestKinds)
    expect(accepted).toBeGreaterThan(100)
  })
})
