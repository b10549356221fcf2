import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'

/**
 * Answers with a text that never changes, and with its ETag (RFC 9110, 8.8.3); 304 without a body where the client has it already. The tag is weak, as the same text may leave packed or as it is.
 */
export function sendTagged(reply: FastifyReply, body: string | Buffer, mediaType: string, tag = tagOf(body)): FastifyReply {
  reply.header('etag', `W/${tag}`)
  return isKnown(reply.request.headers['if-none-match'], tag) ? reply.status(304).send() : reply.type(mediaType).send(body)
}

export const tagOf = (body: string | Buffer): string => `"${createHash('sha256').update(body).digest('base64url')}"`

/** By the weak comparison. No tag of ours has a comma. */
const isKnown = (header: string | undefined, tag: string): boolean =>
  (header ?? '').split(',').some(each => [tag, `W/${tag}`, '*'].includes(each.trim()))
