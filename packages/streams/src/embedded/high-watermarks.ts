import { closeSync, fdatasync, fstatSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'

/**
 * How far each partition had come when somebody was last told, kept beside the file of the log. SQLite drops the end of its write-ahead log in silence where that is torn, and with it
 * records that were acknowledged; here it is seen that they were there.
 */
export interface HighWatermarks {
  /** To be called after a commit, before anybody is told of it. `ends` are the offsets behind the last record of each slot. Writes, and leaves it to the system to bring it to the disk. */
  write(ends: ReadonlyMap<number, number>): void
  close(): void
}

/** Two copies lie one behind the other and are written in turn, so that one is whole whenever the process or the machine ends. */
const copies = 2
const magic = 0x48464d31
const headBytes = 20
const slotBytes = 12
/**
 * What a power loss may take of the mark. A commit has its own fsync; one more for the mark would double what a write costs (0.1 ms to 5 ms by the disk), to notice sooner
 * what only a damaged disk does. A process that is killed takes nothing of it.
 */
const syncEveryMs = 1_000

/** The newest copy that is whole: undefined where there is none, as the file is new or was removed. */
export function readHighWatermarks(path: string): ReadonlyMap<number, number> | undefined {
  return newest(path)?.ends
}

function newest(path: string): { readonly turn: number; readonly ends: ReadonlyMap<number, number> } | undefined {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const half = Math.floor(bytes.length / copies)
  const found = [bytes.subarray(0, half), bytes.subarray(half)].flatMap(copy => readCopy(copy) ?? [])
  return found.sort((a, b) => b.turn - a.turn)[0]
}

function readCopy(bytes: Buffer): { readonly turn: number; readonly ends: ReadonlyMap<number, number> } | undefined {
  if (bytes.length < headBytes || bytes.readUInt32BE(0) !== magic) return undefined
  const count = bytes.readUInt32BE(16)
  const end = headBytes + count * slotBytes
  if (end > bytes.length || crc32(bytes.subarray(8, end)) !== bytes.readUInt32BE(4)) return undefined
  const ends = new Map<number, number>()
  for (let at = headBytes; at < end; at += slotBytes) ends.set(bytes.readUInt32BE(at), Number(bytes.readBigUInt64BE(at + 4)))
  return { turn: Number(bytes.readBigUInt64BE(8)), ends }
}

/** `slots` is how many there can be. Goes on with what is there. */
export function openHighWatermarks(path: string, slots: number): HighWatermarks {
  const before = newest(path)
  const copyBytes = headBytes + slots * slotBytes
  const known = new Map(before?.ends)
  let turn = before?.turn ?? 0
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
    // Not awaited by anybody; what fails here is seen by the next write.
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
      turn += 1
      bytes.writeUInt32BE(magic, 0)
      bytes.writeBigUInt64BE(BigInt(turn), 8)
      bytes.writeUInt32BE(known.size, 16)
      let at = headBytes
      for (const [slot, end] of known) {
        bytes.writeUInt32BE(slot, at)
        bytes.writeBigUInt64BE(BigInt(end), at + 4)
        at += slotBytes
      }
      bytes.writeUInt32BE(crc32(bytes.subarray(8)), 4)
      writeSync(handle, bytes, 0, length, (turn % copies) * copyBytes)
      timer ??= setTimeout(sync, syncEveryMs).unref()
    },
    close() {
      clearTimeout(timer)
      isClosed = true
      if (!isSyncing) closeSync(handle)
    },
  }
}
