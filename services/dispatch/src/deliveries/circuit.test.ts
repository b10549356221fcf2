import { describe, expect, test } from 'vitest'
import { backOffMs, quickPace, slowPace } from './back-off.ts'
import { createCircuit } from './circuit.ts'

/** A circuit after this many failures at one instant. */
function failing(times: number, nowMs = 0) {
  const circuit = createCircuit()
  const opened = Array.from({ length: times }, () => circuit.failed(nowMs))
  return { circuit, opened }
}

describe('an endpoint', () => {
  test('that failed four times in a row still receives all its orders', () => {
    expect(failing(4).circuit.allowance(0)).toBe(Number.POSITIVE_INFINITY)
  })

  test('gets a pause of five seconds after the fifth failure, which is reported once', () => {
    const { circuit, opened } = failing(6)
    expect(opened).toEqual([false, false, false, false, true, false])
    expect([circuit.allowance(0), circuit.allowance(4_999), circuit.retryAtMs(0)]).toEqual([0, 0, 5_000])
    expect([circuit.allowance(5_000), circuit.retryAtMs(5_000)]).toEqual([1, undefined])
  })

  test('that fails its trial gets a pause twice as long, up to a minute', () => {
    const { circuit } = failing(5)
    const pauses: number[] = []
    let nowMs = 5_000
    for (let times = 0; times < 6; times++) {
      expect(circuit.failed(nowMs)).toBe(false)
      const untilMs = circuit.retryAtMs(nowMs) ?? Number.NaN
      pauses.push(untilMs - nowMs)
      nowMs = untilMs
    }
    expect(pauses).toEqual([10_000, 20_000, 40_000, 60_000, 60_000, 60_000])
  })

  test('counts as not closed from its first opening, however often a trial fails', () => {
    const { circuit } = failing(5, 1_000)
    circuit.failed(6_000)
    expect(circuit.notClosedSinceMs()).toBe(1_000)
    circuit.succeeded()
    expect(circuit.notClosedSinceMs()).toBeUndefined()
    expect(failing(4).circuit.notClosedSinceMs()).toBeUndefined()
  })

  test('that passes its trial receives all its orders again', () => {
    const { circuit } = failing(5)
    expect(circuit.succeeded()).toBe(true)
    expect(circuit.allowance(0)).toBe(Number.POSITIVE_INFINITY)
    expect([circuit.failed(0), circuit.allowance(0)]).toEqual([false, Number.POSITIVE_INFINITY])
    expect(circuit.succeeded()).toBe(false)
  })

  test('that succeeded in between gets no pause', () => {
    const { circuit } = failing(4)
    circuit.succeeded()
    expect(circuit.failed(0)).toBe(false)
  })

  test('that requests a pause gets it at once', () => {
    const circuit = createCircuit()
    expect([circuit.failed(0, 90_000), circuit.retryAtMs(0)]).toEqual([true, 90_000])
  })

  test('that requests the same pause each time is retried after each, until it has failed five times', () => {
    const circuit = createCircuit()
    const triedAtMs = [0]
    for (let times = 0; times < 6; times++) {
      const nowMs = triedAtMs.at(-1) as number
      circuit.failed(nowMs, 3_000)
      triedAtMs.push(circuit.retryAtMs(nowMs) as number)
    }
    expect(triedAtMs).toEqual([0, 3_000, 6_000, 9_000, 12_000, 17_000, 27_000])
  })

  test('that requested a pause once, then fails without, gets no longer pause than others', () => {
    const circuit = createCircuit()
    circuit.failed(0, 3_000)
    expect([circuit.failed(3_000), circuit.retryAtMs(3_000)]).toEqual([false, undefined])
  })

  test('gets no longer pause for calls that were running when its circuit opened', () => {
    const { circuit } = failing(5)
    for (let times = 0; times < 3; times++) circuit.failed(1_000)
    expect(circuit.retryAtMs(1_000)).toBe(5_000)
  })
})

describe('the pause before the next attempt', () => {
  const longest = (failures: number, pace = quickPace) => backOffMs(pace, failures, () => 1)

  test('doubles up to five minutes, and from one minute to ten for failures that need a repair', () => {
    expect([1, 2, 3, 9, 10, 500].map(failures => longest(failures))).toEqual([1_000, 2_000, 4_000, 256_000, 300_000, 300_000])
    expect([1, 2, 5, 500].map(failures => longest(failures, slowPace))).toEqual([60_000, 120_000, 600_000, 600_000])
  })

  test('is random up to that limit, so that orders that failed together do not retry together', () => {
    expect([0, 0.25, 0.999].map(part => backOffMs(quickPace, 3, () => part))).toEqual([0, 1_000, 3_996])
  })
})
