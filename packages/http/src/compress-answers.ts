import { gzip, gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { preferredEncoding } from './negotiate.ts'

/** Smaller answers fit into two or three packets, and compressing one costs more than sending it. */
export const packedBytesMin = 4_096
/**
 * Up to this size compressing takes less than 0.2 ms, and the thread pool would add a round of the event loop: 20 ms
 * under load.
 */
const atOnceBytesMax = 16_384
/**
 * At most this many of the four pool threads: file and DNS work needs them too. Beyond it, answers are sent
 * uncompressed.
 */
const packingMax = 2
/** Half the work of the default level for a tenth more bytes. */
const level = 4

/**
 * Compresses answers of 4 kB and more with gzip if the client accepts it, on a pool thread. Streams stay uncompressed:
 * each event must be sent at once. Files of the page are stored compressed.
 */
export function compressAnswers(http: FastifyInstance): void {
  let packing = 0
  http.addHook('onSend', (request, reply, payload, done) => {
    const isPackable = typeof payload === 'string' || Buffer.isBuffer(payload)
    if (!isPackable || payload.length < packedBytesMin || reply.hasHeader('content-encoding')) return done(null, payload)
    reply.header('vary', 'accept-encoding')
    if (preferredEncoding(request, ['gzip']) !== 'gzip') return done(null, payload)
    const send = (packed: Buffer): void => {
      reply.header('content-encoding', 'gzip').header('content-length', packed.length)
      done(null, packed)
    }
    if (payload.length <= atOnceBytesMax) return send(gzipSync(payload, { level }))
    if (packing >= packingMax) return done(null, payload)
    packing++
    gzip(payload, { level }, (error, packed) => {
      packing--
      if (error) done(error)
      else send(packed)
    })
  })
}
