// Snappy's raw format (github.com/google/snappy, format_description.txt), and the framing of Java's client
// (snappy-java's SnappyOutputStream).

/** The prefix of what Java's client sends; two four-byte versions follow. */
const framed = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
const frameHeaderBytes = framed.length + 8

/** Unpacks up to `bytesMax` bytes. Throws a RangeError for invalid input. */
export function unpackSnappy(packed: Buffer, bytesMax: number): Buffer {
  if (!packed.subarray(0, framed.length).equals(framed)) return unpackBlock(packed, bytesMax)
  const blocks: Buffer[] = []
  let left = bytesMax
  for (let at = frameHeaderBytes; at < packed.length; ) {
    const length = packed.readInt32BE(at)
    at += 4
    if (length < 0 || at + length > packed.length) throw new RangeError('a block of snappy ends beyond its bytes')
    const block = unpackBlock(packed.subarray(at, at + length), left)
    blocks.push(block)
    left -= block.length
    at += length
  }
  return Buffer.concat(blocks)
}

function unpackBlock(packed: Buffer, bytesMax: number): Buffer {
  let at = 0
  const next = (): number => packed.readUInt8(at++)
  const littleEndian = (bytes: number): number => {
    const value = packed.readUIntLE(at, bytes)
    at += bytes
    return value
  }

  let length = 0
  for (let scale = 1; ; scale *= 128) {
    const byte = next()
    length += (byte & 0x7f) * scale
    if (byte < 0x80) break
    if (scale > 2 ** 28) throw new RangeError('the length of a block of snappy is no number')
  }
  if (length > bytesMax) throw new RangeError(`it unpacks to more than ${bytesMax} bytes`)
  const unpacked = Buffer.allocUnsafe(length)
  let written = 0

  while (at < packed.length) {
    const tag = next()
    const kind = tag & 3
    if (kind === 0) {
      const short = tag >>> 2
      const count = 1 + (short < 60 ? short : littleEndian(short - 59))
      if (at + count > packed.length || written + count > length) throw new RangeError('a literal of snappy ends beyond its bytes')
      packed.copy(unpacked, written, at, at + count)
      at += count
      written += count
    } else {
      const count = kind === 1 ? 4 + ((tag >>> 2) & 7) : 1 + (tag >>> 2)
      const back = kind === 1 ? ((tag >>> 5) << 8) | next() : littleEndian(kind === 2 ? 2 : 4)
      written = copyBack(unpacked, written, back, count)
    }
  }
  if (written !== length) throw new RangeError('a block of snappy is shorter than it says')
  return unpacked
}

/** Repeats what was written `back` bytes ago; the source may overlap the target. Returns the end offset. */
export function copyBack(into: Buffer, at: number, back: number, count: number): number {
  if (back === 0 || back > at || at + count > into.length) throw new RangeError('a repetition points outside of what is unpacked')
  const end = at + count
  // Each copy doubles the source: a run of one byte takes as few steps as its length has bits.
  for (let from = at - back, to = at; to < end; ) {
    const chunk = Math.min(to - from, end - to)
    into.copyWithin(to, from, from + chunk)
    to += chunk
  }
  return end
}
