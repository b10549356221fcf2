import { randomUUID } from 'node:crypto'
import { accountNumberOf, type Command, type FreezeRequest } from '@holdfast/payment-stop/language'
import { destinationIdOf, type Finding } from '@holdfast/schemas'
import { buildRequest, type Overrides, requestedAt } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  crash,
  createValidationWorld,
  kindsOf,
  type Owner,
  partitions,
  type TestSender,
  type ValidationWorld,
  type WorldOptions,
} from '../test/world.ts'

const at = requestedAt
const requester: TestSender = ['SG', 'system']
const officer: TestSender = ['TL', 'officer', 'first']
const anotherOfficer: TestSender = ['TL', 'officer', 'second']

let world: ValidationWorld
let owners: Owner[]

async function begin(options: Partial<WorldOptions> = {}): Promise<void> {
  world = await createValidationWorld({ at, ...options })
  owners = []
  for (let partition = 0; partition < partitions; partition++) owners.push(await world.own(partition))
}
beforeEach(() => begin())
afterEach(() => world.close())

/** Validation processes all new facts, and the ledger decides its commands. */
async function settle(): Promise<void> {
  for (const owner of owners) await owner.take()
  await world.decide()
}
async function opened(partition: number, name: string, overrides: Overrides<FreezeRequest> = {}): Promise<string> {
  const id = await world.open(partition, name, buildRequest(overrides))
  await settle()
  return id
}
const lastAnswerOn = async (requestId: string): Promise<Command | undefined> => (await world.answersOn(requestId))[0]
/** Such as `V12 flag`, or `V02 ask /payment/debtor/account/iban`. */
const findingsOn = async (requestId: string): Promise<string[]> => {
  const data = (await lastAnswerOn(requestId))?.data as { findings?: Finding[] } | undefined
  return (data?.findings ?? []).map(({ rule, severity, path }) => `${rule} ${severity} ${path}`.trim())
}

describe('one payment', () => {
  test('is claimed once for one country, whichever partition the second request is in', async () => {
    const first = await opened(0, 'first')
    expect(world.stateOf(first)).toBe('verified.ordering')
    for (const partition of [0, 1]) {
      const second = await opened(partition, 'second')
      expect(await lastAnswerOn(second)).toMatchObject({ data: { standingRequestId: first } })
      expect(world.stateOf(second)).toBe('closed.duplicate')
    }
  })

  test('is claimed once if both requests are in one batch', async () => {
    const both = [await world.open(0, 'first', buildRequest()), await world.open(0, 'second', buildRequest())]
    await settle()
    expect(both.map(world.stateOf)).toEqual(['verified.ordering', 'closed.duplicate'])
  })

  test('is not the payment of an erased document that is in the same batch', async () => {
    const held = await opened(0, 'held')
    const payment = { uetr: randomUUID() }
    await world.openErased(0, 'erased', buildRequest())
    const other = await world.open(0, 'other', buildRequest({ payment }))
    await settle()
    expect([held, other].map(world.stateOf)).toEqual(['verified.ordering', 'verified.ordering'])
    expect(await lastAnswerOn(other)).toMatchObject({ type: 'holdfast.command.v1.PassAssessment' })
  })

  test('can be claimed again once the first request has ended', async () => {
    const first = await opened(0, 'first')
    await world.give(requester, first, 'Withdraw', { reason: 'the victim was paid' })
    await settle()
    expect(world.stateOf(await opened(1, 'second'))).toBe('verified.ordering')
  })

  test('of a request of another country too: it continues with a flag', async () => {
    const ours = await opened(0, 'ours')
    const theirs = await opened(1, 'theirs', { requestingCountry: 'FR', victim: { country: 'FR' } })
    expect([ours, theirs].map(world.stateOf)).toEqual(['verified.ordering', 'verified.ordering'])
    expect(await findingsOn(ours)).toEqual([])
    expect(await findingsOn(theirs)).toContain('V12 flag')
  })

  test('of a request that denies the other country is not revealed to it', async () => {
    await opened(0, 'ours', { handling: { deniedTo: ['FR'] } })
    const theirs = await opened(1, 'theirs', { requestingCountry: 'FR', victim: { country: 'FR' } })
    expect(world.stateOf(theirs)).toBe('verified.ordering')
    expect(await findingsOn(theirs)).toEqual([])
  })

  test('is not revealed to a country that identifies it by invoice data, because only its parties know its UETR', async () => {
    const guessed = { payment: { rail: 'INSTANT' as const, uetr: undefined } }
    await opened(0, 'ours', guessed)
    const theirs = await opened(1, 'theirs', { ...guessed, requestingCountry: 'FR', victim: { country: 'FR' } })
    expect(world.stateOf(theirs)).toBe('verified.ordering')
    expect(await findingsOn(theirs)).toEqual([])
    expect(world.stateOf(await opened(1, 'again', guessed))).toBe('closed.duplicate')
  })

  test('is released by a correction that names another', async () => {
    const misdirected = { payment: { debtor: { account: { iban: 'TL000020123456789012345' } } } }
    const first = await opened(0, 'first', misdirected)
    expect(world.stateOf(first)).toBe('received.awaitingInformation')
    expect(world.stateOf(await opened(1, 'second'))).toBe('closed.duplicate')
    const request = buildRequest({ payment: { uetr: '0f1e2d3c-4b5a-4968-8776-655443322111' } })
    await world.give(requester, first, 'ProvideInformation', { request })
    await settle()
    expect(world.stateOf(first)).toBe('verified.ordering')
    expect(world.stateOf(await opened(1, 'third'))).toBe('verified.ordering')
  })
})

describe('a request that is reopened', () => {
  async function withdrawn(overrides?: Overrides<FreezeRequest>): Promise<string> {
    const id = await opened(0, 'first', overrides)
    await world.give(requester, id, 'Withdraw', { reason: 'sent by mistake' })
    await settle()
    return id
  }

  test('without a document is assessed by its latest one, and claims its payment again', async () => {
    const first = await withdrawn({ recall: { initiated: false, reference: undefined, at: undefined } })
    await world.give(requester, first, 'Reopen', { reason: 'it was no mistake' })
    await settle()
    expect(kindsOf(await world.answersOn(first))).toEqual(['PassAssessment', 'PassAssessment'])
    expect(world.stateOf(first)).toBe('verified.ordering')
    expect(world.stateOf(await opened(1, 'second'))).toBe('closed.duplicate')
  })

  test('is a duplicate if another request has claimed its payment meanwhile', async () => {
    const first = await withdrawn()
    const second = await opened(1, 'second')
    await world.give(requester, first, 'Reopen', { reason: 'it was no mistake' })
    await settle()
    expect([first, second].map(world.stateOf)).toEqual(['closed.duplicate', 'verified.ordering'])
    expect(await lastAnswerOn(first)).toMatchObject({ data: { standingRequestId: second } })
  })

  test('with a document is assessed by that one', async () => {
    const first = await withdrawn()
    await world.give(requester, first, 'Reopen', { reason: 'with the right reason', request: buildRequest({ reason: 'CUST' }) })
    await settle()
    expect(world.stateOf(first)).toBe('closed.rejected')
    await world.give(requester, first, 'Reopen', { reason: 'as it was' })
    await settle()
    expect(await findingsOn(first)).toEqual(['V24 reject /reason'])
  })
})

describe('which officers must review a request', () => {
  test.each([
    ['oneOfficer', 1],
    ['fourEyes', 2],
  ] as const)('by a country’s policy of %s', async (verification, officers) => {
    await world.close()
    await begin({ profiles: { countries: { TL: { verification } } } })
    const id = await opened(0, 'first')
    expect(await lastAnswerOn(id)).toMatchObject({ type: 'holdfast.command.v1.SendToReview', data: { officers } })
    expect(world.stateOf(id)).toBe('received.awaitingReview')
    if (officers === 2) await world.give(officer, id, 'ProposeVerification', {})
    await world.give(anotherOfficer, id, 'ApproveVerification', {})
    await settle()
    expect(world.stateOf(id)).toBe('verified.ordering')
  })

  test('a free-text answer goes to the officer who asked; a document is assessed by the rules', async () => {
    await world.close()
    await begin({ profiles: { countries: { TL: { verification: 'fourEyes' } } } })
    const id = await opened(0, 'first')
    await world.give(officer, id, 'AskInformation', { question: 'Which invoice was forged?' })
    await settle()
    await world.give(requester, id, 'ProvideInformation', { note: 'The one of June' })
    await settle()
    expect(world.stateOf(id)).toBe('received.awaitingReview')
    expect(kindsOf(await world.answersOn(id))).toEqual(['SendToReview'])
    await world.give(officer, id, 'AskInformation', { question: 'Is the reason right?' })
    await world.give(requester, id, 'ProvideInformation', { request: buildRequest({ reason: 'CUST' }) })
    await settle()
    expect(kindsOf(await world.answersOn(id))).toEqual(['Reject', 'SendToReview'])
    expect(world.stateOf(id)).toBe('closed.rejected')
  })
})

describe('a child request', () => {
  const iban = (nth: number) => ({ account: { iban: ['GB82WEST12345698765432', 'FR1420041010050500013M02606'][nth] ?? '' } })
  const inBritain = {
    beneficiaryCountry: 'GB',
    payment: { uetr: '0f1e2d3c-4b5a-4968-8776-655443322112', creditor: iban(0), creditorAgent: { bic: 'WESTGB2L' } },
  }
  const childOf = (requestId: string, hop: number, overrides: Overrides<FreezeRequest> = inBritain): Overrides<FreezeRequest> => ({
    ...overrides,
    parent: { requestId, hop },
  })

  test.each([0, 1])('is assessed by its parent, whichever partition that is in: %i', async partition => {
    const parent = await opened(0, 'parent')
    const good = await opened(partition, 'good', childOf(parent, 1))
    expect(await findingsOn(good)).toEqual([])
    expect(world.stateOf(good)).toBe('verified.ordering')
    const misnumbered = await opened(
      partition,
      'misnumbered',
      childOf(parent, 2, { ...inBritain, payment: { ...inBritain.payment, uetr: undefined } }),
    )
    expect(await findingsOn(misnumbered)).toEqual(['V11 ask /payment/uetr', 'V26 ask /parent/hop'])
  })

  test('with an unknown parent leads to a question and no rejection', async () => {
    const child = await opened(0, 'child', childOf(await world.requestIdIn(1, 'not there'), 1))
    expect(await findingsOn(child)).toEqual(['V26 ask /parent/requestId'])
    expect(world.stateOf(child)).toBe('received.awaitingInformation')
  })

  test('finds its parent in the same batch', async () => {
    const parent = await world.open(0, 'parent', buildRequest())
    const child = await world.open(0, 'child', buildRequest(childOf(parent, 1)))
    await settle()
    expect(await findingsOn(child)).toEqual([])
  })

  test('cannot lead back to an earlier account of the money, through any number of requests', async () => {
    const first = await opened(0, 'first')
    const second = await opened(1, 'second', childOf(first, 1))
    const back = { payment: { uetr: '0f1e2d3c-4b5a-4968-8776-655443322113' } }
    const third = await opened(0, 'third', childOf(second, 2, back))
    expect(await findingsOn(third)).toEqual(['V26 reject /payment/creditor/account'])
  })

  test('that the engine opened knows the accounts before its parent', async () => {
    const { beneficiaryCountry, payment } = buildRequest()
    const lineage = [destinationIdOf(beneficiaryCountry, accountNumberOf(payment.creditor.account))]
    const root = await opened(1, 'root', inBritain)
    const child = await world.requestIdIn(0, 'by the engine')
    const inFrance = {
      beneficiaryCountry: 'FR',
      payment: { uetr: '0f1e2d3c-4b5a-4968-8776-655443322114', creditor: iban(1), creditorAgent: { bic: 'BNPAFRPP' } },
    }
    await world.give(['holdfast', 'dispatch', 'children'], child, 'OpenRequest', {
      request: buildRequest(childOf(root, 1, inFrance)),
      lineage,
    })
    await settle()
    expect(world.stateOf(child)).toBe('verified.ordering')
    const back = { payment: { uetr: '0f1e2d3c-4b5a-4968-8776-655443322115' } }
    expect(await findingsOn(await opened(1, 'back', childOf(child, 2, back)))).toEqual(['V26 reject /payment/creditor/account'])
  })
})

describe('an owner that is replaced', () => {
  test('before it could save repeats its verdict, and the ledger applies the first', async () => {
    const first = await world.open(0, 'first', buildRequest())
    const second = await world.open(0, 'second', buildRequest())
    await expect(owners[0]?.take(crash)).rejects.toThrow('the process crashed')
    await owners[0]?.close()
    owners[0] = await world.own(0)
    await owners[0].take()
    const [ofFirst, ofSecond] = [await world.answersOn(first), await world.answersOn(second)]
    expect(kindsOf(ofFirst)).toEqual(['PassAssessment', 'PassAssessment'])
    expect(kindsOf(ofSecond)).toEqual(['MarkDuplicate', 'MarkDuplicate'])
    expect(new Set([...ofFirst, ...ofSecond].map(({ id }) => id)).size).toBe(2)
    await settle()
    expect([first, second].map(world.stateOf)).toEqual(['verified.ordering', 'closed.duplicate'])
  })
})
