import { type Agent, request } from 'node:http'

/** What came of a request: an answer with its body, or why there was none. */
export type HttpOutcome = { readonly status: number; text(): string } | { readonly error: NodeJS.ErrnoException }

export interface HttpRequest {
  /** Without a body it is a GET, with one a POST of JSON. */
  readonly body?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
  readonly agent: Agent
  /** An answer that takes longer is none: a client would have hung up. */
  readonly answerMsMax: number
}

/** Sends a request once, without a client that would try again and so hide what was refused. */
export function sendHttp(url: string | URL, { body, headers, agent, answerMsMax }: HttpRequest): Promise<HttpOutcome> {
  return new Promise(resolve => {
    const fail = (error: Error): void => resolve({ error })
    const ofBody = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': `${Buffer.byteLength(body)}` }
    const options = { method: body === undefined ? 'GET' : 'POST', agent, headers: { ...ofBody, ...headers }, timeout: answerMsMax }
    const outgoing = request(url, options, answer => {
      const chunks: Buffer[] = []
      answer.on('data', chunk => chunks.push(chunk))
      answer.once('error', fail)
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text: () => Buffer.concat(chunks).toString() }))
    })
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within ${answerMsMax} ms`)))
    outgoing.on('error', fail)
    outgoing.end(body)
  })
}
