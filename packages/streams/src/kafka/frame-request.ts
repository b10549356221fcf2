/** Buffers to be sent in sequence. Also usable where kafkajs expects its encoder. */
export interface Pieces {
  readonly pieces: readonly Buffer[]
  readonly buffer: Buffer
  readonly buf: Buffer
}

export const piecewise = (pieces: readonly Buffer[]): Pieces => ({
  pieces,
  get buffer() {
    return Buffer.concat(pieces)
  },
  get buf() {
    return this.buffer
  },
})

export interface Framed {
  readonly correlationId: number
  readonly clientId: string | null
  readonly request: { readonly apiKey: number; readonly apiVersion: number; encode(): Promise<Pieces | Pick<Pieces, 'buffer'>> }
}

/** The length, the API key, the API version and the correlation id. */
const fixedBytes = 12

/** A request with its length and header (version 1). */
export async function frameRequest({ correlationId, clientId, request }: Framed): Promise<Pick<Pieces, 'buffer'>> {
  const encoded = await request.encode()
  const body = 'pieces' in encoded ? encoded.pieces : [encoded.buffer]
  const name = nullableString(clientId)
  const length = body.reduce((sum, piece) => sum + piece.length, fixedBytes + name.length)
  const fixed = Buffer.allocUnsafe(fixedBytes)
  fixed.writeInt32BE(length - 4, 0)
  fixed.writeInt16BE(request.apiKey, 4)
  fixed.writeInt16BE(request.apiVersion, 6)
  fixed.writeInt32BE(correlationId, 8)
  return { buffer: Buffer.concat([fixed, name, ...body], length) }
}

/** A string with its 16-bit length; null has length -1. */
export function nullableString(text: string | null): Buffer {
  const length = text === null ? -1 : Buffer.byteLength(text)
  const bytes = Buffer.allocUnsafe(2 + Math.max(0, length))
  bytes.writeInt16BE(length, 0)
  if (text !== null) bytes.write(text, 2)
  return bytes
}
