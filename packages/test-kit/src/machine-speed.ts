import { hash } from 'node:crypto'

/** What a turn of the work below takes on the machine on which bounds in milliseconds are set: 2 virtual cores, which do 430 lifecycles a second in the bench. */
const referenceMs = 6
const turns = 15

const document = JSON.stringify(
  Array.from({ length: 40 }, (_, n) => ({ n, name: `name ${n}`, amount: { currency: 'USD', value: '1000.00' }, at: new Date(n) })),
)

/** What an engine does most: JSON both ways, and hashes. */
function work(): number {
  let characters = 0
  for (let n = 0; n < 200; n++) characters += hash('sha256', JSON.stringify(JSON.parse(document))).length
  return characters
}

/**
 * How many times slower this machine is just now than that one, and never less than 1: a bound in milliseconds times this asks of a slow machine what it asks of that one.
 * Takes 100 ms there.
 */
export function slowness(): number {
  const times = Array.from({ length: turns }, () => {
    const began = performance.now()
    work()
    return performance.now() - began
  })
  const median = times.toSorted((a, b) => a - b)[Math.floor(turns / 2)] ?? referenceMs
  return Math.max(1, median / referenceMs)
}

const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

const runs = 21
const meansMax = 5

/**
 * What a run of work that waits for nothing takes of the processor, in milliseconds: the mean of 21, after one that is not counted. A clock on the wall counts what others do meanwhile on the same processor, and this does not; the
 * system counts by 4 ms, so that some runs are needed for one. Where it is no less than `belowMs` it is measured again, up to five times, and the least is given: what a machine takes from its guest meanwhile counts as work of theirs.
 */
export function cpuMsOf(work: () => unknown, belowMs: number): number {
  work()
  let least = Number.POSITIVE_INFINITY
  for (let mean = 0; mean < meansMax && least >= belowMs; mean++) {
    const begunMs = cpuMs()
    for (let n = 0; n < runs; n++) work()
    least = Math.min(least, (cpuMs() - begunMs) / runs)
  }
  return least
}
