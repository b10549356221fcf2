import { syncBuiltinESMExports } from 'node:module'
import FakeTimers from '@sinonjs/fake-timers'

/** Time that passes as the simulator says: every timer, Date and performance of this process goes by it, for good. */
export interface VirtualTime {
  nowMs(): number
  /** Lets timers fire one after the other, each with all that it leads to, until this time is reached. */
  runUntil(untilMs: number): Promise<void>
  /** How many timers have fired. */
  steps(): number
}

const realImmediate = setImmediate
/** Lets everything run that waits for no timer. */
const settle = (): Promise<void> => new Promise(resolve => realImmediate(resolve))

/** Code that asks for time in some other way than by these would see the machine's. */
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

/** Begins anew at this time: whatever somebody still waited for never comes. All that this process draws by chance comes from `random`. */
export async function beginTime(startMs: number, random: () => number): Promise<VirtualTime> {
  const time = installed()
  Math.random = random
  // What a run before this one left behind must not begin to wait after it.
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
