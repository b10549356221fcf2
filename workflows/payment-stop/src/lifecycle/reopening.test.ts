import { describe, expect, test } from 'vitest'
import {
  actors,
  approve,
  asking,
  at,
  codeOf,
  command,
  correct,
  expired,
  freeze,
  frozen,
  giveBack,
  type History,
  history,
  messageOf,
  moved,
  noFunds,
  notFound,
  open,
  pass,
  reject,
  reopen,
  request,
  requestId,
  review,
  usd,
  withdraw,
} from '../../test/lifecycle/world.ts'

const doneByTwo = (kind: 'Release' | 'CloseUnrecovered' | 'Withdraw') => {
  const h = frozen('920.00')
  h.both(kind)
  return h
}
const expiredRequest = () => {
  const h = frozen('920.00')
  h.give(expired(at(168)))
  return h
}
const recovered = () => {
  const h = frozen('920.00')
  h.both('InitiateReturn')
  h.give(giveBack('920.00'))
  return h
}

const ends: ReadonlyArray<readonly [string, () => History]> = [
  ['closed.rejected', () => history(open(), reject())],
  ['closed.duplicate', () => history(open(), command('MarkDuplicate', { standingRequestId: requestId, findings: [] }, 'validation'))],
  ['closed.withdrawn', () => history(open(), withdraw())],
  ['closed.notFound', () => history(open(), pass(), notFound())],
  ['closed.noFunds', () => history(open(), pass(), noFunds())],
  ['closed.movedOnward', () => history(open(), pass(), moved('1000.00'))],
  ['closed.expired', expiredRequest],
  ['closed.released', () => doneByTwo('Release')],
  ['closed.unrecovered', () => doneByTwo('CloseUnrecovered')],
  ['closed.withdrawn', () => doneByTwo('Withdraw')],
]

describe('an ended request can be reopened', () => {
  test.each(ends)('from %s, as a new revision that is assessed again', (state, world) => {
    const h = world()
    expect(h.states()).toEqual([state])
    h.give(reopen())
    expect(h.states()).toEqual(['received.assessing'])
    expect(h.view().revision).toBe(2)
    for (const absent of ['outcome', 'rejection', 'standingRequestId', 'shortfallReason']) expect(h.view()).not.toHaveProperty(absent)
    h.give(pass())
    expect(h.states()).toEqual(['verified.ordering'])
  })

  test.each(['system', 'officer', 'desk'] as const)('by the %s', actor => {
    const h = history(open(), reject(), reopen(undefined, actor))
    expect(h.states()).toEqual(['received.assessing'])
  })

  test('again and again, and each time it counts', () => {
    const h = history(open(), reject(), reopen(), reject(), reopen(), reject(), reopen())
    expect(h.view().revision).toBe(4)
  })

  test('but not after all of the money was returned', () => {
    const decision = recovered().give(reopen())
    expect(codeOf(decision)).toBe('WRONG_STATE')
    expect(messageOf(decision)).toBe('this is not possible in state recovered, sequence 6')
  })

  test('but not while it is still open', () => {
    for (const h of [history(open()), history(open(), pass()), frozen('920.00')]) expect(codeOf(h.give(reopen()))).toBe('WRONG_STATE')
  })

  test('without the earlier rejection and shortfall', () => {
    const h = history(open(), pass(), freeze('500.00'), noFunds())
    h.give(expired(at(168)))
    expect(h.view().shortfallReason).toBe('AM04')
    h.give(reopen())
    expect(h.view()).not.toHaveProperty('shortfallReason')
  })

  test('and requires two officers again, even if one was enough before', () => {
    const h = history(open(), review(1), reject(), reopen(), command('AskInformation', { question: 'Which account?' }, 'validation'))
    const decision = h.view().deadlines.find(({ kind }) => kind === 'informationDecision')
    h.give(command('DeadlinePassed', decision ?? { kind: 'informationDecision', dueAt: at(0) }, 'clock', decision?.dueAt))
    expect(h.states()).toEqual(['received.awaitingReview'])
    expect(codeOf(h.give(approve()))).toBe('WRONG_STATE')
  })
})

describe('a request can be reopened with a corrected document', () => {
  test('whose amount counts from then on', () => {
    const h = history(open(), reject(), reopen(asking('700.00')), pass(), freeze('700.00'))
    expect(h.states()[0]).toBe('frozen.coverage.full')
    expect(h.view().amounts.requested).toEqual(usd('700.00'))
  })

  test('by the requesting country only', () => {
    const h = history(open(), reject())
    const decision = h.give(reopen(request, 'desk'))
    expect(codeOf(decision)).toBe('NOT_PERMITTED')
    expect(messageOf(decision)).toBe('only the requesting country may give a corrected document')
    expect(h.last()?.actor).toBe(actors.desk)
    expect(h.states()).toEqual(['closed.rejected'])
  })

  test('but not with other countries', () => {
    for (const other of [{ requestingCountry: 'MY' }, { beneficiaryCountry: 'MY' }])
      expect(codeOf(history(open(), reject()).give(reopen({ ...request, ...other })))).toBe('NOT_PERMITTED')
  })

  const said = 'the document requests less than was already found, or another currency'

  test('V19: that requests no less than was returned', () => {
    const world = () => {
      const h = frozen('920.00')
      h.both('InitiateReturn')
      h.give(giveBack('500.00', '10.00'))
      h.both('CloseUnrecovered')
      return h
    }
    const decision = world().give(reopen(asking('509.99')))
    expect(codeOf(decision)).toBe('AMOUNT_EXCEEDED')
    expect(messageOf(decision)).toBe(`${said} (state closed.unrecovered, sequence 8)`)
    const h = world()
    h.give(reopen(asking('510.00')))
    expect(h.states()).toEqual(['received.assessing'])
  })

  test('V19: that requests no less than moved onward', () => {
    const world = () => history(open(), pass(), moved('400.00'), noFunds())
    expect(codeOf(world().give(reopen(asking('399.99'))))).toBe('AMOUNT_EXCEEDED')
    expect(codeOf(world().give(reopen(asking('400.00'))))).toBeUndefined()
  })

  test('V19: in the same currency once money was found, even if it was released since', () => {
    const found = [() => history(open(), pass(), moved('400.00'), noFunds()), expiredRequest, () => doneByTwo('Release')]
    for (const world of found)
      for (const document of [asking('100000.00', 'EUR'), asking('1000.001', 'USD')])
        expect(codeOf(world().give(reopen(document)))).toBe('AMOUNT_EXCEEDED')
    expect(codeOf(history(open(), reject()).give(reopen(asking('100000.00', 'EUR'))))).toBeUndefined()
  })

  test('that requests released money again, or a part of it', () => {
    const h = expiredRequest()
    h.give(reopen(asking('10.00'), 'officer', at(169)))
    h.give(pass(at(169)))
    h.give(freeze('10.00', {}, at(169)))
    expect(h.states()[0]).toBe('frozen.coverage.full')
    expect(h.view().amounts).toMatchObject({ requested: usd('10.00'), frozen: usd('10.00'), released: usd('920.00') })
  })

  test('V19: the same applies to a document that answers a question', () => {
    const world = () => {
      const h = history(open(), pass(), moved('400.00'), noFunds(), reopen())
      h.give(command('AskInformation', { question: 'How much?' }, 'validation'))
      return h
    }
    const h = world()
    const decision = h.give(command('ProvideInformation', { request: asking('399.99') }, 'officer'))
    expect(codeOf(decision)).toBe('AMOUNT_EXCEEDED')
    expect(messageOf(decision)).toBe(`${said} (state received.awaitingInformation, sequence 6)`)
    h.give(command('ProvideInformation', { request: asking('400.00') }, 'officer'))
    expect(h.states()).toEqual(['received.assessing'])
  })
})

describe('an assessment belongs to one document', () => {
  /** An assessment by the rules of the document in a fact. */
  const assessmentOf = (fact: { readonly id: string } | undefined, given = pass()) => ({ ...given, causationid: fact?.id ?? '' })

  test('an assessment of an earlier document is dropped, and that of this document counts', () => {
    const h = history(open())
    const opened = h.last()
    h.give(reject())
    h.give(reopen(request))
    const reopened = h.last()
    for (const late of [pass(), review(), command('Reject', { code: 'ARTICLE_3' }, 'validation')])
      expect(h.give(assessmentOf(opened, late))).toMatchObject({ outcome: 'dropped', dropReason: 'late', refusal: { code: 'WRONG_STATE' } })
    expect(h.states()).toEqual(['received.assessing'])
    h.give(assessmentOf(reopened))
    expect(h.states()).toEqual(['verified.ordering'])
  })

  test('also for a corrected document', () => {
    const h = history(open())
    const opened = h.last()
    h.give(assessmentOf(opened, command('AskInformation', { question: 'Which account?' }, 'validation')))
    h.give(correct(request))
    expect(h.give(assessmentOf(opened)).outcome).toBe('dropped')
    h.give(assessmentOf(h.last()))
    expect(h.states()).toEqual(['verified.ordering'])
  })
})
