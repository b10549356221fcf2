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

describe('the log’s time of a file', () => {
  test('follows the machine’s clock, also when it is corrected by seconds', () => {
    const machine = createMachine()
    const clock = open(machine)
    machine.trueMs += hourMs
    machine.offMs = 30 * secondMs
    expect(clock.nowMs()).toBe(startMs + hourMs + 30 * secondMs)
    machine.trueMs += hourMs
    machine.offMs = 0
    expect(clock.nowMs()).toBe(startMs + 2 * hourMs)
  })

  test('advances steadily while the clock is four days ahead, and follows the clock once it is right', () => {
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

  test('follows the clock after the file was closed for less than a day', () => {
    const machine = createMachine()
    expect(open(machine, startMs - 23 * hourMs).nowMs()).toBe(startMs)
  })

  test('continues at the last stamp after the file was closed for four days, or the clock jumped, until an operator confirms the clock', () => {
    const machine = createMachine()
    const stampedMs = startMs - 4 * dayMs
    const clock = open(machine, stampedMs)
    machine.trueMs += hourMs
    expect(clock.nowMs()).toBe(stampedMs + hourMs)
    expect(open(machine, stampedMs, machine.trueMs - hourMs).nowMs()).toBe(machine.trueMs)
  })

  test('ignores a confirmation with a future date', () => {
    const machine = createMachine()
    const clock = open(machine, startMs - hourMs, startMs + 365 * dayMs)
    expect(clock.nowMs()).toBe(startMs)
  })

  describe('after a stamp while the clock was twenty hours ahead', () => {
    const stampedMs = startMs + 20 * hourMs

    test('follows the clock again once an operator confirms it at the start of the engine', () => {
      const machine = createMachine()
      expect(open(machine, stampedMs, startMs - 20 * secondMs).nowMs()).toBe(startMs)
      expect(open(machine, stampedMs, startMs + 5 * secondMs).nowMs()).toBe(startMs)
    })

    test('stands still when the confirmation is an old one left in the settings', () => {
      const machine = createMachine()
      expect(open(machine, stampedMs, startMs - 2 * hourMs).nowMs()).toBe(stampedMs)
    })
  })

  test('follows the clock again when that was wrong only while the file was opened', () => {
    const machine = createMachine()
    machine.offMs = 4 * dayMs
    const clock = open(machine, startMs - hourMs)
    expect(clock.nowMs()).toBe(startMs - hourMs)
    machine.offMs = 0
    expect(clock.nowMs()).toBe(startMs)
  })
})
