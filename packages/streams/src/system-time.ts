import { uptime } from 'node:os'

/** The machine's clock, and a steady time that ignores changes of the clock. Both in milliseconds. */
export interface MachineTime {
  /** Since 1970, by the machine's clock. */
  nowMs(): number
  /** Since an arbitrary moment; only differences are meaningful. */
  steadyMs(): number
}

/** How often to check whether the machine slept. */
const checkEveryMs = 1_000

let sleptMs = 0
let checkedAtMs = Number.NEGATIVE_INFINITY

/**
 * Adds the time that the machine slept, which `performance.now` leaves out. A pause by a hypervisor is invisible to
 * both.
 */
function steadyMs(): number {
  const awakeMs = performance.now()
  if (awakeMs - checkedAtMs >= checkEveryMs) {
    sleptMs = uptime() * 1000 - awakeMs
    checkedAtMs = awakeMs
  }
  return awakeMs + sleptMs
}

export const systemTime: MachineTime = { nowMs: Date.now, steadyMs }
