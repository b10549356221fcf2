import { generateKeyPairSync, sign } from 'node:crypto'
import { canonicalJson } from '@holdfast/schemas'
import { flattenedVerify, importJWK } from 'jose'
import { expect, test } from 'vitest'
import { createEngineSecret } from '../engine-secret.ts'
import { createEngineSignatureVerifier, createEngineSigner } from './engine-signatures.ts'
import { signEvent } from './event-signatures.ts'

const secret = (byte: number) => createEngineSecret(Buffer.alloc(32, byte))
const signer = createEngineSigner(secret(1))
const order = {
  id: '7d1a4f0e-6c1f-5c0a-8b8e-1f2a3b4c5d6e',
  source: '/holdfast/dispatch',
  type: 'holdfast.order.v1',
  time: '2024-07-23T02:25:00.000Z',
  data: { kind: 'freeze', amount: { currency: 'USD', value: '41300000.00' }, payment: { creditor: { name: 'Zo\u00eb \u20ac' } } },
}
const signed = { ...order, signature: signer.sign(order) }
const whyNot = createEngineSignatureVerifier([signer.key])

test('an order that the engine gave is known by its key, however it was carried, and the same order is the same bytes', () => {
  expect(whyNot(signed)).toBeUndefined()
  expect(whyNot({ ...JSON.parse(JSON.stringify(signed)), time: '2025-01-01T00:00:00.000Z', traceparent: 'another' })).toBeUndefined()
  expect(createEngineSigner(secret(1))).toMatchObject({ key: signer.key })
  expect(createEngineSigner(secret(1)).sign(order)).toBe(signed.signature)
})

test('a library that knows nothing of the engine verifies it by the published key', async () => {
  const [head = '', signature = ''] = signed.signature.split('..')
  const { id, source, type, data } = order
  const payload = Buffer.from(canonicalJson({ data, id, source, type })).toString('base64url')
  const { protectedHeader } = await flattenedVerify({ protected: head, payload, signature }, await importJWK({ ...signer.key }))
  expect(protectedHeader).toEqual({ alg: 'Ed25519', kid: signer.key.kid, typ: 'holdfast-order+jws' })
})

test('a notification is signed as an order is, under a type of its own', () => {
  const notification = { ...order, type: 'holdfast.notification.v1', data: { kind: 'refusedAtIngress', country: 'SG' } }
  const told = { ...notification, signature: signer.sign(notification) }
  expect(whyNot(told)).toBeUndefined()
  expect(JSON.parse(Buffer.from(told.signature.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({
    typ: 'holdfast-notification+jws',
  })
  expect(whyNot({ ...told, data: { ...notification.data, country: 'TL' } })).toContain('of another notification')
  expect(whyNot({ ...told, type: order.type })).toContain('not one of an order')
  expect(() => signer.sign({ ...order, type: 'holdfast.fact.v1.RequestOpened' })).toThrow('the engine signs orders and notifications only')
})

const other = generateKeyPairSync('ed25519').privateKey
const partOf = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const by = (header: object, key = other) => {
  const { id, source, type, data } = order
  const whole = `${partOf(header)}.${Buffer.from(canonicalJson({ data, id, source, type })).toString('base64url')}`
  return { ...order, signature: `${partOf(header)}..${sign(null, Buffer.from(whole), key).toString('base64url')}` }
}
const header = { alg: 'Ed25519', kid: signer.key.kid, typ: 'holdfast-order+jws' }

test.each([
  ['is not signed', order, 'it is not signed'],
  ['has other words', { ...signed, data: { ...order.data, kind: 'release' } }, 'of another order'],
  ['has another id', { ...signed, id: 'another' }, 'of another order'],
  ['is of another type', { ...signed, type: 'holdfast.notification.v1' }, 'not one of a notification'],
  ['is of a type that no engine signs', { ...signed, type: 'holdfast.fact.v1.RequestOpened' }, 'of another order'],
  ['was signed by another key in its name', by(header), 'of another order'],
  ['was signed by another engine', { ...order, signature: createEngineSigner(secret(2)).sign(order) }, 'a key that is not known'],
  ['has a text in the place of a signature', { ...signed, signature: 'nonsense' }, 'no JWS with a detached payload'],
  ['has another text behind it', { ...signed, signature: `${signed.signature}A` }, 'no JWS with a detached payload'],
  ['is signed by nothing', by({ ...header, alg: 'none' }), 'not one of an order'],
  ['asks for what is not known', by({ ...header, crit: ['b64'] }), 'not one of an order'],
  [
    'was signed as an event of a member',
    {
      ...order,
      signature: signEvent(order, {
        actor: { country: 'SG', role: 'system', person: 'ncb' },
        key: other,
        kid: signer.key.kid,
        now: new Date(),
      }),
    },
    'not one of an order',
  ],
  ['has half a character', { ...signed, data: { reason: '\ud800' } }, 'no Unicode'],
])('an order that %s is not the engine’s', (_how, event, why) => expect(whyNot(event)).toContain(why))
