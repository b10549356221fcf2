import { describe, expect, test } from 'vitest'
import { createLogClock } from './log-clock.ts'

const startMs = Date.parse('2024-07-23T02:25:00Z')
const secondMs = 1000
const hourMs = 3_600 * secondMs
const dayMs = 24 * hourMs

/** A machine whose clock is `offMs` ahead. */
function createMachine() {
  const machine = {
    trueMs: startMs,
    offMs: 0,
    time: { nowMs: () => machine.trueMs + machine.offMs, steadyMs: () => machine.trueMs - startMs },
  }
  return machine
}

const open = (machine: ReturnType<typeof createMachine>, stampedMs?: number, confirmedMs?: number) =>
  createLogClock({ time: machine.time, stampedMs, confirmedMs })

describe('the time by the log of a file', () => {
  test('is that of the machine, whose clock may be put right by seconds', () => {
    const machine = createMachine()
    const clock = open(machine)
    machine.trueMs += hourMs
    machine.offMs = 30 * secondMs
    expect(clock.nowMs()).toBe(startMs + hourMs + 30 * secondMs)
    machine.trueMs += hourMs
    machine.offMs = 0
    expect(clock.nowMs()).toBe(startMs + 2 * hourMs)
  })

  test('goes on as time does while the clock is four days ahead, and with the clock once that is right', () => {
    const machine = createMachine()
    const clock = open(machine)
    clock.nowMs()
    machine.offMs = 4 * dayMs
    machine.trueMs += hourMs
    expect(clock.nowMs()).toBe(startMs + hourMs)
    machine.offMs = 0
    machine.trueMs += hourMs
    expect(clock.nowMs()).toBe(startMs + 2 * hourMs)
  })

  test('stands still while the clock is set back', () => {
    const machine = createMachine()
    const clock = open(machine)
    clock.nowMs()
    machine.offMs = -2 * hourMs
    machine.trueMs += hourMs
    expect(clock.nowMs()).toBe(startMs)
    machine.trueMs += 2 * hourMs
    expect(clock.nowMs()).toBe(startMs + hourMs)
  })

  test('of one that was closed for less than a day is the clock’s', () => {
    const machine = createMachine()
    expect(open(machine, startMs - 23 * hourMs).nowMs()).toBe(startMs)
  })

  test('of one that was closed for four days, or whose clock leapt, goes on from its last stamp until somebody confirms the clock', () => {
    const machine = createMachine()
    const stampedMs = startMs - 4 * dayMs
    const clock = open(machine, stampedMs)
    machine.trueMs += hourMs
    expect(clock.nowMs()).toBe(stampedMs + hourMs)
    expect(open(machine, stampedMs, machine.trueMs - hourMs).nowMs()).toBe(machine.trueMs)
  })

  test('is not moved by a confirmation for a day that has not come', () => {
    const machine = createMachine()
    const clock = open(machine, startMs - hourMs, startMs + 365 * dayMs)
    expect(clock.nowMs()).toBe(startMs)
  })

  describe('that was stamped while the clock was twenty hours ahead', () => {
    const stampedMs = startMs + 20 * hourMs

    test('is the clock’s again once somebody has confirmed the clock, as the engine is started', () => {
      const machine = createMachine()
      expect(open(machine, stampedMs, startMs - 20 * secondMs).nowMs()).toBe(startMs)
      expect(open(machine, stampedMs, startMs + 5 * secondMs).nowMs()).toBe(startMs)
    })

    test('stands still where the confirmation is an old one that was left in the settings', () => {
      const machine = createMachine()
      expect(open(machine, stampedMs, startMs - 2 * hourMs).nowMs()).toBe(stampedMs)
    })
  })

  test('is the clock’s again where that was wrong only while the file was opened', () => {
    const machine = createMachine()
    machine.offMs = 4 * dayMs
    const clock = open(machine, startMs - hourMs)
    expect(clock.nowMs()).toBe(startMs - hourMs)
    machine.offMs = 0
    expect(clock.nowMs()).toBe(startMs)
  })
})
