import { statfs } from 'node:fs/promises'
import type { Refusal } from '@holdfast/schemas'

/** Whether there is room to take something in. */
export interface StorageWatch {
  /** The refusal of what makes the ledger grow by much: a new request. */
  whyNoRequests(): Refusal | undefined
  /** The refusal of everything: what is known already still gets its commands and answers while there is any room. */
  whyNothing(): Refusal | undefined
  /** What is free, in bytes, and the least that is needed for new requests; infinite where it can't be known. */
  room(): { readonly freeBytes: number; readonly leastBytes: number }
  stop(): void
}

export interface StorageWatchOptions {
  readonly folder: string
  /** Below this no new request is taken; below a quarter of it nothing is. */
  readonly freeBytesMin: number
  readonly everyMs?: number
  /** What is free, in bytes. */
  readonly look?: (folder: string) => Promise<number>
}

const freeBytesOf = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** Looks each second how much room the disk of the folder has, so that the doors close before it is full: a ledger that can't write can't end a hold either. */
export async function watchStorage(options: StorageWatchOptions): Promise<StorageWatch> {
  const { folder, freeBytesMin, everyMs = 1_000, look = freeBytesOf } = options
  let freeBytes = Number.POSITIVE_INFINITY
  const measure = async (): Promise<void> => {
    // A folder that can't be looked at says nothing about its disk; writing to it will.
    freeBytes = await look(folder).catch(() => freeBytes)
  }
  await measure()
  const timer = setInterval(() => void measure(), everyMs)
  timer.unref()
  const below = (bytes: number, what: string): Refusal | undefined =>
    freeBytes < bytes
      ? {
          code: 'STORAGE_LOW',
          message: `${what}: ${megabytes(freeBytes)} MB are free, and ${megabytes(bytes)} MB are the least`,
          retryAfterMs: 30_000,
        }
      : undefined
  return {
    whyNoRequests: () => below(freeBytesMin, 'no new request is taken'),
    whyNothing: () => below(freeBytesMin / 4, 'nothing is taken'),
    room: () => ({ freeBytes, leastBytes: freeBytesMin }),
    stop: () => clearInterval(timer),
  }
}

const megabytes = (bytes: number): number => Math.floor(bytes / 1_000_000)
