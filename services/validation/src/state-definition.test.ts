import { type KnownRequest, paymentStop } from '@holdfast/payment-stop'
import { blindIndexNames, type Fact, paymentKeyOf, personalDataPointers } from '@holdfast/payment-stop/language'
import { type RefusedCommand, withoutValues } from '@holdfast/schemas'
import { buildRequest } from '@holdfast/test-kit/requests'
import { createEngineSecret, keyedDigestOf } from '@holdfast/trust'
import { expect, test } from 'vitest'
import { createStateDefinition, type RequestState } from './state-definition.ts'

const secret = createEngineSecret(Buffer.alloc(32, 7))
const stateDefinition = createStateDefinition(paymentStop, secret)

const subject = '445a0189-a8e9-509e-8929-646bc5413012'
const hash = 'a'.repeat(64)

test('a refused document is not assessed, whatever another owner decided', () => {
  const document = buildRequest()
  const opened = {
    type: 'holdfast.fact.v1.RequestOpened',
    subject,
    sequence: 1,
    prevhash: '0'.repeat(64),
    hash,
    causationid: 'open',
    phase: 'received',
    data: { request: document },
  } as unknown as Fact
  const provided = {
    ...opened,
    type: 'holdfast.fact.v1.InformationProvided',
    sequence: 2,
    prevhash: hash,
    hash: 'b'.repeat(64),
    causationid: 'provide',
  } as unknown as Fact
  const refused = { subject, afterhash: hash, number: 1, causationid: 'provide' } as RefusedCommand

  const { state } = stateDefinition.evolve(undefined, opened, 0)
  expect(stateDefinition.evolve(state, provided, 1)).toMatchObject({ accepted: true, state: { sequence: 2, documentAt: 1 } })
  const refusedStep = stateDefinition.evolveRefusal(state, refused)
  expect(refusedStep).toMatchObject({ accepted: true, state: { sequence: 1, documentAt: 0, refusals: { commands: ['provide'] } } })
  const reloaded = stateDefinition.parse(stateDefinition.serialize(refusedStep.state as RequestState))
  expect(stateDefinition.evolve(reloaded, provided, 1)).toEqual({ accepted: false, state: reloaded })
  expect(stateDefinition.evolveRefusal(reloaded, { ...refused, number: 2 })).toEqual({ accepted: false, state: reloaded })
  expect(stateDefinition.evolveRefusal(undefined, refused)).toEqual({ accepted: false, state: undefined })
})

const openedWith = (data: object): Fact =>
  ({
    type: 'holdfast.fact.v1.RequestOpened',
    subject,
    sequence: 1,
    prevhash: '0'.repeat(64),
    hash,
    phase: 'received',
    data,
  }) as unknown as Fact
const keyIn = (data: object, definition = stateDefinition) =>
  (definition.evolve(undefined, openedWith(data), 0).state?.known as KnownRequest | undefined)?.paymentKey

test('the blind index of a payment is keyed by the engine, and the same for encrypted, decrypted and erased data', () => {
  const request = buildRequest()
  const place = keyedDigestOf(secret, blindIndexNames.destination, 'any')
  const payment = keyedDigestOf(secret, blindIndexNames.payment, paymentKeyOf(request))
  const law = keyedDigestOf(secret, blindIndexNames.legalBasis, request.offence.legalBasis)
  const encrypted = {
    key: '5b5f5a0e-95a1-4c8c-9e38-6d0a4e0b0c11',
    ciphertext: 'AAAA',
    digest: 'd'.repeat(64),
    blindIndexes: { destination: place, payment, legalBasis: law },
  }
  const closed = { ...withoutValues({ request }, personalDataPointers.OpenRequest), encrypted }
  const opened = { request, encrypted: { ...encrypted, decrypted: { salt: 'e'.repeat(32), pointers: [] } } }
  expect([{ request }, closed, opened].map(data => keyIn(data))).toEqual([payment, payment, payment])
  const stateOf = (data: object) => stateDefinition.evolve(undefined, openedWith(data), 0).state as RequestState
  expect([{ request }, closed, opened].map(data => (stateOf(data).known as KnownRequest).law)).toEqual([law, law, law])
  expect(stateDefinition.serialize(stateOf({ request }))).not.toContain(request.offence.legalBasis)
  expect(stateDefinition.serialize(stateDefinition.evolve(undefined, openedWith({ request }), 0).state as RequestState)).not.toContain(
    paymentKeyOf(request),
  )
  expect(keyIn({ request }, createStateDefinition(paymentStop, createEngineSecret(Buffer.alloc(32, 8))))).not.toBe(payment)
})
