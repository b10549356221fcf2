import { answerOnce, callerOf, leaseMs, readIdempotencyKey, sendRefusal } from '@holdfast/http'
import { topics, traceparentPattern } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { requestIdFor } from '@holdfast/trust'
import { acceptRequest, refusalOfSender } from './accept-request.ts'
import { readJsonRequest, readXmlRequest } from './read-request-body.ts'
import type { ReceivedBefore } from './received-before.ts'

const route = 'POST /v1/requests'
const xmlMediaTypes = ['application/xml', 'text/xml']

/**
 * The HTTP door: a freeze request in JSON, or a camt.056 with our supplement. 202 with a receipt once the request is durable in the stream; the same answer, byte for byte, for
 * every repeat with the same key. 400 no key or no JSON · 401 no member · 403 another country's request · 409 the first is still running · 422 malformed, or the key used with
 * another body · 503 a backend is away: whether the request was accepted is not known, and sending the same again with the same key is safe.
 */
export async function postRequests(
  { http: server, secret, idempotency, streams, clock, log }: ServiceContext,
  receivedBefore: ReceivedBefore,
): Promise<void> {
  // In a scope of its own: at the other doors XML stays what they do not take.
  await server.register(async http => {
    http.addContentTypeParser(xmlMediaTypes, { parseAs: 'buffer' }, async (request: Parameters<typeof callerOf>[0], body: Buffer) => {
      await http.bodyTurn(request)
      return body
    })
    http.post(
      '/v1/requests',
      { config: { opensRequests: true, takes: ['application/json', ...xmlMediaTypes] } },
      async (request, reply) => {
        const sender = callerOf(request)
        const key = readIdempotencyKey(request.headers['idempotency-key'])
        if (!key.ok) return sendRefusal(reply, key.error)
        const document = Buffer.isBuffer(request.body) ? readXmlRequest(request.body) : readJsonRequest(request.body)
        if (!document.ok)
          return sendRefusal(
            reply,
            { code: 'MALFORMED', message: `${document.error.length} problem(s) in the freeze request` },
            document.error,
          )
        const refusal = refusalOfSender(sender, document.value)
        if (refusal) return sendRefusal(reply, refusal)

        const trace = request.headers.traceparent
        const traceparent = typeof trace === 'string' && traceparentPattern.test(trace) ? trace : undefined
        // Of a bank's message the bytes are what is sent again, whatever the request is that they say.
        const body = Buffer.isBuffer(request.body) ? request.body.toString('base64') : request.body
        // Whichever system or officer of a country repeats a request, it is the same one.
        const idOf = (fingerprint: string) => requestIdFor(secret, sender.country, key.value, fingerprint)
        const accept = (requestId: string, receivedAt: string) => {
          const { receipt, record } = acceptRequest({ requestId, sender, request: document.value, receivedAt, traceparent })
          return { record, answer: { status: 202, body: JSON.stringify(receipt), location: `/v1/requests/${requestId}` } }
        }
        const use = {
          scope: sender.country,
          key: key.value,
          route,
          body,
          leaseMs: leaseMs.request,
          at: clock.now().toISOString(),
          tokenId: sender.tokenId,
          reused: 'your country has used this key for another document: use a new key for a new request',
          known: async (fingerprint: string) => {
            const requestId = idOf(fingerprint)
            const receivedAt = (await receivedBefore([requestId])).get(requestId)
            return receivedAt === undefined ? undefined : accept(requestId, receivedAt).answer
          },
        }
        const answer = await answerOnce(idempotency, use, async (fingerprint, firstAt = use.at) => {
          const requestId = idOf(fingerprint)
          const receivedAt = (await receivedBefore([requestId])).get(requestId) ?? firstAt
          const accepted = accept(requestId, receivedAt)
          // What is open already is published again all the same: a store may know of a request that the ledger has lost.
          await streams.publish(topics.commands.name, [accepted.record])
          log.debug({ requestId, httpRequestId: request.id }, 'accepted')
          return { answer: accepted.answer, final: true }
        })
        if (!answer.ok) return sendRefusal(reply, answer.error)
        const { status, body: text, location } = answer.value
        if (location) reply.header('location', location)
        return reply.status(status).type('application/json').send(text)
      },
    )
  })
}
