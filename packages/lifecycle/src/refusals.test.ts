import { describe, expect, test } from 'vitest'
import { policy } from '../test/policy.ts'
import {
  acknowledge,
  actors,
  answer,
  ask,
  at,
  codeOf,
  command,
  expired,
  freeze,
  from,
  frozen,
  giveBack,
  type History,
  history,
  interim,
  messageOf,
  moved,
  noFunds,
  notFound,
  open,
  pass,
  reject,
  reopen,
  requestId,
  review,
  usd,
  withdraw,
  words,
} from '../test/world.ts'
import { decide } from './decide.ts'

const lapsed = (): History => history(open(), pass(), freeze('920.00'), expired(at(168)))
const recovered = (): History => {
  const h = frozen('920.00')
  h.both('InitiateReturn')
  h.give(giveBack('920.00'))
  return h
}

describe('a refused command of a member', () => {
  test('is kept with its code, its words, the state and what it carried; it moves nothing', () => {
    const h = frozen('920.00')
    const before = h.current().state
    const given = freeze('80.01', { reference: 'B-1' }, at(1))
    h.give(given)
    expect(h.last()).toMatchObject({
      type: 'holdfast.fact.v1.CommandRefused',
      actor: actors.bank,
      causationid: given.id,
      sequence: 4,
      phase: 'frozen',
      time: at(1),
      data: {
        command: 'ReportFreeze',
        code: 'AMOUNT_EXCEEDED',
        state: 'frozen.coverage.partial, frozen.mandate.provisional, frozen.recovery.idle',
        data: { amount: usd('80.01'), basis: 'FIU_SUSPENSION', reference: 'B-1' },
      },
    })
    expect(h.last()?.data).not.toHaveProperty('late')
    expect(h.current().state).toBe(before)
    expect(h.view().updatedAt).toBe(at(1))
  })

  test.each([
    ['received.assessing, sequence 1', history(open()), acknowledge(), 'AcknowledgeOrder'],
    ['received.awaitingReview, sequence 2', history(open(), review()), freeze('1.00'), 'ReportFreeze'],
    ['received.awaitingReview, sequence 2', history(open(), review()), reopen(), 'Reopen'],
    ['verified.ordered, sequence 3', history(open(), pass(), acknowledge()), giveBack('1.00'), 'ReportReturn'],
    ['verified.ordering, sequence 2', history(open(), pass()), answer(), 'ProvideInformation'],
    ['frozen.coverage.full, frozen.mandate.provisional, frozen.recovery.idle, sequence 3', frozen('1000.00'), notFound(), 'ReportNotFound'],
    ['closed.rejected, sequence 2', history(open(), reject()), withdraw(), 'Withdraw'],
    ['closed.expired, sequence 4', lapsed(), reject(), 'Reject'],
    ['recovered, sequence 6', recovered(), reopen(), 'Reopen'],
  ])('names the state it met, and how far the history is: %s', (where, h, given, kind) => {
    const decision = h.give(given)
    expect(codeOf(decision)).toBe('WRONG_STATE')
    expect(messageOf(decision)).toBe(`${kind} is not possible in state ${where}`)
  })

  test('is not decided again when it comes again', () => {
    const h = frozen('920.00')
    const given = freeze('80.01')
    h.give(given)
    h.give(freeze('1.00'))
    expect(h.give(given)).toEqual({ outcome: 'applied' })
  })
})

describe('a refused command of the engine', () => {
  test('is dropped without a trace: it came too late', () => {
    const h = history(open(), reject())
    const { length } = h.facts
    expect(h.give(pass())).toEqual({
      outcome: 'dropped',
      byMember: false,
      refusal: { code: 'WRONG_STATE', message: 'PassAssessment is not possible in state closed.rejected, sequence 2' },
    })
    expect(h.facts).toHaveLength(length)
  })
})

describe('an institution’s answer that comes after the end is kept as late: somebody has to look', () => {
  const answers = [acknowledge(), freeze('80.00'), noFunds(), notFound(), moved('1.00'), interim('S000'), giveBack('1.00'), ask('bank')]

  test.each([
    ['lapsed', lapsed],
    ['recovered', recovered],
    ['withdrawn', () => history(open(), withdraw())],
    ['rejected', () => history(open(), reject())],
  ] as const)('whatever it is, of a request that is %s', (_how, world) => {
    for (const given of answers) {
      const h = world()
      h.give(from(given.actor, given))
      expect(h.last()?.data, given.type).toMatchObject({ late: true, code: 'WRONG_STATE' })
    }
  })

  test('and so is the FIU’s', () => {
    const h = lapsed()
    h.give(from(actors.fiu, freeze('80.00')))
    expect(h.last()?.data).toMatchObject({ late: true, state: 'closed.expired', data: { amount: usd('80.00') } })
  })

  test('also where it could not have been taken anyway', () => {
    const h = lapsed()
    h.give(command('ReportFreeze', { amount: { currency: 'EUR', value: '1.00' }, basis: 'COURT' }, 'bank'))
    expect(h.last()?.data).toMatchObject({ late: true, code: 'CURRENCY_MISMATCH' })
  })

  test('but nobody else’s word: it moves no money', () => {
    for (const given of [withdraw(), reject(), answer(), command('Release', words.Release, 'judge')]) {
      const h = lapsed()
      h.give(given)
      expect(h.last()).toMatchObject({ type: 'holdfast.fact.v1.CommandRefused' })
      expect(h.last()?.data, given.type).not.toHaveProperty('late')
    }
  })

  test('and not before the end', () => {
    for (const h of [history(open()), history(open(), pass()), frozen('1000.00')]) {
      h.give(giveBack('1.00'))
      expect(h.last()?.data).not.toHaveProperty('late')
    }
  })
})

describe('an order that reached nobody', () => {
  const undelivered = () =>
    command('ReportUndelivered', { orderId: requestId, order: 'release', recipient: 'A bank', attempts: 9, why: 'HTTP 503' }, 'dispatch')

  test('is on record in any state, also after the end, and changes none', () => {
    for (const h of [history(open(), pass()), frozen('920.00'), history(open(), reject())]) {
      const { states, amounts, deadlines } = h.view()
      expect(h.give(undelivered()).outcome).toBe('fact')
      expect(h.last()).toMatchObject({ type: 'holdfast.fact.v1.OrderUndelivered', data: { order: 'release' } })
      expect(h.view()).toMatchObject({ states, amounts, deadlines, sequence: h.facts.length })
    }
  })

  test('is for dispatch to say', () => {
    const h = history(open(), pass())
    h.give({ ...undelivered(), actor: actors.bank })
    expect(h.last()).toMatchObject({ type: 'holdfast.fact.v1.CommandRefused', data: { code: 'NOT_PERMITTED' } })
  })
})

describe('a history that is full', () => {
  const full = { ...frozen('920.00').current(), sequence: factsMax }

  test('takes no more from members, not even a refusal', () => {
    expect(decide(full, freeze('1.00'), policy)).toEqual({
      outcome: 'dropped',
      byMember: true,
      refusal: { code: 'HISTORY_FULL', message: 'a request has at most 1000 facts' },
    })
    expect(decide({ ...full, sequence: factsMax - 1 }, freeze('1.00'), policy).outcome).toBe('fact')
  })

  test('still takes the engine’s: a hold that lapses must be seen to lapse', () => {
    expect(decide(full, expired(at(168)), policy)).toMatchObject({ outcome: 'fact', fact: { sequence: factsMax + 1 } })
  })
})
