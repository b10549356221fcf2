import { type Fact, factKindOf, factType, type Order } from '@holdfast/payment-stop/language'
import type { Clock } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import { createStandalone } from '@holdfast/standalone'
import { startBank } from '@holdfast/test-kit/bank'
import { startInProcess } from '@holdfast/test-kit/in-process-engine'
import type { Institution } from '@holdfast/test-kit/institution'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { sharedServers, testNamespace } from '@holdfast/test-kit/shared-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { type Engine, eventsIn, eventually, type Person, submit, testSettings } from '../src/engine.ts'
import { historiesIn } from '../src/histories.ts'
import { missingServers } from '../src/real-servers.ts'

const requester: Person = ['SG', 'system', 'ncb']
const secondMs = 1000
const dayMs = 86_400 * secondMs
const holds = 40
/** Holds that end while the clock is wrong; the others end the day after. */
const endingSoon = 10
const deadlineCheckMs = 20

/** The clock of a machine that a test sets. */
interface SetClock extends Clock {
  set(aheadMs: number): void
  /** Resolves when the engine has read it this many times. */
  lookedAt(times: number): Promise<void>
}

function createSetClock(): SetClock {
  let aheadMs = 0
  let looks = 0
  return {
    now() {
      looks += 1
      return new Date(Date.now() + aheadMs)
    },
    steadyMs: () => performance.now(),
    set(ms) {
      aheadMs = ms
    },
    async lookedAt(times) {
      const enough = looks + times
      await eventually(async () => (looks >= enough ? true : undefined), `${times} looks at the clock`)
    },
  }
}

/** How often each of these requests has a fact of a type, without facts that every reader drops. */
async function countOf(engine: Engine, ids: ReadonlySet<string>, kind: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for (const [requestId, facts] of await historiesIn(engine)) {
    const count = facts.filter(fact => factKindOf(fact) === kind).length
    if (ids.has(requestId) && count > 0) counts.set(requestId, count)
  }
  return counts
}

async function whyNotReady(url: string): Promise<string | undefined> {
  const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5 * secondMs) })
  return answer.ok ? undefined : ((await answer.json()) as { detail: string }).detail
}

async function ready(url: string): Promise<void> {
  await eventually(async () => ((await whyNotReady(url)) === undefined ? true : undefined), 'ready')
}

interface Held {
  readonly bank: Institution
  readonly all: ReadonlySet<string>
  readonly soon: ReadonlySet<string>
  readonly endsMs: number
}

/** Forty holds at one bank, the last ten of which end soon. Returns all, those ten, and their end. */
async function holdForty(engine: Engine): Promise<Held> {
  let endsMs = Date.now() + dayMs
  const bank = await startBank(engine, {
    plan: ({ data: { amount } }: Order) => [
      { kind: 'frozen', details: { amount, basis: 'VOLUNTARY', expiresAt: new Date(endsMs).toISOString() } },
    ],
  })
  const all = new Set<string>()
  async function hold(count: number): Promise<string[]> {
    const numbers = Array.from({ length: count }, (_, index) => all.size + index + 1)
    const ids = await Promise.all(numbers.map(nth => submit(engine, requester, buildRequestNumber(nth), `key-${nth}`)))
    for (const id of ids) all.add(id)
    await eventually(async () => ((await countOf(engine, all, 'FreezeReported')).size === all.size ? true : undefined), 'all are held')
    return ids
  }
  const startedMs = Date.now()
  await hold(holds - endingSoon)
  // Longer than freezing takes on a machine that is as slow as it was just now.
  endsMs = Date.now() + 5 * secondMs + 2 * (Date.now() - startedMs)
  return { bank, all, soon: new Set(await hold(endingSoon)), endsMs }
}

interface World {
  readonly engine: Engine
  readonly clock: SetClock
  /** The advice for the case that the clock is right. */
  readonly advice: string
}

async function showThatNoHoldEndsBeforeItsTime({ engine, clock, advice }: World): Promise<void> {
  const { bank, all, soon, endsMs } = await holdForty(engine)
  await ready(engine.deskUrl)
  clock.set(4 * dayMs)
  const why = await eventually(() => whyNotReady(engine.deskUrl), 'not ready')
  expect(why).toContain('the clock of this machine shows ')
  expect(why).toContain('it is about 4 days ahead, so no deadline expires until it is corrected')
  expect(why).toContain(advice)
  await eventually(async () => (Date.now() > endsMs ? true : undefined), 'the last ten have ended')
  await clock.lookedAt(100)
  expect([...(await countOf(engine, all, 'HoldExpired'))]).toEqual([])
  clock.set(0)
  await ready(engine.deskUrl)
  await eventually(
    async () => ((await countOf(engine, all, 'HoldExpired')).size >= endingSoon ? true : undefined),
    'the last ten holds expire',
  )
  await clock.lookedAt(100)
  expect(await countOf(engine, all, 'HoldExpired')).toEqual(new Map([...soon].map(id => [id, 1])))
  await bank.stop()
}

describe('with a clock that jumps four days ahead, the engine is not ready and ends none of forty holds; with the right clock it ends those that are due', () => {
  test('embedded', async () => {
    const clock = createSetClock()
    const engine = await startEmbeddedEngine({ clock, deadlineCheckMs })
    try {
      await showThatNoHoldEndsBeforeItsTime({ engine, clock, advice: 'HOLDFAST_CLOCK_CONFIRMED_AT' })
    } finally {
      await engine.stop()
    }
  })

  test.skipIf(missingServers())('on Kafka and Redis', async () => {
    const clock = createSetClock()
    const servers = sharedServers()
    const engine = await startInProcess(createStandalone({ deadlineCheckMs }), {
      clock,
      env: {
        ...testSettings,
        HOLDFAST_KAFKA_BROKERS: servers?.brokers ?? '',
        HOLDFAST_REDIS_URL: servers?.redisUrl ?? '',
        HOLDFAST_NAMESPACE: testNamespace(),
      },
    })
    try {
      await showThatNoHoldEndsBeforeItsTime({ engine, clock, advice: `the broker that leads ${testNamespace()}.freeze.clock` })
    } finally {
      await engine.stop()
    }
  })
})

test('a hold that is reported while the clock is nine days behind or ahead starts at the time of the log', async () => {
  const clock = createSetClock()
  const engine = await startEmbeddedEngine({ clock, deadlineCheckMs })
  // The bank's clock is right: its tokens count by the time of the log.
  const bank = await startBank(engine, {
    plan: order => [{ kind: 'frozen', details: { amount: order.data.amount, basis: 'FIU_SUSPENSION' } }],
  })
  const holdEnd = async (number: number, aheadMs: number): Promise<number> => {
    clock.set(aheadMs)
    const id = await submit(engine, requester, buildRequestNumber(number), `key-${number}`, clock.now())
    const fact = await eventually(async () => {
      const facts = await eventsIn<Fact>(engine.streams, topics.ledger)
      return facts.find(({ subject, type }) => subject === id && type === factType('FreezeReported'))
    }, 'held')
    return Date.parse((fact.data as { expiresAt?: string }).expiresAt ?? '')
  }
  try {
    const right = (await holdEnd(1, 0)) - Date.now()
    for (const [number, aheadMs] of [
      [2, -9 * dayMs],
      [3, 9 * dayMs],
    ] as const)
      expect(Math.abs((await holdEnd(number, aheadMs)) - Date.now() - right)).toBeLessThan(60 * secondMs)
  } finally {
    await bank.stop()
    await engine.stop()
  }
})

describe('an embedded engine whose clock jumped four days ahead while it was stopped', () => {
  let engine: EmbeddedEngine
  const clock = createSetClock()
  beforeAll(async () => {
    engine = await startEmbeddedEngine({ clock, deadlineCheckMs })
  })
  afterAll(() => engine.stop())

  test('ends no hold before an operator confirms the clock, and is ready once it is right', async () => {
    const { bank, all } = await holdForty(engine)
    await bank.stop()
    clock.set(4 * dayMs)
    await engine.restart()
    const why = await eventually(() => whyNotReady(engine.deskUrl), 'not ready')
    expect(why).toContain('if it is right, restart the engine with HOLDFAST_CLOCK_CONFIRMED_AT set to the current time')
    await clock.lookedAt(100)
    expect([...(await countOf(engine, all, 'HoldExpired'))]).toEqual([])
    clock.set(0)
    await ready(engine.deskUrl)
  })
})
