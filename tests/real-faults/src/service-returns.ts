import type { Members } from './members.ts'
import { probePlan } from './plans.ts'
import { pause, type World } from './world.ts'

export interface Probing {
  /**
   * Probes until full service is back. Sends a request to an endpoint every 100 ms; it is served if it is accepted and
   * its order reaches the bank in time. Full service starts with the first of two seconds of served probes. Returns the
   * instant, or undefined at the time limit.
   */
  untilFullService(withinMs: number): Promise<number | undefined>
}

const everyMs = 100
const forMs = 2_000
/** With this many waiting, none would be served in time: the next are not sent and count as unserved. */
const unservedMax = 50
/** Numbers that the load does not use. */
const firstNumber = 10_000_000

interface Probe {
  readonly sentMs: number
  isWell?: boolean
}

export function createProbing(world: World, members: Members, servedWithinMs: number): Probing {
  const waiting = new Map<string, () => void>()
  /** Orders that arrived before their receipts were read. */
  const early = new Set<string>()
  let number = firstNumber
  let unserved = 0
  world.onOrder(({ requestId }) => {
    const arrived = waiting.get(requestId)
    if (arrived) arrived()
    else early.add(requestId)
    if (early.size > 2_000) early.delete(early.values().next().value ?? '')
  })

  async function probe(own: Probe): Promise<void> {
    const sent = members.send(probePlan(++number, world.chance.branch(`probe ${number}`)))
    world.follow(sent)
    const served = sent.then(async requestId => {
      if (requestId === undefined) return false
      if (!early.has(requestId)) await new Promise<void>(resolve => waiting.set(requestId, resolve))
      waiting.delete(requestId)
      return true
    })
    unserved++
    void served.finally(() => unserved--)
    own.isWell = await Promise.race([served, pause(servedWithinMs).then(() => false)])
  }

  return {
    async untilFullService(withinMs) {
      const probes: Probe[] = []
      const beganMs = Date.now()
      for (let nth = 0; Date.now() - beganMs < withinMs; nth++) {
        const own: Probe = { sentMs: Date.now() }
        probes.push(own)
        if (unserved < unservedMax) void probe(own)
        else own.isWell = false
        await pause(Math.max(0, beganMs + (nth + 1) * everyMs - Date.now()))
        const from = beginningOfService(probes)
        if (from !== undefined) return from
      }
      return undefined
    },
  }
}

/** The first of the probes that were all served for long enough; unanswered ones count as not yet served. */
export function beginningOfService(probes: readonly Probe[]): number | undefined {
  let from: number | undefined
  for (const { sentMs, isWell } of probes) {
    if (isWell === undefined) return undefined
    if (!isWell) from = undefined
    else from ??= sentMs
    if (from !== undefined && sentMs - from >= forMs) return from
  }
  return undefined
}
