import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'

/**
 * Sends a text that never changes, with its ETag (RFC 9110, 8.8.3); 304 without a body if the client has it. The tag is
 * weak, because the text may be sent compressed or not.
 */
export function sendTagged(reply: FastifyReply, body: string | Buffer, mediaType: string, tag = tagOf(body)): FastifyReply {
  reply.header('etag', `W/${tag}`)
  return isKnown(reply.request.headers['if-none-match'], tag) ? reply.status(304).send() : reply.type(mediaType).send(body)
}

export const tagOf = (body: string | Buffer): string => `"${createHash('sha256').update(body).digest('base64url')}"`

/** Uses the weak comparison. Tags of the engine contain no comma. */
const isKnown = (header: string | undefined, tag: string): boolean =>
  (header ?? '').split(',').some(each => [tag, `W/${tag}`, '*'].includes(each.trim()))
