import type { Command } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { policy } from '../test/policy.ts'
import {
  acknowledge,
  actors,
  answer,
  codeOf,
  command,
  freeze,
  from,
  giveBack,
  historyBy,
  messageOf,
  open,
  pass,
  reopen,
  request,
  withdraw,
} from '../test/world.ts'

const reason = 'the institution has a key of its own'
/** The registry has a key of the institution with the BIC that most requests here name, and the FIU may not act for LORSTLDL. */
const law = {
  ...policy,
  whyNotAnswer: ({ role }: { readonly role: string }, bic: string) =>
    (role === 'institution' && bic === 'EXMPTLDL') || (role === 'fiu' && bic === 'LORSTLDL') ? reason : undefined,
}
const elsewhere = { ...request, payment: { ...request.payment, creditorAgent: { bic: 'LORSTLDL' } } }
const verified = (document = request) => historyBy(law, open(document), pass())
const answered = (given: Command, orderbic = 'EXMPTLDL'): Command =>
  ({ ...given, source: '/holdfast/dispatch', orderid: 'an order', orderbic }) as Command

describe('an institution with a key of its own', () => {
  test.each([
    ['AcknowledgeOrder', acknowledge()],
    ['ReportFreeze', freeze('920.00')],
    ['AskInformation', command('AskInformation', { question: 'Whose account is it?' }, 'bank')],
    ['ReportReturn', giveBack('1.00')],
  ])('has no %s given in its name, but by an answer', (_kind, given) => {
    const h = verified()
    const decision = h.give(given)
    expect([decision.outcome, codeOf(decision), messageOf(decision)]).toEqual(['refused', 'NOT_PERMITTED', reason])
    expect(codeOf(h.give(answered(from(given.actor, given))))).not.toBe('NOT_PERMITTED')
  })

  test.each([
    ['the source of dispatch without an order', { source: '/holdfast/dispatch' }],
    ['an order under another source', { source: '/holdfast/desk', orderid: 'an order', orderbic: 'EXMPTLDL' }],
    ['an order to no institution', { source: '/holdfast/dispatch', orderid: 'an order' }],
  ])('is not taken from %s', (_what, more) => {
    expect(codeOf(verified().give({ ...freeze('1.00'), ...more } as Command))).toBe('NOT_PERMITTED')
  })

  test('leaves its requests to the FIU and the officers as they were', () => {
    const h = verified()
    expect(codeOf(h.give(command('AskInformation', { question: 'Whose account is it?' }, 'desk')))).toBeUndefined()
    expect(codeOf(h.give(answer()))).toBeUndefined()
    expect(codeOf(h.give(from(actors.fiu, freeze('920.00'))))).toBeUndefined()
  })

  test('is the one of the document as it stands: a corrected document has another', () => {
    const h = historyBy(law, open(), withdraw())
    h.give(reopen(elsewhere))
    h.give(pass())
    expect(codeOf(h.give(freeze('920.00')))).toBeUndefined()
  })
})

describe('a request that was reopened with another institution', () => {
  const reopened = () => {
    const h = historyBy(law, open(), pass(), withdraw())
    h.give(reopen(elsewhere))
    h.give(pass())
    return h
  }

  test.each([
    ['AcknowledgeOrder', acknowledge()],
    ['ReportFreeze', freeze('920.00')],
    ['ReportNoFunds', command('ReportNoFunds', { reason: 'AM04' }, 'bank')],
  ])('takes no %s in answer to an order of the former institution', (_kind, given) => {
    const decision = reopened().give(answered(given))
    expect([decision.outcome, codeOf(decision), messageOf(decision)]).toEqual([
      'refused',
      'NOT_PERMITTED',
      'this request has gone to another institution since, so an answer to the former order changes nothing: call the desk of your country if you hold money',
    ])
  })

  test('takes answers to the order of the present one', () => {
    expect(codeOf(reopened().give(answered(freeze('920.00'), 'LORSTLDLXXX')))).toBeUndefined()
  })
})

test('a FIU does not act where the orders go to an institution', () => {
  const h = verified(elsewhere)
  expect(messageOf(h.give(from(actors.fiu, freeze('920.00'))))).toBe(reason)
  expect(codeOf(h.give(freeze('920.00')))).toBeUndefined()
})

test('another side hears that the command is not its own, and nothing of keys', () => {
  expect(messageOf(verified().give(from('SG/institution/a.bank', freeze('1.00'))))).toContain('ReportFreeze is for')
})
