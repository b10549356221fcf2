import type { Refusal } from '@holdfast/schemas'
import type { DpopVerifier, Holding } from '@holdfast/trust'
import type { FastifyRequest } from 'fastify'
import { certificateThumbprint } from './client-certificate.ts'

/** Judges by the head of a request whether its sender holds what its token is bound to. */
export type HoldingOf = (request: Pick<FastifyRequest, 'headers' | 'method' | 'url'>) => Holding

export interface HoldingOptions {
  readonly verifyProof: DpopVerifier
  /** By which origins the engine is known to who has sent this; none where it does not know itself by what was asked. */
  readonly originsOf: (request: Pick<FastifyRequest, 'headers'>) => readonly string[]
  /** Whether a proxy sets the header `Client-Cert`, and nobody else can. */
  readonly trustsClientCert: boolean
}

const unauthenticated = (message: string): Refusal => ({ code: 'UNAUTHENTICATED', message })
const untold = unauthenticated(
  'the token is bound to a certificate (cnf, x5t#S256), and this service is told of none: HOLDFAST_CLIENT_CERT_HEADER has to say that its proxy names them',
)
const none = unauthenticated('the token is bound to a certificate (cnf, x5t#S256), and the request came without one: connect with it')
const unreadable = unauthenticated('the header Client-Cert does not name one certificate (RFC 9440)')
const another = unauthenticated('the token is bound to another certificate (cnf, x5t#S256) than the request came with')

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

/** Node joins what came several times by commas; of what is given as a list that is done here. */
const textOf = (header: string | string[] | undefined): string | undefined => (Array.isArray(header) ? header.join(', ') : header)
