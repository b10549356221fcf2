/**
 * Reads Kafka's binary formats field by field. Every method throws a RangeError beyond the end of the bytes and for an
 * invalid length.
 */
export interface Cursor {
  remaining(): number
  int8(): number
  int16(): number
  int32(): number
  /** Exact up to 2^53, which offsets and times stay below. */
  int64(): number
  bigint64(): bigint
  /** Zigzag, up to 64 bits; exact up to 2^53. */
  varint(): number
  /** Skips so many bytes and returns where they start. */
  skip(length: number): number
}

export function createCursor(bytes: Buffer): Cursor {
  let at = 0

  function skip(length: number): number {
    const from = at
    if (!(length >= 0) || from + length > bytes.length) throw new RangeError(`${length} bytes at ${from} of ${bytes.length}`)
    at = from + length
    return from
  }

  return {
    remaining: () => bytes.length - at,
    skip,
    int8: () => bytes.readInt8(skip(1)),
    int16: () => bytes.readInt16BE(skip(2)),
    int32: () => bytes.readInt32BE(skip(4)),
    int64: () => Number(bytes.readBigInt64BE(skip(8))),
    bigint64: () => bytes.readBigInt64BE(skip(8)),
    varint() {
      let zigzag = 0
      let scale = 1
      for (let count = 0; count < 10; count += 1) {
        const byte = bytes[at]
        if (byte === undefined) break
        at += 1
        zigzag += (byte & 0x7f) * scale
        if (byte < 0x80) return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2
        scale *= 128
      }
      throw new RangeError(`no number at ${at} of ${bytes.length}`)
    },
  }
}
