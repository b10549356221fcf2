import type { Refusal } from '@holdfast/schemas'
import type { FastifyRequest } from 'fastify'
import { type BaseConfig, isLoopback } from '../config.ts'

/** The origin by which the browser that asks knows the desk; undefined where it is none that the desk has. */
export type OwnOrigin = (request: Pick<FastifyRequest, 'headers'>) => string | undefined

/**
 * The one that is configured. Without it the host that was asked, where that is this machine: any other name may be somebody's who had it point here (DNS rebinding), and
 * their page would be taken for ours.
 */
export function createOwnOrigin({ HOLDFAST_DESK_URL: configured }: Pick<BaseConfig, 'HOLDFAST_DESK_URL'>): OwnOrigin {
  if (configured !== undefined) return () => configured
  return ({ headers: { host } }) => {
    const url = URL.parse(`http://${host}`)
    return url && isLoopback(url.hostname) ? url.origin : undefined
  }
}

/**
 * Why a request that a browser sent with a session does not count; undefined where the page of this desk sent it. Who only looks needs no
 * Origin: no other page can read the answer.
 */
export function whyForeign(request: Pick<FastifyRequest, 'headers' | 'method'>, ownOrigin: OwnOrigin): Refusal | undefined {
  const { origin, 'sec-fetch-site': site } = request.headers
  if (site === 'cross-site') return foreign('this was sent by a page of another site')
  if (request.method === 'GET' || request.method === 'HEAD') return undefined
  if (origin === undefined)
    return foreign('the Origin header is missing: a browser sends it, and whoever is none sends a bearer token and no cookie')
  const own = ownOrigin(request)
  if (own === undefined) return foreign('the desk does not know itself by this address: HOLDFAST_DESK_URL has to name it')
  return origin === own ? undefined : foreign(`the Origin is not ${own}, where the page of this desk is`)
}

const foreign = (message: string): Refusal => ({ code: 'FOREIGN_ORIGIN', message })
