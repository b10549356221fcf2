import type { Fact, RefusedCommand } from '@holdfast/schemas'
import { buildRequest } from '@holdfast/test-kit/requests'
import { expect, test } from 'vitest'
import { type RequestState, requestFold } from './request-fold.ts'

const subject = '445a0189-a8e9-509e-8929-646bc5413012'
const hash = 'a'.repeat(64)

test('a document that was refused is not assessed, whatever another owner made of it', () => {
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
  const told = requestFold.foldRefusal(state, refused)
  expect(told).toMatchObject({ accepted: true, state: { sequence: 1, documentAt: 0, refusals: { commands: ['provide'] } } })
  const kept = requestFold.parse(requestFold.serialize(told.state as RequestState))
  expect(requestFold.fold(kept, provided, 1)).toEqual({ accepted: false, state: kept })
  expect(requestFold.foldRefusal(kept, { ...refused, number: 2 })).toEqual({ accepted: false, state: kept })
  expect(requestFold.foldRefusal(undefined, refused)).toEqual({ accepted: false, state: undefined })
})
