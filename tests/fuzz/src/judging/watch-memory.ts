import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

export interface Memory {
  /** What lives on the heap and beside it, in buffers. */
  readonly heapBytes: number
  /** Of the process, all threads included. */
  readonly residentBytes: number
}

const megabyte = 1024 * 1024
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Collected twice, with time in between: what a finaliser lets go of is gone only then. */
export async function lookAtMemory(): Promise<Memory> {
  for (let turn = 0; turn < 3; turn++) {
    collect()
    await pause(50)
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heapBytes: heapUsed + external, residentBytes: rss }
}

/**
 * What may be more at the end than when a tenth was sent. What is kept of requests, tokens and addresses is bounded by numbers, and comes to some megabytes; of each input nothing may stay, and
 * were it 100 bytes only, a million of them would be twice this.
 */
export const heapGrowthMax = 48 * megabyte
/**
 * Of the process, what the young generations of its two threads, compiled code and the pages of SQLite grow to under load, which the allocator does not give back: some 150 MB more than after the
 * first hundreds of inputs, and no more than that after a hundred thousand.
 */
export const residentGrowthMax = 256 * megabyte

export const inMegabytes = (bytes: number): string => `${Math.round(bytes / megabyte)} MB`

export function wrongsOfMemory(early: Memory, late: Memory): string[] {
  const heap = late.heapBytes - early.heapBytes
  const resident = late.residentBytes - early.residentBytes
  return [
    ...(heap > heapGrowthMax ? [`the heap grew by ${inMegabytes(heap)}, and ${inMegabytes(heapGrowthMax)} are the most`] : []),
    ...(resident > residentGrowthMax
      ? [`the process grew by ${inMegabytes(resident)}, and ${inMegabytes(residentGrowthMax)} are the most`]
      : []),
  ]
}
