import { beforeEach, describe, expect, test, vi } from 'vitest'
import { silentLogger } from '../log.ts'
import { watchLogTime } from './log-time.ts'
import { createReadiness, type Readiness } from './readiness.ts'

const secondMs = 1000
const dayMs = 86_400 * secondMs
const trueMs = Date.parse('2024-07-23T02:25:00Z')

let readiness: Readiness
/** How far the machine's clock is ahead, and how much time has passed since. */
let aheadMs: number
let passedMs: number
/** The time that the log returns. */
let asked: () => Promise<number>
beforeEach(() => {
  readiness = createReadiness()
  aheadMs = 0
  passedMs = 0
  asked = async () => trueMs + passedMs
})

function watch() {
  const clock = { now: () => new Date(trueMs + passedMs + aheadMs), steadyMs: () => passedMs }
  return watchLogTime({ streams: { logTime: () => asked() }, clock, readiness, log: silentLogger, ifClockIsRight: 'do this' })
}

async function watchKnown() {
  const time = watch()
  await expect.poll(() => time.nowMs()).toBeDefined()
  return time
}
const reasons = (expected: readonly unknown[]) =>
  vi.waitFor(async () => expect(await readiness.reasons()).toEqual(expected), { timeout: 10_000 })

describe('deadlines', () => {
  test('do not expire until the time of the log is known, and the reason is reported', async () => {
    asked = () => Promise.reject(new Error('the broker is away'))
    const time = watch()
    await reasons(['the time of the log is unknown, so no deadline expires: the broker is away'])
    expect([time.nowMs(), time.dueUntil()]).toEqual([undefined, undefined])
    asked = async () => trueMs
    await reasons([])
    expect(time.dueUntil()).toEqual(new Date(trueMs))
    time.stop()
  })

  test('expire by the time of the log while the clock is less than a minute ahead, and not at all once it is more', async () => {
    const time = await watchKnown()
    aheadMs = 59 * secondMs
    expect(time.dueUntil()).toEqual(new Date(trueMs))
    aheadMs = 61 * secondMs
    expect(time.dueUntil()).toBeUndefined()
    aheadMs = 0
    expect(time.dueUntil()).toEqual(new Date(trueMs))
    time.stop()
  })

  test('expire late with a slow clock, and the delay is reported', async () => {
    const time = await watchKnown()
    aheadMs = -2 * dayMs
    expect(time.dueUntil()).toEqual(new Date(trueMs - 2 * dayMs))
    await reasons([expect.stringContaining('it is about 2 days behind, so deadlines expire that much late')])
    await reasons([expect.stringContaining('if it is right, do this')])
    time.stop()
  })

  test('do not expire when the log has not answered for two minutes', async () => {
    const time = await watchKnown()
    asked = () => Promise.reject(new Error('the broker is away'))
    passedMs = 119 * secondMs
    expect(time.dueUntil()).toEqual(new Date(trueMs + passedMs))
    passedMs = 121 * secondMs
    expect(time.dueUntil()).toBeUndefined()
    time.stop()
  })

  test.each([
    ['when it answered', 4_000],
    ['when it was asked', 0],
  ])('do not expire early when the log answers slowly and reads its clock %s', async (_, stampedAfterMs) => {
    asked = async () => {
      passedMs += 4_000
      return trueMs + passedMs - 4_000 + stampedAfterMs
    }
    const time = await watchKnown()
    aheadMs = 30 * secondMs
    const dueMs = time.dueUntil()?.getTime() ?? Number.NaN
    expect(dueMs).toBeLessThanOrEqual(trueMs + passedMs)
    expect(dueMs).toBeGreaterThanOrEqual(trueMs + passedMs - 4_000)
    time.stop()
  })

  test('expire by the clock of a demo alone', () => {
    const now = () => new Date('2031-01-01T00:00:00Z')
    const time = watchLogTime({ streams: { logTime: () => asked() }, clock: { now }, readiness, log: silentLogger, ifClockIsRight: '' })
    expect(time.dueUntil()).toEqual(now())
  })
})
