import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tokenOf } from '../src/engine.ts'
import { attackedBackends, attacks, createAttacks } from './attacks/attacked-engine.ts'
import type { Attacked } from './attacks/healthy-member.ts'

/** Nothing of what is refused or lost comes only later: how fast the rest is, which needs more, is measured in under-attack.measure.test.ts. */
const options = { attackMs: 3_000, requestsBefore: 100 }

describe.each(attackedBackends)('under attack, on $backend', ({ start, isThere }) => {
  let engine: Attacked
  let underAttack: ReturnType<typeof createAttacks>

  beforeAll(async () => {
    if (!isThere) return
    engine = await start(options)
    underAttack = createAttacks(engine, options)
  }, 600_000)
  afterAll(() => engine?.stop())

  test.skipIf(!isThere).each(['nobody', ...attacks] as const)('a member looks and its bank answers as ever: %s', async name => {
    const { looks, answers, failed } = await underAttack(name)
    expect(failed).toEqual([])
    expect(looks.length).toBeGreaterThan(0)
    expect(answers.length).toBeGreaterThan(0)
  })

  test.skipIf(!isThere)('after all of it streams open, for the attacker too', async () => {
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
