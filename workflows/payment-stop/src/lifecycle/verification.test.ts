import { describe, expect, test } from 'vitest'
import {
  answer,
  approve,
  ask,
  asking,
  codeOf,
  command,
  correct,
  history,
  messageOf,
  open,
  pass,
  passed,
  propose,
  reject,
  reopen,
  request,
  review,
  withdraw,
} from '../../test/lifecycle/world.ts'
import type { Command, Fact } from '../language/index.ts'

describe('V17: a review needs dual approval', () => {
  test('one officer proposes, another approves; the fact names both', () => {
    const h = history(open(), review(), propose())
    expect(h.states()).toEqual(['received.awaitingReview'])
    h.give(command('ApproveVerification', { note: 'The account is known' }, 'secondDesk'))
    expect(h.states()).toEqual(['verified.ordering'])
    expect(h.last()).toMatchObject({
      actor: 'TL/officer/b.belo',
      data: { proposedBy: 'TL/officer/a.costa', note: 'The account is known', findings: [] },
    })
  })

  test('the proposer cannot approve with a name in upper case', () => {
    const h = history(open(), review(), propose())
    expect(codeOf(h.give({ ...approve('desk'), actor: 'TL/officer/A.Costa' }))).toBe('SAME_PERSON')
    expect(h.states()).toEqual(['received.awaitingReview'])
  })

  test('the proposer cannot approve', () => {
    const h = history(open(), review(), propose())
    const decision = h.give(approve('desk'))
    expect(codeOf(decision)).toBe('SAME_PERSON')
    expect(messageOf(decision)).toBe('you proposed the verification, so you cannot approve it')
    expect(h.states()).toEqual(['received.awaitingReview'])
    h.give(approve('secondDesk'))
    expect(h.states()).toEqual(['verified.ordering'])
  })

  test('an approval needs a proposal', () => {
    const h = history(open(), review())
    expect(codeOf(h.give(approve()))).toBe('WRONG_STATE')
    expect(codeOf(h.give(approve('desk')))).toBe('WRONG_STATE')
  })

  test('a second proposal is refused, and is no approval', () => {
    const h = history(open(), review(), propose())
    expect(codeOf(h.give(propose('secondDesk')))).toBe('WRONG_STATE')
    expect(codeOf(h.give(propose()))).toBe('WRONG_STATE')
    // The first proposal is still open.
    h.give(approve('secondDesk'))
    expect(h.states()).toEqual(['verified.ordering'])
  })

  test('two officers are required by default', () => {
    for (const officers of [undefined, 2]) expect(codeOf(history(open(), review(officers)).give(approve()))).toBe('WRONG_STATE')
  })

  test('the engine can be neither the approver nor the only officer', () => {
    for (const officers of [1, 2]) {
      const h = history(open(), review(officers), propose())
      expect(h.give(pass())).toMatchObject({ outcome: 'dropped', dropReason: 'late', refusal: { code: 'WRONG_STATE' } })
      expect(h.states()).toEqual(['received.awaitingReview'])
    }
  })

  test('no officer verifies a request that the rules have not assessed', () => {
    const h = history(open())
    for (const given of [propose(), approve('desk')]) expect(codeOf(h.give(given))).toBe('WRONG_STATE')
    expect(h.states()).toEqual(['received.assessing'])
  })
})

describe('V17: if the country requires only one officer', () => {
  test('that officer approves without a proposal, and the fact names no other person', () => {
    const h = history(open(), review(1), approve('desk'))
    expect(h.states()).toEqual(['verified.ordering'])
    expect(h.last()?.data).not.toHaveProperty('proposedBy')
  })

  test('that officer may also approve an own proposal', () => {
    expect(history(open(), review(1), propose(), approve('desk')).states()).toEqual(['verified.ordering'])
  })

  test('the latest review decides the number: two, if the corrected document goes to review again', () => {
    const h = history(open(), review(1), ask('desk'), correct(asking('900.00')), review())
    expect(codeOf(h.give(approve('desk')))).toBe('WRONG_STATE')
  })

  test('a corrected document that goes to review after an unanswered question needs two', () => {
    const h = history(open(), review(1), ask('desk'), correct(asking('900.00')), ask('validation'))
    const decision = h.view().deadlines.find(({ kind }) => kind === 'informationDecision')
    if (!decision) throw new Error('no question is open')
    h.give(command('DeadlinePassed', decision, 'clock', decision.dueAt))
    expect(h.states()).toEqual(['received.awaitingReview'])
    expect(codeOf(h.give(approve('desk')))).toBe('WRONG_STATE')
  })
})

describe('a proposal concerns one document', () => {
  test('a corrected document ends it', () => {
    const h = history(open(), review(), propose(), ask('desk'), correct(asking('900.00')), review())
    expect(codeOf(h.give(approve('secondDesk')))).toBe('WRONG_STATE')
    h.give(propose('secondDesk'))
    h.give(approve('desk'))
    expect(h.states()).toEqual(['verified.ordering'])
  })

  test('a note as answer ends it too, because the proposer did not know it', () => {
    const h = history(open(), review(), propose(), ask('secondDesk'), answer())
    expect(h.states()).toEqual(['received.awaitingReview'])
    expect(codeOf(h.give(approve('secondDesk')))).toBe('WRONG_STATE')
  })
})

describe('V05: an invalid amount', () => {
  const yen = { ...request, payment: { ...request.payment, amount: { currency: 'JPY', value: '10.50' } } }

  test('is not shown, and cannot be verified', () => {
    const h = history(open(yen))
    expect(h.view().amounts).toStrictEqual({
      requested: undefined,
      frozen: undefined,
      recovered: undefined,
      charges: undefined,
      movedOnward: undefined,
      released: undefined,
    })
    expect(codeOf(h.give(pass()))).toBe('WRONG_STATE')
    for (const officers of [1, 2]) {
      const reviewed = history(open(yen), review(officers), propose())
      expect(codeOf(reviewed.give(approve()))).toBe('WRONG_STATE')
      expect(reviewed.states()).toEqual(['received.awaitingReview'])
    }
  })

  test('can be corrected', () => {
    const h = history(open(yen), ask('validation'), correct(request), pass())
    expect(h.states()).toEqual(['verified.ordering'])
    expect(h.view().amounts.requested).toEqual({ currency: 'USD', value: '1000.00' })
  })
})

describe('an assessment by the rules concerns its own document', () => {
  /** An assessment with the fact that caused it. */
  const because = (given: Command, fact: Fact | undefined): Command => ({ ...given, causationid: fact?.id ?? 'none' })
  const late = {
    outcome: 'dropped',
    dropReason: 'late',
    refusal: { code: 'WRONG_STATE', message: 'the assessment is of an earlier document' },
  }

  test('and counts for it', () => {
    const h = history(open())
    h.give(because(pass(), h.facts[0]))
    expect(h.states()).toEqual(['verified.ordering'])
    expect(h.facts).toHaveLength(2)
  })

  test('and not for a corrected one, which has its own assessment', () => {
    for (const given of [pass(), review(), reject('validation')]) {
      const h = history(open(), ask('validation'), correct(asking('900.00')))
      expect(h.give(because(given, h.facts[0]))).toEqual(late)
      expect(h.give(because(given, h.facts[1]))).toEqual(late)
      expect(h.states()).toEqual(['received.assessing'])
      expect(h.give(because(given, h.facts[2])).outcome).toBe('fact')
    }
  })

  test('and not for a request that was reopened since, with or without a document', () => {
    for (const document of [undefined, asking('900.00')]) {
      const h = history(open(), reject(), reopen(document))
      expect(h.give(because(pass(), h.facts[0]))).toEqual(late)
      h.give(because(pass(), h.facts[2]))
      expect(h.states()).toEqual(['verified.ordering'])
    }
  })

  test('and is refused by state if a note answered the question, since the document is the same', () => {
    const h = history(open(), review(), ask('desk'), answer())
    expect(h.give(because(pass(), h.facts[0]))).toMatchObject({ refusal: { message: expect.stringContaining('not possible in state') } })
  })

  test('only assessments are checked for their cause', () => {
    const h = history(open(), ask('validation'), correct(asking('900.00')))
    h.give(because(withdraw(), h.facts[0]))
    expect(h.states()).toEqual(['closed.withdrawn'])
    const timed = history(open(), reject(), reopen())
    const [deadline] = timed.view().deadlines
    if (!deadline) throw new Error('no deadline is running')
    expect(timed.give(because(passed(deadline), timed.facts[0])).outcome).toBe('fact')
  })
})
