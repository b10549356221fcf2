import { paymentStop } from '@holdfast/payment-stop'
import {
  answerType,
  type Command,
  type CommandKind,
  commandType,
  type Fact,
  factKindOf,
  requestType,
} from '@holdfast/payment-stop/language'
import { createPolicy, loadProfiles } from '@holdfast/payment-stop/law'
import { decide, evolve, type RequestSnapshot } from '@holdfast/payment-stop/lifecycle'
import { type EventToSign, requestIdOf } from '@holdfast/schemas'
import { buildRequest } from '@holdfast/test-kit/requests'
import { chainFact, createStoredEventVerifier, type MadeKey, type Members, makeKey, membersFileSchema, signEvent } from '@holdfast/trust'
import { describe, expect, test } from 'vitest'
import * as signedData from '../payment-stops/signed-data.ts'
import { createSignatureVerifier, describeSignatures } from './verify-signatures.ts'

const [sg, bank, signer] = [makeKey('sg'), makeKey('bank'), makeKey('signer')]
const setOf = (...keys: MadeKey[]) => ({ keys: keys.map(({ publicKey }) => publicKey) })
const members: Members = new Map(
  membersFileSchema
    .parse({
      members: [
        { country: 'SG', name: 'Singapore', keys: setOf(sg) },
        {
          country: 'TL',
          name: 'Timor-Leste',
          keys: setOf(makeKey('tl')),
          institutions: [
            { name: 'Kamanasa Bank', bics: ['KMNSTLDL'], keys: setOf(bank), persons: [{ person: 's.signer', keys: setOf(signer) }] },
          ],
        },
      ],
    })
    .members.map(member => [member.country, member]),
)

const request = buildRequest()
const requestId = requestIdOf('SG', 'signed')
const orderId = '7d1a4f0e-6c1f-5c0a-8b8e-1f2a3b4c5d6e'
const usd = (value: string) => ({ currency: 'USD', value })
const policy = createPolicy(loadProfiles())

const by = {
  sg: { actor: { country: 'SG', role: 'system', person: 'ncb' }, key: sg },
  bank: { actor: { country: 'TL', role: 'institution', person: 'payments' }, key: bank },
  signer: { actor: { country: 'TL', role: 'institution', person: 's.signer' }, key: signer },
} as const
const sign = (event: EventToSign, principal: keyof typeof by, at: string) => {
  const { actor, key } = by[principal]
  return signEvent(event, { actor, key: key.privateKey, kid: key.publicKey.kid, now: new Date(at) })
}
const keptOf = ({ data, ...names }: EventToSign, jws: string, isRequest: boolean) => ({ ...names, jws, ...(isRequest ? {} : { data }) })
function answerOf(kind: string, details: object, id = `answer-${kind}`): EventToSign {
  return { id, source: '/institutions/tl', type: answerType, data: { orderId, requestId, institution: { bic: 'KMNSTLDL' }, kind, details } }
}
const signedAnswer = (kind: string, details: object, at: string, principal: 'bank' | 'signer' = 'bank') => {
  const event = answerOf(kind, details, `${principal}-${kind}`)
  return { ...details, signed: keptOf(event, sign(event, principal, at), false) }
}

type Step = readonly [kind: CommandKind, data: object, actor: string, time: string, more?: object]
/** As the ledger stores it. */
function record(steps: readonly Step[]): Fact[] {
  const facts: Fact[] = []
  let snapshot: RequestSnapshot | undefined
  for (const [index, [kind, data, actor, time, more]] of steps.entries()) {
    const about = { specversion: '1.0', id: `signed/${index}`, source: '/test', type: commandType(kind), subject: requestId }
    const decision = decide(snapshot, { ...about, time, actor, data, ...more } as unknown as Command, policy)
    if (decision.outcome !== 'fact') throw new Error(`${kind} made no fact: ${JSON.stringify(decision)}`)
    const fact = chainFact(decision.fact)
    snapshot = evolve(snapshot, fact).snapshot
    facts.push(fact)
  }
  return facts
}

const opening: EventToSign = { id: 'case-1', source: '/ncb/sg', type: requestType, data: request }
const [at1, at2, at3, at4, at5] = ['02:25', '02:31', '02:40', '03:00', '03:10'].map(time => `2024-07-23T${time}:00Z`) as [
  string,
  string,
  string,
  string,
  string,
]
const opened: Step = ['OpenRequest', { request, signed: keptOf(opening, sign(opening, 'sg', at1), true) }, 'SG/system/ncb', at1]
const passed: Step = ['PassAssessment', { findings: [] }, 'holdfast/validation/rules', at2]
const held = { amount: usd('39000000.00'), basis: 'FIU_SUSPENSION', reference: 'HOLD-1' }
const order = { orderid: orderId }
const facts = record([
  opened,
  passed,
  ['AcknowledgeOrder', { orderId, ...signedAnswer('acknowledged', { reference: 'ACK' }, at3) }, 'TL/institution/payments', at3, order],
  ['ReportFreeze', signedAnswer('frozen', held, at4), 'TL/institution/payments', at4, order],
  ['InitiateReturn', signedAnswer('returnInitiated', { basis: 'CONSENT' }, at5), 'TL/institution/payments', at5, order],
  ['ReportInterim', { reason: 'RQDA' }, 'TL/institution/payments', at5, order],
])

function verify(given: readonly Fact[], known: Members | null = members) {
  const verifier = createSignatureVerifier(known ?? undefined, { ...paymentStop, ...signedData })
  for (const [index, fact] of given.entries()) verifier.add(fact, index + 1)
  return verifier.finish()
}
/** Changes one fact and hashes it again, as an operator could. */
function changed(at: number, change: (data: Record<string, never>) => object, more: object = {}): Fact[] {
  return facts.map((fact, index) => (index === at ? chainFact({ ...fact, ...more, data: change(fact.data as never) } as Fact) : fact))
}
const problemOf = (given: readonly Fact[]) => {
  const { problems, problemCount } = verify(given)
  expect(problemCount).toBe(1)
  return problems[0]
}
const signedIn = (fact: Fact | undefined) => ((fact?.data ?? {}) as { signed: object }).signed

describe('signed facts', () => {
  test('are proved, also for proposals; facts of the engine are not counted', () => {
    const report = verify(facts)
    expect(report).toEqual({ checked: true, proved: 4, unread: 0, absent: 1, problems: [], problemCount: 0 })
    expect(describeSignatures(report)).toBe(
      'Proved by signatures: 4 facts are what members signed, with keys of the registry. Only the engine states the actors of 1 without a signature.',
    )
  })

  test('are counted and not checked without a registry', () => {
    const { checked, proved, unread } = verify(facts, null)
    expect({ checked, proved, unread }).toEqual({ checked: false, proved: 0, unread: 4 })
  })

  test('are counted as unread where the signature is encrypted or erased', () => {
    const encrypted = { key: 'k', ciphertext: 'b', digest: 'd', destroyedAt: at5 }
    const erased = changed(3, ({ signed: _gone, reference: _words, ...data }) => ({ ...data, signed: { type: answerType }, encrypted }))
    const report = verify(erased)
    expect(report).toMatchObject({ proved: 3, unread: 1, problemCount: 0 })
    expect(describeSignatures(report)).toContain('of 1 whose signature is encrypted or erased')
  })
})

describe('an operator who changes and hashes a fact again is exposed by its signature', () => {
  const frozen = (change: object) => changed(3, data => ({ ...data, ...change }))
  test.each([
    [
      'another document',
      () => changed(0, data => ({ ...data, request: { ...request, caseReference: 'SG-OTHER' } })),
      1,
      'has an invalid signature',
    ],
    ['another sum', () => frozen({ amount: usd('1.00') }), 4, 'differs from the signed answer in: amount'],
    [
      'a word more',
      () => changed(4, data => ({ ...data, data: { ...(data.data as unknown as object), reference: 'X' } })),
      5,
      'differs from the signed answer in: reference',
    ],
    ['a missing member', () => changed(3, ({ reference: _out, ...data }) => data), 4, 'differs from the signed answer in: reference'],
    ['another answer', () => frozen({ signed: signedIn(facts[2]) }), 4, 'differs from the signed answer, which is acknowledged'],
    [
      'another actor',
      () => changed(3, data => data, { actor: 'TL/institution/other' }),
      4,
      'names TL/institution/other as its actor, but is signed by TL/institution/payments',
    ],
    ['another role', () => changed(3, data => data, { actor: 'TL/fiu/payments' }), 4, 'names TL/fiu/payments'],
    ['another order', () => changed(3, data => data, { orderid: requestId }), 4, 'is of another order'],
    ['an added proof', () => changed(3, data => data, { actorproof: `key/${'A'.repeat(43)}` }), 4, 'is signed by TL/institution/payments'],
    ['a time before it was signed', () => changed(3, data => data, { time: at1 }), 4, '"iat"'],
    ['a missing signature', () => frozen({ signed: { ...signedIn(facts[3]), jws: undefined } }), 4, 'the signed event is missing'],
    [
      'a signature that is cut out',
      () => frozen({ signed: { type: answerType } }),
      4,
      'states a signature, but the signed event is missing',
    ],
    [
      'a signature for another type of event',
      () => frozen({ signed: { ...signedIn(facts[3]), type: requestType } }),
      4,
      'the signed event is missing',
    ],
    ['a name of another event', () => frozen({ signed: { ...signedIn(facts[3]), id: 'x' } }), 4, 'invalid'],
  ] as const)('%s', (_what, given, line, message) => {
    expect(problemOf(given())).toMatchObject({ line, requestId, message: expect.stringContaining(message) })
  })

  test('one signed event for two facts', () => {
    const again = chainFact({ ...(facts[3] as Fact), id: requestId, sequence: 7 } as Fact)
    expect(problemOf([...facts, again])).toMatchObject({ line: 7, message: expect.stringContaining('already made another fact') })
    expect(verify([...facts, facts[3] as Fact]).problemCount).toBe(0)
  })

  test('an event that another member signed', () => {
    const event = { ...opening, id: 'case-2' }
    const forged = changed(0, data => ({ ...data, signed: keptOf(event, sign(event, 'bank', at1), true) }))
    expect(problemOf(forged)).toMatchObject({ message: expect.stringContaining('names SG/system/ncb as its actor, but is signed by TL/') })
  })

  test('keys outside the registry prove nothing', () => {
    const others = new Map([['SG', { ...(members.get('SG') as NonNullable<ReturnType<Members['get']>>), keys: setOf(makeKey('sg')) }]])
    expect(verify(facts, others)).toMatchObject({ proved: 0, problemCount: 4 })
  })
})

test('the signature of an approver is in its own fact, and its own key proves the person', () => {
  const later = '2024-07-23T03:20:00Z'
  const answer = answerOf('returnInitiated', { basis: 'CONSENT' }, 'signer-returnInitiated')
  const jws = sign(answer, 'signer', later)
  const history = (actorproof: string | undefined) =>
    record([
      opened,
      passed,
      ['ReportFreeze', signedAnswer('frozen', held, at4), 'TL/institution/payments', at4, order],
      ['InitiateReturn', { basis: 'CONSENT' }, 'TL/institution/payments', at5, order],
      [
        'InitiateReturn',
        { basis: 'CONSENT', signed: keptOf(answer, jws, false) },
        'TL/institution/s.signer',
        later,
        { ...order, actorproof },
      ],
    ])
  const principal = createStoredEventVerifier(members)(jws, answer, new Date(later))
  const proof = principal.ok ? principal.value.proof : undefined
  expect(proof).toMatch(/^key\//)
  const proved = history(proof)
  expect(proved.map(fact => factKindOf(fact)).slice(-2)).toEqual(['ActionProposed', 'ReturnInitiated'])
  expect(verify(proved)).toMatchObject({ proved: 3, absent: 1, problemCount: 0 })
  expect(problemOf(history(undefined))).toMatchObject({ line: 5, message: expect.stringContaining('is signed by TL/institution/s.signer') })
})
