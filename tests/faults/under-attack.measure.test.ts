import { expectRatios } from '@holdfast/test-kit/ratios'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { median, percentile } from '../src/quantiles.ts'
import { attackByKafka, attackedBackends, createAttacks } from './attacks/attacked-engine.ts'
import type { Attacked } from './attacks/healthy-member.ts'

/** The figures in the docs are for 20,000 requests. */
const options = { attackMs: 10_000, requestsBefore: Number(process.env.HOLDFAST_ATTACK_REQUESTS ?? 1_000) }
/** Without fair queues and quotas a read and an answer take seconds: more than a hundred times as long. */
const lookBand = { max: 15 }
const answerBand = { max: 15 }
/**
 * Attacks by the cost of one input. Every other attack sends as much as its quota allows and takes that part of the
 * processors.
 */
const costlyInputs: ReadonlySet<string> = new Set([
  'media types that backtrack',
  'lists of empty elements',
  'runs of CDATA',
  'reports of one cent',
  'chains and crowds of children',
  attackByKafka,
])
const costlyLookBand = { max: 5 }
/** Without limits the attack left 986,000 dead letters, and one receipt in four took more than a minute. */
const receiptBand = { max: 5 }

describe.each(attackedBackends)('under attack, on $backend', ({ backend, start, isThere, attacks }) => {
  let engine: Attacked
  let underAttack: ReturnType<typeof createAttacks>

  beforeAll(async () => {
    if (!isThere) return
    engine = await start(options)
    underAttack = createAttacks(engine, options)
    await underAttack('no attack')
  }, 600_000)
  afterAll(() => engine?.stop())

  test.skipIf(!isThere).each(attacks)('a member reads and its bank answers as fast as without attack: %s', async name => {
    const names = {
      look: `look amid ${name} to without, p95, ${backend}`,
      slowestLook: `look amid ${name} to without, p99, ${backend}`,
      answer: `answer amid ${name} to without, median, ${backend}`,
      receipt: `receipt by Kafka amid ${name} to without, p99, ${backend}`,
    }
    const bands = {
      [names.look]: lookBand,
      [names.answer]: answerBand,
      ...(costlyInputs.has(name) ? { [names.slowestLook]: costlyLookBand } : {}),
      ...(name === attackByKafka ? { [names.receipt]: receiptBand } : {}),
    }
    await expectRatios(bands, async () => {
      const without = await underAttack('no attack')
      const amid = await underAttack(name)
      expect([...without.failed, ...amid.failed]).toEqual([])
      return {
        [names.look]: { value: percentile(amid.looks, 0.95), against: percentile(without.looks, 0.95), unit: 'ms' as const },
        [names.slowestLook]: { value: percentile(amid.looks, 0.99), against: percentile(without.looks, 0.99), unit: 'ms' as const },
        [names.answer]: { value: median(amid.answers), against: median(without.answers), unit: 'ms' as const },
        [names.receipt]: { value: percentile(amid.receipts, 0.99), against: percentile(without.receipts, 0.99), unit: 'ms' as const },
      }
    })
  })
})
