import { setTimeout as sleep } from 'node:timers/promises'
import { type Fact, factKindOf, type Order } from '@holdfast/payment-stop/language'
import { startBank } from '@holdfast/test-kit/bank'
import { type OwnCluster, startOwnCluster } from '@holdfast/test-kit/cluster-engine'
import type { Institution } from '@holdfast/test-kit/institution'
import { type KafkaServer, startKafka } from '@holdfast/test-kit/kafka-server'
import { buildRequestNumber, requestedAt } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startEmbeddedEngine } from '../src/embedded-engine.ts'
import { eventually, type Person, submit } from '../src/engine.ts'
import { historiesIn } from '../src/histories.ts'
import { missingServers } from '../src/real-servers.ts'

const requester: Person = ['SG', 'system', 'ncb']
const hourMs = 3_600_000

const expiries = (facts: readonly Fact[] = []) => facts.filter(fact => factKindOf(fact) === 'HoldExpired')
const isHeld = (facts: readonly Fact[] = []) => facts.some(fact => factKindOf(fact) === 'FreezeReported')
const warnings = (facts: readonly Fact[] = []) => facts.filter(fact => factKindOf(fact) === 'DeadlineReached')

test('a deadline that is due while the engine is stopped is reached once after its start, and never early', async () => {
  let nowMs = requestedAt.getTime()
  const now = () => new Date(nowMs)
  const engine = await startEmbeddedEngine({ clock: { now } })
  const play = () =>
    startBank(engine, { now, plan: order => [{ kind: 'frozen', details: { amount: order.data.amount, basis: 'VOLUNTARY' } }] })
  let bank = await play()
  try {
    const requestId = await submit(engine, requester, buildRequestNumber(1), 'key-1', now())
    await eventually(async () => isHeld((await historiesIn(engine)).get(requestId)) || undefined, 'a hold')
    await bank.stop()
    nowMs += 71 * hourMs
    await engine.restart()
    bank = await play()
    await eventually(async () => (warnings((await historiesIn(engine)).get(requestId)).length === 3 ? true : undefined), 'three warnings')
    expect(expiries((await historiesIn(engine)).get(requestId))).toEqual([])
    await bank.stop()
    nowMs += 2 * hourMs
    await engine.restart()
    bank = await play()
    await eventually(async () => expiries((await historiesIn(engine)).get(requestId))[0], 'the hold expires')
    await bank.stop()
    await engine.restart()
    bank = await play()
    // When a later hold in the only partition has expired, the engine has checked all earlier deadlines.
    const later = await submit(engine, requester, buildRequestNumber(2), 'key-2', now())
    await eventually(async () => isHeld((await historiesIn(engine)).get(later)) || undefined, 'a later hold')
    nowMs += 73 * hourMs
    await eventually(async () => expiries((await historiesIn(engine)).get(later))[0], 'the later hold expires')
    const facts = (await historiesIn(engine)).get(requestId)
    expect([warnings(facts).length, expiries(facts).length]).toEqual([3, 1])
  } finally {
    await bank.stop()
    await engine.stop()
  }
})

describe.skipIf(missingServers())('holds that end while their owners are killed and Redis is flushed', () => {
  let engine: OwnCluster<KafkaServer>
  let bank: Institution
  const requests = 40
  /** For the first requests. Their hold lasts long enough to freeze all of them before its half. */
  let holdMs = hourMs
  const held = new Map<string, number>()

  beforeAll(async () => {
    engine = await startOwnCluster(startKafka())
    bank = await startBank(engine, {
      plan(order: Order) {
        const endsMs = Date.now() + holdMs
        held.set(order.data.requestId, endsMs)
        return [{ kind: 'frozen', details: { amount: order.data.amount, basis: 'VOLUNTARY', expiresAt: new Date(endsMs).toISOString() } }]
      },
    })
  })
  afterAll(async () => {
    await bank?.stop()
    await engine?.stop()
  })

  /** Submits the requests from a number on and waits until each has a hold. */
  async function holdAll(from: number): Promise<string[]> {
    const ids = await Promise.all(
      Array.from({ length: requests }, (_, index) =>
        submit(engine, requester, buildRequestNumber(from + index + 1), `key-${from + index}`),
      ),
    )
    await eventually(async () => {
      const all = await historiesIn(engine)
      return ids.every(id => isHeld(all.get(id))) || undefined
    }, 'all are held')
    return ids
  }

  test('each ends once, after its time, under any owner', async () => {
    const startedMs = performance.now()
    await holdAll(requests)
    holdMs = 12_000 + 3 * (performance.now() - startedMs)
    const ids = await holdAll(0)
    await sleep(holdMs / 3)
    await engine.services.ledger.kill('SIGKILL')
    await engine.services.ledger.start()
    await engine.redis.flush()
    const successor = await engine.another('ledger')
    await sleep(holdMs / 2)
    await engine.services.ledger.kill('SIGKILL')
    const done = await eventually(
      async () => {
        const all = await historiesIn(engine)
        return ids.every(id => expiries(all.get(id)).length > 0) ? all : undefined
      },
      'every hold expires',
      90_000,
    )
    for (const id of ids) {
      const [expired, ...more] = expiries(done.get(id))
      expect(more, id).toEqual([])
      expect(Date.parse(expired?.time ?? '')).toBeGreaterThanOrEqual(held.get(id) ?? Number.POSITIVE_INFINITY)
      // The only warning for a hold of seconds is at half time.
      expect(warnings(done.get(id)).length, id).toBe(1)
    }
    await successor.kill('SIGTERM')
  })
})
