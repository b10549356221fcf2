import { closeSync, fdatasync, fstatSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'

/**
 * Stores, next to the log's file, how far each partition had been acknowledged. SQLite silently drops a torn end of its
 * write-ahead log, and with it acknowledged records. This file makes the loss visible.
 */
export interface HighWatermarks {
  /**
   * Call it after a commit, before it is acknowledged. `ends` are the next offsets of the slots. Writes without fsync.
   */
  write(ends: ReadonlyMap<number, number>): void
  close(): void
}

/** Two copies are written alternately, so that one is always complete after a crash. */
const copies = 2
const magic = 0x48464d31
const headBytes = 20
const slotBytes = 12
/**
 * How much a power loss may take of this file. A commit has its own fsync. A second one would double the cost of a
 * write (0.1 ms to 5 ms by the disk), only to detect disk damage sooner. A killed process loses nothing of it.
 */
const syncEveryMs = 1_000

/** The newest complete copy; undefined if there is none, because the file is new or was removed. */
export function readHighWatermarks(path: string): ReadonlyMap<number, number> | undefined {
  return newest(path)?.ends
}

function newest(path: string): { readonly revision: number; readonly ends: ReadonlyMap<number, number> } | undefined {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const half = Math.floor(bytes.length / copies)
  const found = [bytes.subarray(0, half), bytes.subarray(half)].flatMap(copy => readCopy(copy) ?? [])
  return found.sort((a, b) => b.revision - a.revision)[0]
}

function readCopy(bytes: Buffer): { readonly revision: number; readonly ends: ReadonlyMap<number, number> } | undefined {
  if (bytes.length < headBytes || bytes.readUInt32BE(0) !== magic) return undefined
  const count = bytes.readUInt32BE(16)
  const end = headBytes + count * slotBytes
  if (end > bytes.length || crc32(bytes.subarray(8, end)) !== bytes.readUInt32BE(4)) return undefined
  const ends = new Map<number, number>()
  for (let at = headBytes; at < end; at += slotBytes) ends.set(bytes.readUInt32BE(at), Number(bytes.readBigUInt64BE(at + 4)))
  return { revision: Number(bytes.readBigUInt64BE(8)), ends }
}

/** Continues an existing file. `slots` is the largest possible number of slots. */
export function openHighWatermarks(path: string, slots: number): HighWatermarks {
  const before = newest(path)
  const copyBytes = headBytes + slots * slotBytes
  const known = new Map(before?.ends)
  let revision = before?.revision ?? 0
  const handle = openSync(path, before ? 'r+' : 'w+', 0o600)
  if (fstatSync(handle).size !== copyBytes * copies) ftruncateSync(handle, copyBytes * copies)
  let bytes = Buffer.alloc(0)
  let timer: NodeJS.Timeout | undefined
  let isSyncing = false
  let isClosed = false

  function sync(): void {
    timer = undefined
    if (isSyncing || isClosed) return
    isSyncing = true
    // Not awaited; the next write reports an error.
    fdatasync(handle, () => {
      isSyncing = false
      if (isClosed) closeSync(handle)
    })
  }

  return {
    write(ends) {
      for (const [slot, end] of ends) known.set(slot, end)
      const length = headBytes + known.size * slotBytes
      if (bytes.length !== length) bytes = Buffer.alloc(length)
      revision += 1
      bytes.writeUInt32BE(magic, 0)
      bytes.writeBigUInt64BE(BigInt(revision), 8)
      bytes.writeUInt32BE(known.size, 16)
      let at = headBytes
      for (const [slot, end] of known) {
        bytes.writeUInt32BE(slot, at)
        bytes.writeBigUInt64BE(BigInt(end), at + 4)
        at += slotBytes
      }
      bytes.writeUInt32BE(crc32(bytes.subarray(8)), 4)
      writeSync(handle, bytes, 0, length, (revision % copies) * copyBytes)
      timer ??= setTimeout(sync, syncEveryMs).unref()
    },
    close() {
      clearTimeout(timer)
      isClosed = true
      if (!isSyncing) closeSync(handle)
    },
  }
}
