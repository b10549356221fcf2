import { describe, expect, test } from 'vitest'
import {
  acknowledge,
  answer,
  ask,
  asking,
  at,
  codeOf,
  command,
  correct,
  freeze,
  type History,
  history,
  messageOf,
  moved,
  open,
  pass,
  passed,
  reject,
  request,
  review,
  usd,
} from '../../test/lifecycle/world.ts'

const waiting = (h: History) => h.view().deadlines.filter(({ kind }) => kind.startsWith('information'))
/** Lets the open question of a request run into its deadline. */
function waitTooLong(h: History) {
  const decision = h.view().deadlines.find(({ kind }) => kind === 'informationDecision')
  if (!decision) throw new Error('no question is open')
  return h.give(passed(decision))
}

describe('a question while a request is assessed', () => {
  test('comes from the rules, and a corrected document is assessed again', () => {
    const h = history(open(), ask('validation'))
    expect(h.states()).toEqual(['received.awaitingInformation'])
    h.give(correct(asking('700.00')))
    expect(h.states()).toEqual(['received.assessing'])
    expect(h.view().amounts.requested).toEqual(usd('700.00'))
    expect(h.view().revision).toBe(1)
  })

  test('cannot come from an officer before the rules, nor from an institution before the order', () => {
    for (const actor of ['desk', 'bank', 'fiu'] as const) expect(codeOf(history(open()).give(ask(actor)))).toBe('WRONG_STATE')
  })

  test('cannot be answered with a note, which corrects no document', () => {
    const h = history(open(), ask('validation'))
    const decision = h.give(answer())
    expect(codeOf(decision)).toBe('WRONG_STATE')
    expect(messageOf(decision)).toBe(
      'the rules require a corrected document, so a note is not enough (state received.awaitingInformation, sequence 2)',
    )
  })

  test('that was not answered in time goes to the desk, which decides without an answer', () => {
    const h = history(open(), ask('validation'))
    waitTooLong(h)
    expect(h.states()).toEqual(['received.awaitingReview'])
    expect(waiting(h)).toEqual([])
    // The answer is no longer expected.
    expect(codeOf(h.give(correct(request)))).toBe('WRONG_STATE')
    h.give(reject())
    expect(h.states()).toEqual(['closed.rejected'])
  })
})

describe('a question of the desk in review (V15)', () => {
  test('with a note as answer leads back to review', () => {
    const h = history(open(), review(), ask('desk'))
    expect(h.states()).toEqual(['received.awaitingInformation'])
    h.give(answer())
    expect(h.states()).toEqual(['received.awaitingReview'])
  })

  test('with a document as answer leads back to the rules, with or without a note', () => {
    for (const data of [{ request }, { request, note: 'As corrected' }]) {
      const h = history(open(), review(), ask('desk'), command('ProvideInformation', data, 'officer'))
      expect(h.states()).toEqual(['received.assessing'])
    }
  })

  test('cannot come from the rules', () => {
    expect(history(open(), review()).give(ask('validation'))).toMatchObject({ outcome: 'dropped', refusal: { code: 'WRONG_STATE' } })
    for (const actor of ['bank', 'fiu'] as const) expect(codeOf(history(open(), review()).give(ask(actor)))).toBe('WRONG_STATE')
  })

  test('that was not answered in time leads back to review', () => {
    const h = history(open(), review(), ask('desk'))
    waitTooLong(h)
    expect(h.states()).toEqual(['received.awaitingReview'])
  })
})

describe.each([
  ['the order was sent', () => history(open(), pass()), 'verified.ordering'],
  ['the order was acknowledged', () => history(open(), pass(), acknowledge()), 'verified.ordered'],
] as const)('a question after %s', (_when, world, state) => {
  test.each(['desk', 'bank', 'fiu'] as const)('of the %s, answered with a note, leads back to the earlier state', actor => {
    const h = world()
    h.give(ask(actor))
    expect(h.states()).toEqual(['verified.awaitingInformation'])
    h.give(answer())
    expect(h.states()).toEqual([state])
  })

  test('cannot be answered with a document, because an order was sent for the current one', () => {
    for (const data of [{ request }, { request, note: 'As corrected' }]) {
      const h = world()
      h.give(ask('bank'))
      const decision = h.give(command('ProvideInformation', data, 'officer'))
      expect(codeOf(decision)).toBe('WRONG_STATE')
      expect(messageOf(decision)).toBe(
        `an order was sent for this document. Answer with a note, or reopen the request with another document after it has ended (state verified.awaitingInformation, sequence ${h.facts.length})`,
      )
      expect(h.states()).toEqual(['verified.awaitingInformation'])
    }
  })

  test('is refused in the same way for a document that does not fit', () => {
    const h = world()
    h.give(moved('400.00'))
    h.give(ask('bank'))
    const decision = h.give(correct(asking('100.00')))
    expect(codeOf(decision)).toBe('WRONG_STATE')
    expect(messageOf(decision)).toContain('an order was sent for this document')
  })

  test('that was not answered in time leads back too', () => {
    const h = world()
    h.give(ask('bank'))
    waitTooLong(h)
    expect(h.states()).toEqual([state])
    expect(waiting(h)).toEqual([])
  })

  test('does not prevent a freeze', () => {
    const h = world()
    h.give(ask('bank'))
    h.give(freeze('1000.00'))
    expect(h.view().phase).toBe('frozen')
    expect(waiting(h)).toEqual([])
  })
})

describe('one question at a time', () => {
  test('a second is refused while one is open', () => {
    expect(codeOf(history(open(), review(), ask('desk')).give(ask('secondDesk')))).toBe('WRONG_STATE')
    expect(codeOf(history(open(), pass(), ask('bank')).give(ask('desk')))).toBe('WRONG_STATE')
  })

  test('an answer without a question is refused', () => {
    for (const h of [history(open()), history(open(), review()), history(open(), pass()), history(open(), pass(), acknowledge())]) {
      const decision = h.give(answer())
      expect(codeOf(decision)).toBe('WRONG_STATE')
      expect(messageOf(decision)).toBe(`this is not possible in state ${h.states()[0]}, sequence ${h.facts.length}`)
    }
  })

  test('the next question leads back to its own earlier state', () => {
    const h = history(open(), review(), ask('desk'), answer(), ask('desk'), correct(request), pass(), ask('bank'), answer())
    expect(h.states()).toEqual(['verified.ordering'])
    h.give(acknowledge())
    h.give(ask('fiu'))
    h.give(answer())
    expect(h.states()).toEqual(['verified.ordered'])
  })

  test('a reminder leaves the question open', () => {
    const h = history(open())
    h.give(ask('validation', at(1)))
    expect(waiting(h)).toEqual([
      { kind: 'informationReminder', dueAt: at(25) },
      { kind: 'informationDecision', dueAt: at(73) },
    ])
    h.give(passed({ kind: 'informationReminder', dueAt: at(25) }))
    expect(h.states()).toEqual(['received.awaitingInformation'])
    expect(waiting(h)).toEqual([{ kind: 'informationDecision', dueAt: at(73) }])
    for (const verified of [history(open(), pass()), history(open(), pass(), acknowledge())]) {
      verified.give(ask('bank', at(1)))
      verified.give(passed({ kind: 'informationReminder', dueAt: at(25) }))
      expect(verified.states()).toEqual(['verified.awaitingInformation'])
      expect(waiting(verified)).toEqual([{ kind: 'informationDecision', dueAt: at(73) }])
    }
  })
})

describe('a corrected document cannot change the countries', () => {
  test.each([
    ['the requesting', { ...request, requestingCountry: 'MY' }],
    ['the beneficiary', { ...request, beneficiaryCountry: 'MY' }],
  ])('not %s country', (_which, document) => {
    const decision = history(open(), ask('validation')).give(correct(document))
    expect(codeOf(decision)).toBe('NOT_PERMITTED')
    expect(messageOf(decision)).toBe('the countries of a request cannot change. Send a new request for another country')
  })
})
