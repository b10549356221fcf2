import { createHmac } from 'node:crypto'
import { type EventToSign, signedText } from '@holdfast/schemas'
import { createEngineSecret, createEngineSignatureVerifier, createEngineSigner } from '@holdfast/trust'
import { type Case, refusal, type VectorKind, vectorsOf } from './vector-file.ts'

interface Input {
  readonly order: EventToSign & { readonly signature?: string }
}

const rule =
  'An order has `signature`, and so has a notification: a JWS in its compact form with a detached payload (RFC 7515, appendix F), HEADER..SIGNATURE, by the engine that gave it. Its payload is `text`: the canonical JSON (RFC 8785) of {"data", "id", "source", "type"} of the order, and of nothing else of it. What is signed is the ASCII of HEADER.PAYLOAD, both in base64url, by Ed25519. The protected header has typ (holdfast-order+jws, or holdfast-notification+jws of an event of the type holdfast.notification.v1), alg (Ed25519) and kid, the thumbprint (RFC 7638) of the key, and no crit. The key is one of `given.keys`, a JWK set as GET /v1/engine-keys gives it. `kid` is the key that has signed it. The keys here are made for these vectors, and known to everybody.'

const engineOf = (name: string) =>
  createEngineSigner(createEngineSecret(createHmac('sha256', 'an engine of vectors').update(name).digest()))
const engine = engineOf('this one')
const stranger = engineOf('another one')
const keys = [engine.key]
const whyNot = createEngineSignatureVerifier(keys)

/** The signed members of an order. */
const freeze = {
  id: '30b630ea-c22a-5d57-8e86-562f42c3775e',
  source: '/holdfast/dispatch',
  type: 'holdfast.order.v1',
  data: {
    orderId: '30b630ea-c22a-5d57-8e86-562f42c3775e',
    requestId: 'c041c2da-bec1-5ad4-8720-6c702601a8f1',
    kind: 'freeze',
    amount: { currency: 'USD', value: '41300000.00' },
    payment: { creditor: { name: 'Zo\u00eb Supplies \u20ac' } },
  },
}
const release = {
  ...freeze,
  id: '0b0b2f0e-8a6f-5f0e-9d6e-2f6b1c7a8e31',
  data: { ...freeze.data, orderId: '0b0b2f0e-8a6f-5f0e-9d6e-2f6b1c7a8e31', kind: 'release' },
}
const notification = {
  id: '5a0f6d0c-52a5-5b43-9b54-1d1b6f0f6a11',
  source: '/holdfast/intake',
  type: 'holdfast.notification.v1',
  data: {
    kind: 'refusedAtIngress',
    country: 'SG',
    eventId: 'e-1',
    eventSource: '/ncb/sg',
    code: 'MALFORMED',
    message: '1 problem(s)',
    problems: [],
  },
}
const signed = { ...freeze, signature: engine.sign(freeze) }
const [head = '', mark = ''] = signed.signature.split('..')
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const header = { alg: 'Ed25519', kid: engine.key.kid, typ: 'holdfast-order+jws' }

const cases: readonly Case<Input>[] = [
  ['an order to freeze', { order: signed }],
  ['an order to release', { order: { ...release, signature: engine.sign(release) } }],
  [
    'another amount',
    { order: { ...signed, data: { ...freeze.data, amount: { currency: 'USD', value: '1.00' } } } },
    'this is not what was signed',
  ],
  ['the signature of another order', { order: { ...release, signature: signed.signature } }, 'this is not what was signed'],
  ['of an engine that is not known', { order: { ...freeze, signature: stranger.sign(freeze) } }, 'no key of this name is known'],
  [
    'of that engine, under the name of this one',
    { order: { ...freeze, signature: `${head}..${stranger.sign(freeze).split('..')[1]}` } },
    'the key has not signed it',
  ],
  ['without a signature', { order: freeze }, 'it has no signature'],
  [
    'that says it is signed by nothing',
    { order: { ...freeze, signature: `${encoded({ ...header, alg: 'none' })}..${mark}` } },
    'no algorithm but Ed25519 is taken',
  ],
  [
    'of the type of a member\u2019s event',
    { order: { ...freeze, signature: `${encoded({ ...header, typ: 'holdfast-event+jws' })}..${mark}` } },
    'it is of another type',
  ],
  [
    'that asks for what is not known',
    { order: { ...freeze, signature: `${encoded({ ...header, crit: ['b64'] })}..${mark}` } },
    'it has to be understood',
  ],
  ['a notification', { order: { ...notification, signature: engine.sign(notification) } }],
  ['a notification under the signature of an order', { order: { ...notification, signature: signed.signature } }, 'it is of another type'],
]

export const orderVectors = async (): Promise<VectorKind> => ({
  kind: 'orders',
  rule,
  given: { keys: { keys } },
  vectors: await vectorsOf(cases, ({ order }) =>
    whyNot(order) === undefined ? { kid: engine.key.kid, text: signedText(order) } : refusal,
  ),
})
