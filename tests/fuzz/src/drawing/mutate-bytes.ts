import type { Chance } from '../../../simulation/src/chance/chance.ts'

const pieces = [
  Buffer.from([0]),
  Buffer.from([0xff]),
  Buffer.from([0xfe, 0xff]),
  Buffer.from([0xef, 0xbb, 0xbf]),
  Buffer.from([0xc0, 0x80]),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from([0xf4, 0x90, 0x80, 0x80]),
  Buffer.from('\\ud800'),
  Buffer.from('\\u0000'),
  Buffer.from('"'),
  Buffer.from('{'),
  Buffer.from('['.repeat(40)),
  Buffer.from('</'),
  Buffer.from('<!--'),
  Buffer.from('<![CDATA['),
  Buffer.from('&#x0;'),
  Buffer.from('\r\n'),
  Buffer.from('\u202e'),
]

const repeatedBytesMax = 20_000

/** Bytes with some flipped, removed, inserted or repeated. */
export function mutatedBytes(bytes: Buffer, chance: Chance, changes: number, others: readonly Buffer[] = []): Buffer {
  let changed = Buffer.from(bytes)
  for (let n = 0; n < changes; n++) changed = changeOnce(changed, chance, others)
  return changed
}

function changeOnce(bytes: Buffer, chance: Chance, others: readonly Buffer[]): Buffer<ArrayBuffer> {
  const at = chance.between(0, bytes.length)
  const until = Math.min(bytes.length, at + chance.pick([1, 2, 7, 40, 400]))
  const head = bytes.subarray(0, at)
  switch (chance.between(0, 6)) {
    case 0: {
      const flipped = Buffer.from(bytes)
      for (let bits = chance.between(1, 8); bits > 0 && flipped.length > 0; bits--) {
        const place = chance.between(0, flipped.length - 1)
        flipped[place] = (flipped[place] ?? 0) ^ (1 << chance.between(0, 7))
      }
      return flipped
    }
    case 1:
      return Buffer.from(head)
    case 2:
      return Buffer.concat([head, bytes.subarray(until)])
    case 3:
      return Buffer.concat([head, chance.pick(pieces), bytes.subarray(at)])
    case 4: {
      const times = Math.min(chance.pick([1, 2, 50]), Math.ceil(repeatedBytesMax / Math.max(1, until - at)))
      return Buffer.concat([head, ...Array.from({ length: times }, () => bytes.subarray(at, until)), bytes.subarray(at)])
    }
    case 5:
      return Buffer.concat([
        head,
        Buffer.from(Array.from({ length: chance.between(1, 16) }, () => chance.between(0, 255))),
        bytes.subarray(at),
      ])
    default: {
      const other = others.length > 0 ? chance.pick(others) : bytes
      const from = chance.between(0, other.length)
      return Buffer.concat([head, other.subarray(from, from + 2_000), bytes.subarray(until)])
    }
  }
}
