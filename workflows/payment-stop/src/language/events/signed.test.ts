import { canonicalJson, isDetachedJws, signedText } from '@holdfast/schemas'
import { buildRequest } from '@holdfast/test-kit/requests'
import { expect, test } from 'vitest'
import { type AnswerKind, answerBodySchema, answerCommands } from '../orders/answers.ts'
import { freezeRequestSchema } from '../requests/freeze-request.ts'
import { commandBodies, commandExamples, isSignable, storedBodyOf } from './commands.ts'
import { factSchema, factType } from './facts.ts'
import { type CommandKind, commandKinds, facts } from './registry.ts'

const jws = `e30..${'A'.repeat(86)}`
const signed = { type: 'holdfast.answer.v1', jws, id: 'answer-1', source: '/institutions/tl', data: { kind: 'noFunds' } }
const dataOf = (kind: CommandKind): object =>
  kind === 'OpenRequest' ? { request: buildRequest() } : (commandExamples[kind as 'ReportFreeze'] ?? {})

test('a signature covers data, id, source and type of an event, in the form of RFC 8785, and nothing else', () => {
  const event = { type: 't', source: '/s', id: 'i', data: { b: 1, a: 'é' }, time: '2024-07-23T02:25:00Z', subject: 'x' }
  expect(signedText(event)).toBe('{"data":{"a":"é","b":1},"id":"i","source":"/s","type":"t"}')
})

test('parsing does not change a document, so its signature also covers the document in the fact', () => {
  const request = buildRequest({
    payment: { wallet: { chain: 'bitcoin', address: 'bc1q', txHash: 'f00d' } },
    recall: { reference: 'RC-1' },
  })
  expect(canonicalJson(freezeRequestSchema.parse(request))).toBe(canonicalJson(request))
})

test('answers and requests can carry a signature, other commands can not', () => {
  expect(new Set(commandKinds.filter(isSignable))).toEqual(new Set(['OpenRequest', ...Object.values(answerCommands)]))
  expect(answerBodySchema.options.map(({ shape }) => shape.kind.value as AnswerKind)).toEqual(Object.keys(answerCommands))
  for (const kind of commandKinds.filter(each => each in commandExamples || each === 'OpenRequest'))
    expect([kind, storedBodyOf(kind).safeParse({ ...dataOf(kind), signed }).success]).toEqual([kind, isSignable(kind)])
})

test('a command from another ingress cannot claim to be signed', () => {
  for (const kind of commandKinds.filter(isSignable)) {
    expect([kind, commandBodies[kind].safeParse(dataOf(kind)).success]).toEqual([kind, true])
    expect([kind, commandBodies[kind].safeParse({ ...dataOf(kind), signed }).success]).toEqual([kind, false])
  }
})

test('a signed command is validated like any other command', () => {
  expect(storedBodyOf('AskInformation').safeParse({ signed }).success).toBe(false)
})

test('a fact can carry a signature, and need not', () => {
  const frame = {
    specversion: '1.0',
    id: '0c5a0e1e-6c1f-5c0a-8b8e-1f2a3b4c5d6e',
    source: '/holdfast/ledger',
    subject: '445a0189-a8e9-509e-8929-646bc5413012',
    time: '2024-07-24T06:00:00.000Z',
    causationid: 'c',
    sequence: 2,
    phase: 'verified',
    prevhash: '0'.repeat(64),
    hash: '0'.repeat(64),
    requestingcountry: 'SG',
    beneficiarycountry: 'TL',
    actor: 'TL/institution/first',
  }
  const resultingState = { states: ['verified.ordered'], revision: 1, deadlines: [] }
  const fact = (data: object) =>
    factSchema.safeParse({ ...frame, type: factType('NoFundsReported'), data: { ...data, resultingState } }).success
  expect([fact({ reason: 'AM04' }), fact({ reason: 'AM04', signed }), fact({ reason: 'AM04', signed: { ...signed, jws: 'x' } })]).toEqual([
    true,
    true,
    false,
  ])
  expect('signed' in facts.NoFundsReported.body.shape).toBe(false)
})

test.each([
  ['a JWS with its payload', `e30.e30.${'A'.repeat(86)}`],
  ['none', ''],
  ['one without a header', `..${'A'.repeat(86)}`],
  ['one with a signature of another length', `e30..${'A'.repeat(85)}`],
  ['one with another text of the same bytes', `e30..${'A'.repeat(85)}B`],
  ['one with an endless header', `${'A'.repeat(1901)}..${'A'.repeat(86)}`],
])('%s is not a JWS with a detached payload', (_what, text) => {
  expect(isDetachedJws(text)).toBe(false)
  expect(isDetachedJws(jws)).toBe(true)
})
