import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

export interface Memory {
  /** The heap, and buffers outside it. */
  readonly heapBytes: number
  /** Resident memory of the process, with all its threads. */
  readonly residentBytes: number
}

const megabyte = 1024 * 1024
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Collects twice with a pause, because finalisers release memory only then. */
export async function lookAtMemory(): Promise<Memory> {
  for (let turn = 0; turn < 3; turn++) {
    collect()
    await pause(50)
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heapBytes: heapUsed + external, residentBytes: rss }
}

/**
 * The most that the heap can grow after the first tenth. Stored requests, tokens and addresses are limited in number
 * and take some megabytes. Inputs must leave nothing: 100 bytes each for a million inputs would be twice this.
 */
export const heapGrowthMax = 48 * megabyte
/**
 * The most that resident memory can grow: young generations of two threads, compiled code and SQLite pages, which the
 * allocator does not return. Measured: 150 MB more than after the first hundreds of inputs, and no more after 100,000.
 */
export const residentGrowthMax = 256 * megabyte

export const inMegabytes = (bytes: number): string => `${Math.round(bytes / megabyte)} MB`

export function wrongsOfMemory(early: Memory, late: Memory): string[] {
  const heap = late.heapBytes - early.heapBytes
  const resident = late.residentBytes - early.residentBytes
  return [
    ...(heap > heapGrowthMax ? [`the heap grew by ${inMegabytes(heap)}, and at most ${inMegabytes(heapGrowthMax)} are allowed`] : []),
    ...(resident > residentGrowthMax
      ? [`the process grew by ${inMegabytes(resident)}, and at most ${inMegabytes(residentGrowthMax)} are allowed`]
      : []),
  ]
}
