import { syncBuiltinESMExports } from 'node:module'
import FakeTimers from '@sinonjs/fake-timers'

/** Virtual time: every timer, Date and performance of this process uses it, permanently. */
export interface VirtualTime {
  nowMs(): number
  /** Fires timers in order, each with all its consequences, until this time. */
  runUntil(untilMs: number): Promise<void>
  /** How many timers have fired. */
  steps(): number
}

const realImmediate = setImmediate
/** Runs everything that waits for no timer. */
const settle = (): Promise<void> => new Promise(resolve => realImmediate(resolve))

/** Code that reads time in any other way would see the real time. */
const virtual = [
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'clearImmediate',
  'Date',
  'performance',
] as const

let clock: ReturnType<typeof FakeTimers.install> | undefined

function installed() {
  if (!clock) {
    clock = FakeTimers.install({ now: 0, toFake: [...virtual] })
    // Timers are imported by name, too.
    syncBuiltinESMExports()
  }
  return clock
}

/** Restarts time here: callbacks still waiting never run. `random` supplies all randomness of this process. */
export async function beginTime(startMs: number, random: () => number): Promise<VirtualTime> {
  const time = installed()
  Math.random = random
  // Leftovers of an earlier run must not start waiting in this one.
  await settle()
  time.reset()
  time.setSystemTime(startMs)
  let steps = 0
  return {
    nowMs: () => time.now,
    async runUntil(untilMs) {
      await settle()
      while (time.now < untilMs && time.countTimers() > 0) {
        time.next()
        steps++
        await settle()
      }
    },
    steps: () => steps,
  }
}
