import type { BaseConfig } from '@holdfast/runtime'
import { isLoopback } from '@holdfast/runtime'
import type { Refusal } from '@holdfast/schemas'
import type { FastifyRequest } from 'fastify'

/** Returns the origin of the desk for a browser; undefined if the requested host is not the desk. */
export type OwnOrigin = (request: Pick<FastifyRequest, 'headers'>) => string | undefined

/**
 * Returns the configured origin. Without one, returns the requested host if it is this machine: any other name could be
 * an attacker's that points here (DNS rebinding), and its page would be taken for the desk's.
 */
export function createOwnOrigin({ HOLDFAST_DESK_URL: configured }: Pick<BaseConfig, 'HOLDFAST_DESK_URL'>): OwnOrigin {
  if (configured !== undefined) return () => configured
  return ({ headers: { host } }) => {
    const url = URL.parse(`http://${host}`)
    return url && isLoopback(url.hostname) ? url.origin : undefined
  }
}

/**
 * The public origins of this service for senders of DPoP proofs; empty if the requested host is unknown. A proof is for
 * one origin, so that a server which received it by error or fraud cannot use it elsewhere.
 */
export function createPublicOrigins({
  HOLDFAST_PUBLIC_ORIGINS: configured = [],
  HOLDFAST_DESK_URL: desk,
}: Pick<BaseConfig, 'HOLDFAST_PUBLIC_ORIGINS' | 'HOLDFAST_DESK_URL'>): (request: Pick<FastifyRequest, 'headers'>) => readonly string[] {
  const known = [...configured, ...(desk === undefined ? [] : [desk])]
  if (known.length > 0) return () => known
  const ownOrigin = createOwnOrigin({ HOLDFAST_DESK_URL: undefined })
  return request => {
    const own = ownOrigin(request)
    return own === undefined ? [] : [own]
  }
}

/**
 * Why a browser's request with a session is refused; undefined if the page of this desk sent it. Reads need no Origin,
 * because no other page can read the answer.
 */
export function refusalOfForeignOrigin(request: Pick<FastifyRequest, 'headers' | 'method'>, ownOrigin: OwnOrigin): Refusal | undefined {
  const { origin, 'sec-fetch-site': site } = request.headers
  if (site === 'cross-site') return foreign('a page of another site sent this request')
  if (request.method === 'GET' || request.method === 'HEAD') return undefined
  if (origin === undefined)
    return foreign('the Origin header is missing. Browsers send it; other clients must send a bearer token instead of a cookie')
  const own = ownOrigin(request)
  if (own === undefined) return foreign('this address is not that of the desk: the operator must set HOLDFAST_DESK_URL')
  return origin === own ? undefined : foreign(`the Origin is not ${own}, the address of this desk`)
}

const foreign = (message: string): Refusal => ({ code: 'FOREIGN_ORIGIN', message })
