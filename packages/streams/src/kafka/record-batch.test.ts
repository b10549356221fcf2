import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { encodeBatch } from '../../test/encode-batch.ts'
import { unpackedBytesMax } from './codecs.ts'
import { unpackLz4 } from './lz4.ts'
import { ownRecordsMax } from './open-fetched.ts'
import { batchesIn, UnreadableBatchError } from './record-batch.ts'
import { recordsOf } from './records.ts'
import { unpackSnappy } from './snappy.ts'

const written = Array.from({ length: 40 }, (_, index) => `answer ${index + 1} José Núñez 東帝汶 ${'a'.repeat(53)}`)

/** A broker's answer after these clients had written the forty lines above; in base64. */
const recorded: [string, string][] = [
  [
    'snappy, by librdkafka',
    'AAAAAAAAAAAAAAIaAAAAAALjsY/zAAoAAAAnAAABohBUyOwAAAGiEFTI/v//////////////////AAAAKPcdqLoBAAAAAawBYW5zd2VyIDEgSm9zw6kgTsO6w7FleiDmnbHluJ3msbYgYWHKAgAAAAFfAAIZXwAy/l8ASl8AAAQZXwAz/l8ASl8AAAYZXwA0/l8ASl8AAAgZXwA1/l8ASl8AAAoZXwA2/l8ASl8AAAwZXwA3/l8ASl8AAA4ZXwA4/l8ASl8AABAZXwA5/l8AOl8AGLwBAAASAa51VwAw/mAASmAAABQdYP64Az64AwHAABYdYP65Az65AwFgABgdYP66Az66AwFgABodYP67Az67AwFgABwdYP68Az68AwFgAB4dYP69Az69AwFgACAdYP6+Az6+AwFgACIdYP6/Az6/AwFgACQdYP7AA07AAwAmGWAAMv7AA07AAwAoHWD+wANOwAMAKh1g/sADTsADACwdYP7AA07AAwAuHWD+wANOwAMAMB1g/sADTsADADIdYP7AA07AAwA0HWD+wANOwAMANh1g/sADTsADADgdYP7AA07AAwA6GWAAM/7AA07AAwA8HWD+wANOwAMAPh1g/sADTsADAEAdYP7AA07AAwBCHWD+wANOwAMARB1g/sADTsADAEYdYP7AA07AAwBIHWD+wANOwAMASh1g/sADTsADAEwdYP7AA07AAwBOGWAANP7AAz7AAw==',
  ],
  [
    "snappy, by Kafka's own client",
    'AAAAAAAAAAAAAAJKAAAAAAJno/4WAAoAAAAnAAABohBVHA4AAAGiEFUdxwAAAAAAAAABAAAAAAAAAAAAKIJTTkFQUFkAAAAAAQAAAAEAAAIFnh6ougEAAAABrAFhbnN3ZXIgMSBKb3PDqSBOw7rDsWV6IOadseW4neaxtiBhYcoCABgAvAEA7gICGWAAMv5gAEZgAAj0AgQZYAAz/mAATmAAAAYZYAA0/mAATmAAAAgZYAA1/mAATmAAAAoZYAA2/mAARmAACPYCDBlgADf+YABOYAAADhlgADj+YABOYAAAEBlgADn+YAA6YAAcvgEA9gISAa51YAAw/mEATmEAABQdYf7CAz7CAwXCABYdYf7DAz7DAxS+AQD6AhgdYf7EAz7EAwVhABodYf7FAz7FAxS+AQCIAxwdYf7GAz7GAxS+AQCKAx4dYf7HAz7HAwVhACAdYf7IAz7IAwVhACIdYf7JAz7JAwVhACQdYf7KA0rKAwiKAyYZYQAy/soDSsoDCIoDKB1h/soDSsoDCIoDKh1h/soDSsoDCIoDLB1h/soDSsoDCIoDLh1h/soDSsoDCIoDMB1h/soDUsoDADIdYf7KA1LKAwA0HWH+ygNSygMANh1h/soDUsoDADgdYf7KA1LKAwA6GWEAM/7KA1LKAwA8HWH+ygNSygMAPh1h/soDUsoDAEAdYf7KA1LKAwBCHWH+ygNSygMARB1h/soDUsoDAEYdYf7KA1LKAwBIHWH+ygNSygMASh1h/soDUsoDAEwdYf7KA1LKAwBOGWEANP7KAz7KAw==',
  ],
  [
    'lz4, by librdkafka',
    'AAAAAAAAAAAAAAHbAAAAAALHJzGJAAsAAAAnAAABohBUzi0AAAGiEFTONf//////////////////AAAAKAQiTRhgQIKbAQAA/xu6AQAAAAGsAWFuc3dlciAxIEpvc8OpIE7DusOxZXog5p2x5bid5rG2IGEBACEQAF8AFgJfAB8yXwBAFgRfAB8zXwBAFgZfAB80XwBAFghfAB81XwBAFgpfAB82XwBAFgxfAB83XwBAFg5fAB84XwBAFhBfAB85XwA8dbwBAAASAa5XAx8wYABAFxRgAA+4Az0AwAAXFmAAD7kDPQBgABcYYAAPugM9AGAAFxpgAA+7Az0AYAAXHGAAD7wDPQBgABceYAAPvQM9AGAAFyBgAA++Az0AYAAXImAAD78DPQBgABckYAAPwANBFiZgAB8ywANBFyhgAA/AA0EXKmAAD8ADQRcsYAAPwANBFy5gAA/AA0EXMGAAD8ADQRcyYAAPwANBFzRgAA/AA0EXNmAAD8ADQRc4YAAPwANBFjpgAB8zwANBFzxgAA/AA0EXPmAAD8ADQRdAYAAPwANBF0JgAA/AA0EXRGAAD8ADQRdGYAAPwANBF0hgAA/AA0EXSmAAD8ADQRdMYAAPwANBFk5gAB80wAM4UGFhYWEAAAAAAA==',
  ],
  [
    "lz4, by Kafka's own client",
    'AAAAAAAAAAAAAAHfAAAAAAJAfOJMAAsAAAAnAAABohBVH5cAAAGiEFUgOQAAAAAAAAACAAAAAAAAAAAAKAQiTRhgQIKfAQAA/xu6AQAAAAGsAWFuc3dlciAxIEpvc8OpIE7DusOxZXog5p2x5bid5rG2IGEBACF2ALwBAJwCAmAAHzJgAEEWBGAAHzNgAEEWBmAAHzRgAEEWCGAAHzVgAEEWCmAAHzZgAD82ngIMYAAfN2AAQRYOYAAfOGAAQRYQYAAfOWAAPBC+IAE1EgGuYAMfMGEAQRcUYQAPwgM9AcIAFxZhAA/DAz0BYQAXGGEAD8QDPQFhABcaYQAPxQM9AWEAFxxhAA/GAz0BYQAXHmEAD8cDPQFhABcgYQAPyAM9AWEAFyJhAA/JAz0BYQAXJGEAD8oDQhYmYQAfMsoDQhcoYQAPygNCFyphAA/KA0IXLGEAD8oDQhcuYQAPygNCFzBhAA/KA0IXMmEAD8oDQhc0YQAPygNCFzZhAA/KA0IXOGEAD8oDQhY6YQAfM8oDQhc8YQAPygNCFz5hAA/KA0IXQGEAD8oDQhdCYQAPygNCF0RhAA/KA0IXRmEAD8oDQhdIYQAPygNCF0phAA/KA0IXTGEAD8oDQhZOYQAfNMoDOFBhYWFhAAAAAAA=',
  ],
  [
    "zstd, by Kafka's own client",
    'AAAAAAAAAAAAAAEaAAAAAAIewqz0AAwAAAAnAAABohBVIOIAAAGiEFUiCAAAAAAAAAADAAAAAAAAAAAAKCi1L/0AWOwGAJQIugEAAAABrAFhbnN3ZXIgMSBKb3PDqSBOw7rDsWV6IOadseW4neaxtiBhALwBAI4CAjKQAgQzBjQINQo2DDcOOBA5vhIBrjEwFDEWMhgzGjQcNR42IDciOCQ5JjIwKDEqMiwzLjQwNTI2NDc2ODg5OjMwPDE+MpoCQDNCNEQ1RjZIN0o4TDlONDBRqCHoW9q/A/B11hJgMAgaBEhYwf//DYHjBxzDUVwgIhJ6+4RHRKFIVDASJ4oHkKDRwYhIFI8UiJDgktIAk8USc3KECxYdESrMrAf0xkFVcrYKAQAA',
  ],
  [
    "gzip, by Kafka's own client",
    'AAAAAAAAAAAAAAFuAAAAAAKhV2ueAAkAAAAnAAABohBVIlsAAAGiEFUiaAAAAAAAAAAEAAAAAAAAAAAAKB+LCAAAAAAAAP+100FKQlEYhuFzQuQnREJCIiIOIhESYdebmkSISISEe3DgtCAHQXtxAYIEdxJxcXbXouuoM/H/xvJ/7wKe2Zt755xf+9nb4nP+Ee7C5H1RrMK0yIts/hV2y2z7u9xlP2F2SC73rnSkfELgS8p3CHxZ+ZTAi/L3BP5Y+a49X64o3yPwVeX7BP5E+QdjfvPP1/z3fqs2wT8F3/rb6NfBtx43+mfgW58b/XPwrdeN/gX41u9G/xJ863mjH8C3vjf6DfCt941+E3zGv1fqJ4x/r8Fn/NsCn/HvDfiMf2/BZ/zbBp/xbwI+498UfMa/XfAJ/0offMK/MlC/Q/hXHsEn/CtP4BP+lSH4hH9lBD7hXxmDT/hXnsEn/Csv4BP+lQn4jH9fwWf8O1U/tf73DxtrjWP3DgAA',
  ],
]

const onlyBatch = (bytes: Buffer) => {
  const [batch] = [...batchesIn(bytes)]
  if (!batch) throw new Error('there is no batch')
  return batch
}

const read = async (bytes: Buffer): Promise<string[]> =>
  (await recordsOf('topic', 0, onlyBatch(bytes), ownRecordsMax)).map(({ value }) => value)

async function refusal(bytes: Buffer): Promise<UnreadableBatchError> {
  const error = await recordsOf('topic', 0, onlyBatch(bytes), ownRecordsMax).catch((thrown: unknown) => thrown)
  if (error instanceof UnreadableBatchError) return error
  throw new Error('the batch was read', { cause: error })
}

describe('a record batch', () => {
  test.each(recorded)('is read that is compressed with %s', async (_, base64) => {
    const bytes = Buffer.from(base64, 'base64')
    expect(await read(bytes)).toEqual(written)
    expect(onlyBatch(bytes)).toMatchObject({ firstOffset: 0, lastOffset: 39, isControl: false, inTransaction: false })
  })

  test('that would unpack to more than the limit is permanently refused, with every codec', async () => {
    const records = [{ value: Buffer.alloc(unpackedBytesMax + 1, 97) }]
    const bombs = [
      encodeBatch({ firstOffset: 0, records, codec: 1, pack: gzipSync }),
      encodeBatch({ firstOffset: 0, records, codec: 4, pack: zstdCompressSync }),
      encodeBatch({ firstOffset: 0, records: [], codec: 2, pack: () => Buffer.from([0xff, 0xff, 0xff, 0x7f, 0]) }),
      encodeBatch({ firstOffset: 0, records: [], codec: 3, pack: () => lz4Bomb(unpackedBytesMax) }),
    ]
    expect(bombs.every(({ length }) => length < 100_000)).toBe(true)
    for (const bomb of bombs) {
      const { message, isPermanent } = await refusal(bomb)
      expect(message).toContain(`unpacks to more than ${unpackedBytesMax} bytes`)
      expect(isPermanent).toBe(true)
    }
  })

  test('with more records than the limit is permanently refused', async () => {
    const records = Array.from({ length: 10_001 }, () => ({}))
    expect(await refusal(encodeBatch({ firstOffset: 0, records, codec: 1, pack: gzipSync }))).toMatchObject({ isPermanent: true })
  })

  test('whose checksum is wrong may succeed at a retry', async () => {
    expect(await refusal(encodeBatch({ firstOffset: 0, records: [{ value: 'v' }], checksumIsWrong: true }))).toMatchObject({
      isPermanent: false,
    })
  })

  test('with an unknown codec says so', async () => {
    expect((await refusal(encodeBatch({ firstOffset: 0, records: [{ value: 'v' }], codec: 7 }))).message).toContain('codec 7 is unknown')
  })

  test('that is cut off is left for the next fetch', () => {
    const whole = [0, 1].map(firstOffset => encodeBatch({ firstOffset, records: [{ value: 'v' }] }))
    const bytes = Buffer.concat(whole)
    for (let length = whole[0]?.length ?? 0; length < bytes.length; length += 1)
      expect([...batchesIn(bytes.subarray(0, length))].length).toBe(1)
  })

  test('with any byte of its packed records changed is read or refused, and never more than it may be', () => {
    for (const [name, base64] of recorded.slice(0, 4)) {
      const packed = onlyBatch(Buffer.from(base64, 'base64')).body.subarray(45)
      const unpack = name.startsWith('snappy') ? unpackSnappy : unpackLz4
      for (let at = 0; at < packed.length; at += 1) {
        for (const value of [0, 0x0f, 0x7f, 0xf0, 0xff]) {
          const changed = Buffer.from(packed)
          changed[at] = value
          try {
            expect(unpack(changed, 100_000).length).toBeLessThanOrEqual(100_000)
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError)
          }
        }
      }
    }
  })
})

/** One letter, repeated as often as one block of LZ4 can say in so many bytes. */
function lz4Bomb(times: number): Buffer {
  const block = Buffer.concat([Buffer.from([0x1f, 97, 1, 0]), Buffer.alloc(Math.ceil(times / 255), 255), Buffer.from([0, 0])])
  const frame = Buffer.alloc(11)
  frame.writeUInt32LE(0x184d2204, 0)
  frame[4] = 0x60
  frame[5] = 0x70
  frame.writeUInt32LE(block.length, 7)
  return Buffer.concat([frame, block, Buffer.alloc(4)])
}
