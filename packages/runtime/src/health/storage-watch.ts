import { statfs } from 'node:fs/promises'
import type { Refusal } from '@holdfast/schemas'

/** Whether the disk has space to accept input. */
export interface StorageWatch {
  /** Refuses input that makes the ledger grow much: a new request. */
  whyNoRequests(): Refusal | undefined
  /** Refuses everything. Open requests still get commands and answers until then. */
  whyNothing(): Refusal | undefined
  /** The free bytes, and the least for new requests; infinite where they are unknown. */
  space(): { readonly freeBytes: number; readonly leastBytes: number }
  stop(): void
}

export interface StorageWatchOptions {
  readonly folder: string
  /** Below this, new requests are refused; below a quarter of it, everything is. */
  readonly freeBytesMin: number
  readonly everyMs?: number
  /** Returns the free bytes. */
  readonly look?: (folder: string) => Promise<number>
}

const freeBytesOf = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/**
 * Checks the free disk space each second, so that input stops before the disk is full: a ledger that cannot write
 * cannot end a hold either.
 */
export async function watchStorage(options: StorageWatchOptions): Promise<StorageWatch> {
  const { folder, freeBytesMin, everyMs = 1_000, look = freeBytesOf } = options
  let freeBytes = Number.POSITIVE_INFINITY
  const measure = async (): Promise<void> => {
    // A folder that cannot be checked says nothing about its disk; writes will.
    freeBytes = await look(folder).catch(() => freeBytes)
  }
  await measure()
  const timer = setInterval(() => void measure(), everyMs)
  timer.unref()
  const below = (bytes: number, what: string): Refusal | undefined =>
    freeBytes < bytes
      ? {
          code: 'STORAGE_LOW',
          message: `${what}: ${megabytes(freeBytes)} MB are free, but at least ${megabytes(bytes)} MB are needed`,
          retryAfterMs: 30_000,
        }
      : undefined
  return {
    whyNoRequests: () => below(freeBytesMin, 'no new request is accepted'),
    whyNothing: () => below(freeBytesMin / 4, 'nothing is accepted'),
    space: () => ({ freeBytes, leastBytes: freeBytesMin }),
    stop: () => clearInterval(timer),
  }
}

const megabytes = (bytes: number): number => Math.floor(bytes / 1_000_000)
