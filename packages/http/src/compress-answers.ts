import { gzip, gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { preferredEncoding } from './negotiate.ts'

/** Smaller answers fit into two or three packets, and packing one costs more than sending it: receipts and decisions are never packed. */
export const packedBytesMin = 4_096
/** Up to this size it takes less than 0.2 ms to compress, and the thread pool would add a round of the event loop: 20 ms under load. */
const atOnceBytesMax = 16_384
/** At once, of the four threads of Node's pool: files and names of hosts need them too, and whoever asks for much does not take the processor from the work. Beyond it answers go out as they are. */
const packingMax = 2
/** Half the work of the default level for a tenth more bytes. */
const level = 4

/**
 * Sends answers of 4 kB and more with gzip where the client takes it, packed by a thread of Node's pool. Streams are left as they are: each event has to leave at once. What is on disk in a packed
 * form (the page) has its encoding already.
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
