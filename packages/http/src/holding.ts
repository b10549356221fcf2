import type { Refusal } from '@holdfast/schemas'
import type { DpopVerifier, Holding } from '@holdfast/trust'
import type { FastifyRequest } from 'fastify'
import { certificateThumbprint } from './client-certificate.ts'

/** Returns from the head of a request whether its sender proves possession of what its token is bound to. */
export type HoldingOf = (request: Pick<FastifyRequest, 'headers' | 'method' | 'url'>) => Holding

export interface HoldingOptions {
  readonly verifyProof: DpopVerifier
  /** The public origins of the engine for this sender; empty if the requested host is unknown. */
  readonly originsOf: (request: Pick<FastifyRequest, 'headers'>) => readonly string[]
  /** Whether a proxy sets the header `Client-Cert`, and no client can. */
  readonly trustsClientCert: boolean
}

const unauthenticated = (message: string): Refusal => ({ code: 'UNAUTHENTICATED', message })
const untold = unauthenticated(
  'the token is bound to a certificate (cnf, x5t#S256), but this service does not read client certificates: the operator must set HOLDFAST_CLIENT_CERT_HEADER',
)
const none = unauthenticated(
  'the token is bound to a certificate (cnf, x5t#S256), but the connection has none. Connect with that certificate',
)
const unreadable = unauthenticated('the header Client-Cert does not name one certificate (RFC 9440)')
const another = unauthenticated('the token is bound to another certificate (cnf, x5t#S256) than that of the connection')

export function createHolding({ verifyProof, originsOf, trustsClientCert }: HoldingOptions): HoldingOf {
  function refusalOfCertificate(bound: string, header: string | undefined): Refusal | undefined {
    if (!trustsClientCert) return untold
    if (header === undefined) return none
    const thumbprint = certificateThumbprint(header)
    if (thumbprint === undefined) return unreadable
    return thumbprint === bound ? undefined : another
  }

  return request => async token => {
    const { headers, method, url } = request
    const { jkt, 'x5t#S256': thumbprint } = token.bound
    const refusal = thumbprint === undefined ? undefined : refusalOfCertificate(thumbprint, textOf(headers['client-cert']))
    if (refusal || jkt === undefined) return refusal
    const [path = ''] = url.split('?', 1)
    return verifyProof({ proof: textOf(headers.dpop), method, origins: originsOf(request), path }, { ...token, jkt })
  }
}

/** Node joins most repeated headers by commas; the others are joined here. */
const textOf = (header: string | string[] | undefined): string | undefined => (Array.isArray(header) ? header.join(', ') : header)
