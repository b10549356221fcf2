import { copyBack } from './snappy.ts'

// LZ4's frame format (github.com/lz4/lz4, doc/lz4_Frame_format.md). Its checksums are ignored: the record batch has its
// own.

const magic = 0x184d2204
const blockBytesMax = 4 * 1024 * 1024
const minMatch = 4

/** Unpacks up to `bytesMax` bytes. Throws a RangeError for invalid input. */
export function unpackLz4(packed: Buffer, bytesMax: number): Buffer {
  if (packed.length < 7 || packed.readUInt32LE(0) !== magic) throw new RangeError('it is no frame of LZ4')
  const flags = packed.readUInt8(4)
  const has = (bit: number): boolean => (flags & (1 << bit)) !== 0
  if (flags >>> 6 !== 1 || has(0)) throw new RangeError('it is a frame of LZ4 that Kafka does not write')
  // Two bytes of flags, the optional content length, and a checksum of these.
  let at = 6 + (has(3) ? 8 : 0) + 1
  let unpacked = Buffer.allocUnsafe(Math.min(bytesMax, Math.max(65_536, packed.length * 4)))
  let written = 0

  for (;;) {
    const size = packed.readUInt32LE(at)
    at += 4
    if (size === 0) return unpacked.subarray(0, written)
    const length = size & 0x7fffffff
    if (length > blockBytesMax || at + length > packed.length) throw new RangeError('a block of LZ4 ends beyond its bytes')
    const block = packed.subarray(at, at + length)
    if (size > 0x7fffffff) {
      reserve(length)
      block.copy(unpacked, written)
      written += length
    } else unpackBlock(block)
    at += length + (has(4) ? 4 : 0)
  }

  function reserve(more: number): void {
    const wanted = written + more
    if (wanted > bytesMax) throw new RangeError(`it unpacks to more than ${bytesMax} bytes`)
    if (wanted <= unpacked.length) return
    const larger = Buffer.allocUnsafe(Math.min(bytesMax, Math.max(wanted, unpacked.length * 2)))
    unpacked.copy(larger, 0, 0, written)
    unpacked = larger
  }

  /** A block may refer back into earlier blocks. */
  function unpackBlock(block: Buffer): void {
    let from = 0
    const lengthOf = (short: number): number => {
      let length = short
      if (short === 15) {
        for (let byte = 255; byte === 255; length += byte) byte = block.readUInt8(from++)
      }
      return length
    }
    while (from < block.length) {
      const token = block.readUInt8(from++)
      const literals = lengthOf(token >>> 4)
      if (from + literals > block.length) throw new RangeError('a literal of LZ4 ends beyond its block')
      reserve(literals)
      block.copy(unpacked, written, from, from + literals)
      from += literals
      written += literals
      // The last sequence has no repetition.
      if (from === block.length) return
      const back = block.readUInt16LE(from)
      from += 2
      const count = minMatch + lengthOf(token & 15)
      reserve(count)
      written = copyBack(unpacked, written, back, count)
    }
  }
}
