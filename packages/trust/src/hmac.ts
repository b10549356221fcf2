import { createHmac, hash } from 'node:crypto'

const blockBytes = 64
const digestBytes = 32
/** In characters: of UTF-8 they are three times as many bytes at most. What is longer is left to Node's own. */
const textMax = 1_000

interface Padded {
  /** The key by the inner pad, and behind it room for the text. */
  readonly inner: Buffer
  /** The key by the outer pad, and behind it room for the inner digest. */
  readonly outer: Buffer
}

/** For each key. */
const known = new WeakMap<Buffer, Padded>()

function paddedOf(key: Buffer): Padded {
  const made = known.get(key)
  if (made) return made
  const inner = Buffer.alloc(blockBytes + 3 * textMax)
  const outer = Buffer.alloc(blockBytes + digestBytes)
  for (let i = 0; i < blockBytes; i++) {
    const byte = key[i] ?? 0
    inner[i] = byte ^ 0x36
    outer[i] = byte ^ 0x5c
  }
  const padded = { inner, outer }
  known.set(key, padded)
  return padded
}

/** What HMAC-SHA-256 (RFC 2104) is the digest of, for a key of 64 bytes at most; undefined of a text that is too long for it. */
function lastBlockOf(key: Buffer, text: string): Buffer | undefined {
  if (text.length > textMax || key.length > blockBytes) return undefined
  const { inner, outer } = paddedOf(key)
  const end = blockBytes + inner.write(text, blockBytes)
  outer.write(hash('sha256', inner.subarray(0, end)), blockBytes, 'hex')
  return outer
}

/** HMAC-SHA-256 in hex. By two digests of Node's that are each one call: an Hmac is an object that has to be made and collected, and a lifecycle has thirteen of them, which were 3 % of the engine's thread. A key that is used must not change. */
export function hmacHex(key: Buffer, text: string): string {
  const last = lastBlockOf(key, text)
  return last ? hash('sha256', last) : createHmac('sha256', key).update(text).digest('hex')
}

/** The same as bytes. */
export function hmacBytes(key: Buffer, text: string): Buffer {
  const last = lastBlockOf(key, text)
  return last ? hash('sha256', last, 'buffer') : createHmac('sha256', key).update(text).digest()
}
