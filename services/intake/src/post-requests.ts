import type { Workflow } from '@holdfast/core'
import { answerOnce, callerOf, leaseMs, readIdempotencyKey, sendRefusal } from '@holdfast/http'
import { traceparentPattern } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { requestIdFor } from '@holdfast/trust'
import { acceptRequest } from './accept-request.ts'
import type { ReceivedBefore } from './received-before.ts'

const xmlMediaTypes = ['application/xml', 'text/xml']

/**
 * The HTTP endpoint for the documents of a workflow, in JSON or in a format of XML. Replies 202 with a receipt once
 * the request is durable in the stream, and with the identical receipt for every repeat under the same key.
 *
 * 400 key missing, or invalid JSON · 401 no member · 403 another country's request · 409 the first request is still
 * running · 422 malformed, or the key was used with another body · 503 a backend is unreachable: the outcome is
 * unknown, and repeating the request with the same key is safe.
 */
export async function postRequests(
  workflow: Workflow,
  { http: server, secret, idempotency, streams, clock, log }: ServiceContext,
  receivedBefore: ReceivedBefore,
): Promise<void> {
  const { ingress, topics } = workflow
  const parseXml = ingress.parseXml?.bind(ingress)
  // A scope of its own, because other endpoints refuse XML.
  await server.register(async http => {
    if (parseXml)
      http.addContentTypeParser(xmlMediaTypes, { parseAs: 'buffer' }, async (request: Parameters<typeof callerOf>[0], body: Buffer) => {
        await http.bodyTurn(request)
        return body
      })
    http.post(
      ingress.path,
      { config: { opensRequests: true, takes: ['application/json', ...(parseXml ? xmlMediaTypes : [])] } },
      async (request, reply) => {
        const sender = callerOf(request)
        const key = readIdempotencyKey(request.headers['idempotency-key'])
        if (!key.ok) return sendRefusal(reply, key.error)
        const document = parseXml && Buffer.isBuffer(request.body) ? parseXml(request.body) : ingress.parse(request.body)
        if (!document.ok)
          return sendRefusal(
            reply,
            {
              code: 'MALFORMED',
              message: `The ${ingress.document} has ${document.error.length} problem(s). Correct them and send it again`,
            },
            document.error,
          )
        const refusal = ingress.refusalOfSender(sender, document.value)
        if (refusal) return sendRefusal(reply, refusal)

        const trace = request.headers.traceparent
        const traceparent = typeof trace === 'string' && traceparentPattern.test(trace) ? trace : undefined
        // A bank's message is compared by its bytes, whatever request it contains.
        const body = Buffer.isBuffer(request.body) ? request.body.toString('base64') : request.body
        // A repeat by another system or officer of the country is the same request.
        const idOf = (fingerprint: string) => requestIdFor(secret, sender.country, key.value, fingerprint)
        const accept = (requestId: string, receivedAt: string) => {
          const { receipt, record } = acceptRequest({ workflow, requestId, sender, document: document.value, receivedAt, traceparent })
          return { record, answer: { status: 202, body: JSON.stringify(receipt), location: `${ingress.path}/${requestId}` } }
        }
        const use = {
          scope: sender.country,
          key: key.value,
          route: `POST ${ingress.path}`,
          body,
          leaseMs: leaseMs.request,
          at: clock.now().toISOString(),
          tokenId: sender.tokenId,
          reused: 'Your country has already used this key for another document. Use a new key for a new request',
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
          // Published again even if it is open already: a restored store may know a request that the ledger has lost.
          await streams.publish(topics.commands.name, [accepted.record])
          log.debug({ requestId, httpRequestId: request.id }, 'Request accepted')
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
