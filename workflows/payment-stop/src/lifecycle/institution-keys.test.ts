import { describe, expect, test } from 'vitest'
import { policy } from '../../test/lifecycle/policy.ts'
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
} from '../../test/lifecycle/world.ts'
import type { Command } from '../language/index.ts'

const reason = 'the institution has a key of its own'
/** The registry has a key of the institution that most requests here name, and the FIU may not act for LORSTLDL. */
const law = {
  ...policy,
  findAnswerObstacle: ({ role }: { readonly role: string }, bic: string) =>
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
  ])('can give %s only by an answer', (_kind, given) => {
    const h = verified()
    const decision = h.give(given)
    expect([decision.outcome, codeOf(decision), messageOf(decision)]).toEqual(['refused', 'NOT_PERMITTED', reason])
    expect(codeOf(h.give(answered(from(given.actor, given))))).not.toBe('NOT_PERMITTED')
  })

  test.each([
    ['the source of dispatch without an order', { source: '/holdfast/dispatch' }],
    ['an order from another source', { source: '/holdfast/desk', orderid: 'an order', orderbic: 'EXMPTLDL' }],
    ['an order without an institution', { source: '/holdfast/dispatch', orderid: 'an order' }],
  ])('is not accepted from %s', (_what, more) => {
    expect(codeOf(verified().give({ ...freeze('1.00'), ...more } as Command))).toBe('NOT_PERMITTED')
  })

  test('does not change what the FIU and officers may do', () => {
    const h = verified()
    expect(codeOf(h.give(command('AskInformation', { question: 'Whose account is it?' }, 'desk')))).toBeUndefined()
    expect(codeOf(h.give(answer()))).toBeUndefined()
    expect(codeOf(h.give(from(actors.fiu, freeze('920.00'))))).toBeUndefined()
  })

  test('is the institution of the current document', () => {
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
  ])('refuses %s in answer to an order to the former institution', (_kind, given) => {
    const decision = reopened().give(answered(given))
    expect([decision.outcome, codeOf(decision), messageOf(decision)]).toEqual([
      'refused',
      'NOT_PERMITTED',
      'this request now has another institution, so an answer to the former order changes nothing. Call the desk of your country if you hold money',
    ])
  })

  test('accepts answers to the order to the current one', () => {
    expect(codeOf(reopened().give(answered(freeze('920.00'), 'LORSTLDLXXX')))).toBeUndefined()
  })
})

test('a FIU cannot act for an institution that receives its own orders', () => {
  const h = verified(elsewhere)
  expect(messageOf(h.give(from(actors.fiu, freeze('920.00'))))).toBe(reason)
  expect(codeOf(h.give(freeze('920.00')))).toBeUndefined()
})

test('another country is refused for its role, without a word on keys', () => {
  expect(messageOf(verified().give(from('SG/institution/a.bank', freeze('1.00'))))).toContain('this is for')
})
