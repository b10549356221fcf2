import { promisify } from 'node:util'
import { gunzip, zstdDecompress } from 'node:zlib'
import { unpackLz4 } from './lz4.ts'
import { unpackSnappy } from './snappy.ts'

/**
 * The most bytes that a record batch may unpack to. A broker accepts 1 MB packed, and text compresses ten to one. 14 kB
 * of zstd can be 450 MB, too much for a reader to try.
 */
export const unpackedBytesMax = 16 * 1024 * 1024

interface Codec {
  readonly name: string
  unpack(packed: Buffer): Promise<Buffer>
}

const bound = { maxOutputLength: unpackedBytesMax }
const gunzipBound = promisify(gunzip) as (packed: Buffer, options: typeof bound) => Promise<Buffer>
const zstdBound = promisify(zstdDecompress) as (packed: Buffer, options: typeof bound) => Promise<Buffer>

/** Indexed by the codec number in the batch's attributes: all that Kafka has. */
export const codecs: readonly (Codec | undefined)[] = [
  undefined,
  { name: 'gzip', unpack: packed => gunzipBound(packed, bound) },
  { name: 'snappy', unpack: async packed => unpackSnappy(packed, unpackedBytesMax) },
  { name: 'lz4', unpack: async packed => unpackLz4(packed, unpackedBytesMax) },
  { name: 'zstd', unpack: packed => zstdBound(packed, bound) },
]
