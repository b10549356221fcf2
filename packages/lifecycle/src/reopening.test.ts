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
} from '../test/world.ts'

const doneByTwo = (kind: 'Release' | 'CloseUnrecovered' | 'Withdraw') => {
  const h = frozen('920.00')
  h.both(kind)
  return h
}
const lapsed = () => {
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
  ['closed.expired', lapsed],
  ['closed.released', () => doneByTwo('Release')],
  ['closed.unrecovered', () => doneByTwo('CloseUnrecovered')],
  ['closed.withdrawn', () => doneByTwo('Withdraw')],
]

describe('a request that has ended is reopened', () => {
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

  test('but not when all of the money is back', () => {
    const decision = recovered().give(reopen())
    expect(codeOf(decision)).toBe('WRONG_STATE')
    expect(messageOf(decision)).toBe('Reopen is not possible in state recovered, sequence 6')
  })

  test('and not while it is still open', () => {
    for (const h of [history(open()), history(open(), pass()), frozen('920.00')]) expect(codeOf(h.give(reopen()))).toBe('WRONG_STATE')
  })

  test('what it was refused for, or why no more was held, is not said of the new revision', () => {
    const h = history(open(), pass(), freeze('500.00'), noFunds())
    h.give(expired(at(168)))
    expect(h.view().shortfallReason).toBe('AM04')
    h.give(reopen())
    expect(h.view()).not.toHaveProperty('shortfallReason')
  })

  test('and two officers are wanted again, where one had been enough before', () => {
    const h = history(open(), review(1), reject(), reopen(), command('AskInformation', { question: 'Which account?' }, 'validation'))
    const decision = h.view().deadlines.find(({ kind }) => kind === 'informationDecision')
    h.give(command('DeadlinePassed', decision ?? { kind: 'informationDecision', dueAt: at(0) }, 'clock', decision?.dueAt))
    expect(h.states()).toEqual(['received.awaitingReview'])
    expect(codeOf(h.give(approve()))).toBe('WRONG_STATE')
  })
})

describe('a request is reopened with a corrected document', () => {
  test('of which the amount counts from then on', () => {
    const h = history(open(), reject(), reopen(asking('700.00')), pass(), freeze('700.00'))
    expect(h.states()[0]).toBe('frozen.coverage.full')
    expect(h.view().amounts.requested).toEqual(usd('700.00'))
  })

  test('by the requesting country alone', () => {
    const h = history(open(), reject())
    const decision = h.give(reopen(request, 'desk'))
    expect(codeOf(decision)).toBe('NOT_PERMITTED')
    expect(messageOf(decision)).toBe('a corrected document is for the requesting country')
    expect(h.last()?.actor).toBe(actors.desk)
    expect(h.states()).toEqual(['closed.rejected'])
  })

  test('and stays between its two countries', () => {
    for (const other of [{ requestingCountry: 'MY' }, { beneficiaryCountry: 'MY' }])
      expect(codeOf(history(open(), reject()).give(reopen({ ...request, ...other })))).toBe('NOT_PERMITTED')
  })

  const said = 'the document asks for less, or in another currency, than was found already'

  test('V19: that asks for no less than what came back', () => {
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

  test('V19: that asks for no less than what moved onward', () => {
    const world = () => history(open(), pass(), moved('400.00'), noFunds())
    expect(codeOf(world().give(reopen(asking('399.99'))))).toBe('AMOUNT_EXCEEDED')
    expect(codeOf(world().give(reopen(asking('400.00'))))).toBeUndefined()
  })

  test('V19: in the same currency once any money was found, also when it was let go since', () => {
    const found = [() => history(open(), pass(), moved('400.00'), noFunds()), lapsed, () => doneByTwo('Release')]
    for (const world of found)
      for (const document of [asking('100000.00', 'EUR'), asking('1000.001', 'USD')])
        expect(codeOf(world().give(reopen(document)))).toBe('AMOUNT_EXCEEDED')
    expect(codeOf(history(open(), reject()).give(reopen(asking('100000.00', 'EUR'))))).toBeUndefined()
  })

  test('what was let go may be asked for again, or only a part of it', () => {
    const h = lapsed()
    h.give(reopen(asking('10.00'), 'officer', at(169)))
    h.give(pass(at(169)))
    h.give(freeze('10.00', {}, at(169)))
    expect(h.states()[0]).toBe('frozen.coverage.full')
    expect(h.view().amounts).toMatchObject({ requested: usd('10.00'), frozen: usd('10.00'), released: usd('920.00') })
  })

  test('V19: a document given in answer to a question is held to the same', () => {
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

describe('what the rules say is said of one document', () => {
  /** A verdict of the rules on the document that a fact brought. */
  const verdictOn = (fact: { readonly id: string } | undefined, given = pass()) => ({ ...given, causationid: fact?.id ?? '' })

  test('a verdict on the document before is dropped, whatever it says; the one on this document counts', () => {
    const h = history(open())
    const opened = h.last()
    h.give(reject())
    h.give(reopen(request))
    const reopened = h.last()
    for (const late of [pass(), review(), command('Reject', { code: 'ARTICLE_3' }, 'validation')])
      expect(h.give(verdictOn(opened, late))).toMatchObject({ outcome: 'dropped', because: 'late', refusal: { code: 'WRONG_STATE' } })
    expect(h.states()).toEqual(['received.assessing'])
    h.give(verdictOn(reopened))
    expect(h.states()).toEqual(['verified.ordering'])
  })

  test('a corrected document is one of its own too', () => {
    const h = history(open())
    const opened = h.last()
    h.give(verdictOn(opened, command('AskInformation', { question: 'Which account?' }, 'validation')))
    h.give(correct(request))
    expect(h.give(verdictOn(opened)).outcome).toBe('dropped')
    h.give(verdictOn(h.last()))
    expect(h.states()).toEqual(['verified.ordering'])
  })
})
