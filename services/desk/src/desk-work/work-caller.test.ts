import { silentLogger } from '@holdfast/runtime'
import type { MemberRole } from '@holdfast/schemas'
import { expect, test } from 'vitest'
import { createDesksWork } from './work-caller.ts'

const who = (country: string, role: MemberRole) => ({ country, role, person: 'a' })

test('an officer may perform 400 actions at once and then two a second, without using up the rate limit of another', () => {
  const desks = createDesksWork({
    followed: {
      ready: async () => undefined,
      reached: async () => undefined,
      beginAgain: async () => undefined,
      stop: async () => undefined,
    },
    work: { see: async () => undefined },
    clock: { now: () => new Date() },
    log: silentLogger,
  })
  const refused = Array.from({ length: 410 }, () => desks.spend(who('SG', 'officer'))).filter(Boolean)
  expect(refused.length).toBeGreaterThanOrEqual(5)
  expect(refused.length).toBeLessThanOrEqual(10)
  expect(refused[0]).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) })
  expect(desks.spend({ ...who('SG', 'officer'), person: 'b' })).toBeUndefined()
})
