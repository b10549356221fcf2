import type { BaseConfig } from '@holdfast/runtime'
import { isLoopback } from '@holdfast/runtime'
import type { Refusal } from '@holdfast/schemas'
import type { FastifyRequest } from 'fastify'

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

/** The origins by which who sends a DPoP proof may know this service; none where it is not known by what was asked. A proof is for one origin, so that whoever was sent it in error, or by deceit, can send it nowhere else. */
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
 * Why a request that a browser sent with a session does not count; undefined where the page of this desk sent it. Who only looks needs no
 * Origin: no other page can read the answer.
 */
export function refusalOfForeignOrigin(request: Pick<FastifyRequest, 'headers' | 'method'>, ownOrigin: OwnOrigin): Refusal | undefined {
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
