import { createEngineSecret, fingerprintOf, requestIdFor } from '@holdfast/trust'
import { type Case, type VectorKind, vectorsOf } from './vector-file.ts'

interface Input {
  readonly country: string
  readonly route: string
  readonly idempotencyKey: string
  readonly body: unknown
}

const rule =
  'For who keeps or succeeds an engine: an idempotency key and what was said under it make the same request for ever. The fingerprint is the SHA-256 (hex) of the canonical JSON of [country, route, body]. K is 32 bytes of HKDF-SHA-256 (RFC 5869) of the secret of the engine, with the salt "holdfast" and the info "request ids". D is the HMAC-SHA-256 (hex) under K of country, key and fingerprint, with U+001F between them. The id of the request is that of the causes "request", country, D (ids.json). The secret here is made for these vectors, and known to everybody.'

const engineSecret = Buffer.from('no secret, made for the vectors!').toString('hex')
const body = {
  caseReference: 'SG-8785',
  requestingCountry: 'SG',
  beneficiaryCountry: 'TL',
  payment: { amount: { value: '9850.00', currency: 'USD' } },
}
const turned = {
  payment: { amount: { currency: 'USD', value: '9850.00' } },
  beneficiaryCountry: 'TL',
  requestingCountry: 'SG',
  caseReference: 'SG-8785',
}
const said = { country: 'SG', route: 'POST /v1/requests', idempotencyKey: 'SG-8785', body }

const cases: readonly Case<Input>[] = [
  ['a document under a key', said],
  ['the same document in another order of its members', { ...said, body: turned }],
  ['another amount under the same key', { ...said, body: { ...body, payment: { amount: { currency: 'USD', value: '9850.01' } } } }],
  ['the same document under another key', { ...said, idempotencyKey: 'SG-8786' }],
  ['the same words of another country', { ...said, country: 'TL' }],
  ['the same by Kafka, where the topic is the route', { ...said, route: 'freeze.requests' }],
]

export const requestIdVectors = async (): Promise<VectorKind> => ({
  kind: 'request-ids',
  rule,
  given: { engineSecret },
  vectors: await vectorsOf(cases, ({ country, route, idempotencyKey, body: sent }) => {
    const fingerprint = fingerprintOf(country, route, sent)
    const secret = createEngineSecret(Buffer.from(engineSecret, 'hex'))
    return { fingerprint, requestId: requestIdFor(secret, country, idempotencyKey, fingerprint) }
  }),
})
