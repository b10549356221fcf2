import { blindIndexNames, type Fact, paymentKeyOf, personalDataPointers, type RefusedCommand, stripped } from '@holdfast/schemas'
import { buildRequest } from '@holdfast/test-kit/requests'
import { createEngineSecret, keyedDigestOf } from '@holdfast/trust'
import { expect, test } from 'vitest'
import { createRequestFold, type RequestState } from './request-fold.ts'

const secret = createEngineSecret(Buffer.alloc(32, 7))
const requestFold = createRequestFold(secret)

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

  const { state } = requestFold.fold(undefined, opened, 0)
  expect(requestFold.fold(state, provided, 1)).toMatchObject({ accepted: true, state: { sequence: 2, documentAt: 1 } })
  const refusedStep = requestFold.foldRefusal(state, refused)
  expect(refusedStep).toMatchObject({ accepted: true, state: { sequence: 1, documentAt: 0, refusals: { commands: ['provide'] } } })
  const reloaded = requestFold.parse(requestFold.serialize(refusedStep.state as RequestState))
  expect(requestFold.fold(reloaded, provided, 1)).toEqual({ accepted: false, state: reloaded })
  expect(requestFold.foldRefusal(reloaded, { ...refused, number: 2 })).toEqual({ accepted: false, state: reloaded })
  expect(requestFold.foldRefusal(undefined, refused)).toEqual({ accepted: false, state: undefined })
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
const keyIn = (data: object, fold = requestFold) => fold.fold(undefined, openedWith(data), 0).state?.paymentKey

test('the blind index of a payment is keyed by the engine, and the same for encrypted, decrypted and erased data', () => {
  const request = buildRequest()
  const place = keyedDigestOf(secret, blindIndexNames.place, 'any')
  const payment = keyedDigestOf(secret, blindIndexNames.payment, paymentKeyOf(request))
  const law = keyedDigestOf(secret, blindIndexNames.law, request.offence.legalBasis)
  const sealed = { key: '5b5f5a0e-95a1-4c8c-9e38-6d0a4e0b0c11', box: 'AAAA', digest: 'd'.repeat(64), marks: { place, payment, law } }
  const closed = { ...stripped({ request }, personalDataPointers.OpenRequest), sealed }
  const opened = { request, sealed: { ...sealed, opened: { salt: 'e'.repeat(32), places: [] } } }
  expect([{ request }, closed, opened].map(data => keyIn(data))).toEqual([payment, payment, payment])
  const stateOf = (data: object) => requestFold.fold(undefined, openedWith(data), 0).state as RequestState
  expect([{ request }, closed, opened].map(data => stateOf(data).law)).toEqual([law, law, law])
  expect(requestFold.serialize(stateOf({ request }))).not.toContain(request.offence.legalBasis)
  expect(requestFold.serialize(requestFold.fold(undefined, openedWith({ request }), 0).state as RequestState)).not.toContain(
    paymentKeyOf(request),
  )
  expect(keyIn({ request }, createRequestFold(createEngineSecret(Buffer.alloc(32, 8))))).not.toBe(payment)
})
