import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tokenOf } from '../src/engine.ts'
import { attackByKafka, attackedBackends, createAttacks, type SeenUnderAttack } from './attacks/attacked-engine.ts'
import type { Attacked } from './attacks/healthy-member.ts'

/** All refusals and losses show here; under-attack.measure.test.ts measures the speed of the rest. */
const options = { attackMs: 3_000, requestsBefore: 100 }

describe.each(attackedBackends)('under attack, on $backend', ({ start, isThere, attacks }) => {
  let engine: Attacked
  let underAttack: ReturnType<typeof createAttacks>

  beforeAll(async () => {
    if (!isThere) return
    engine = await start(options)
    underAttack = createAttacks(engine, options)
  }, 600_000)
  afterAll(() => engine?.stop())

  test.skipIf(!isThere).each(['no attack', ...attacks] as const)('a member reads and its bank answers as usual: %s', async name => {
    const seen = await underAttack(name)
    expect(seen.failed).toEqual([])
    expect(seen.looks.length).toBeGreaterThan(0)
    expect(seen.answers.length).toBeGreaterThan(0)
    if (engine.kafka) expect(seen.receipts.length).toBeGreaterThan(0)
    if (name === attackByKafka) expectFewLetters(seen)
  })

  test.skipIf(!isThere)('after the attacks streams open, for the attacker too', async () => {
    for (const country of ['SG', 'VU']) {
      const answer = await fetch(`${engine.deskUrl}/v1/stream`, {
        headers: { authorization: `Bearer ${await tokenOf(engine, [country, 'officer'])}` },
        signal: AbortSignal.timeout(30_000),
      })
      expect(answer.status).toBe(200)
      await answer.body?.cancel()
    }
  })
})

/** The records of one batch that intake processes at once: each such part has one dead letter. */
const recordsAtOnce = 500

/** A batch of more than a thousand records leaves one dead letter; one of a thousand leaves one for each part. */
function expectFewLetters({ attacker, deadLetters }: SeenUnderAttack): void {
  const { 'batches of 1000': small = 0, 'batches of 100000': large = 0 } = attacker
  expect(Math.min(small, large)).toBeGreaterThan(0)
  expect(deadLetters).toBeGreaterThan(0)
  expect(deadLetters).toBeLessThanOrEqual((small * 1_000) / recordsAtOnce + large)
}
