import type { FastifyInstance } from 'fastify'
import type { CustomFetch } from 'openid-client'

/** Fetches from this process itself, because inside a container it can't reach the address that browsers use. */
export const fetchInProcess =
  (http: FastifyInstance): CustomFetch =>
  async (address, { method, headers, body }) => {
    const { host, pathname, search } = new URL(address)
    const answer = await http.inject({
      method: method === 'POST' ? 'POST' : 'GET',
      url: `${pathname}${search}`,
      headers: { ...headers, host },
      ...(body ? { payload: String(body) } : {}),
    })
    return new Response(answer.body, { status: answer.statusCode, headers: { 'content-type': String(answer.headers['content-type']) } })
  }
