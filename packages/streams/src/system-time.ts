import { uptime } from 'node:os'

/** The clock of this machine and how time passes whoever sets it, both in milliseconds. */
export interface MachineTime {
  /** Since 1970, as the machine has it. */
  nowMs(): number
  /** Since some moment; only differences mean something. */
  steadyMs(): number
}

/** How often it is asked whether the machine slept. */
const askEveryMs = 1_000

let slept = 0
let askedAtMs = Number.NEGATIVE_INFINITY

/** Time that passes while the machine sleeps is none to `performance.now`, and the clock is right when it wakes up. What a hypervisor stops the machine for neither knows of. */
function steadyMs(): number {
  const awakeMs = performance.now()
  if (awakeMs - askedAtMs >= askEveryMs) {
    slept = uptime() * 1000 - awakeMs
    askedAtMs = awakeMs
  }
  return awakeMs + slept
}

export const systemTime: MachineTime = { nowMs: Date.now, steadyMs }
