import { refusalsMax } from '@holdfast/core'
import type { RefusedCommand } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { policy } from '../../test/lifecycle/policy.ts'
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
  proposalData,
  reject,
  reopen,
  request,
  requestId,
  review,
  usd,
  withdraw,
} from '../../test/lifecycle/world.ts'
import type { Fact } from '../language/index.ts'
import { type Decision, decide, evolve, evolveByRefusal, serializeSnapshot } from './decide.ts'
import type { RequestSnapshot } from './snapshot.ts'

const expiredRequest = (): History => history(open(), pass(), freeze('920.00'), expired(at(168)))
const recovered = (): History => {
  const h = frozen('920.00')
  h.both('InitiateReturn')
  h.give(giveBack('920.00'))
  return h
}

describe('a refused command of a member', () => {
  test('is recorded with code, message, state and data, and changes nothing', () => {
    const h = frozen('920.00')
    const before = h.current().state
    const given = { ...freeze('80.01', { reference: 'B-1' }, at(1)), orderid: '7d1c4ba2-6a55-5e0f-9d6e-2f6b1c7a8e31' }
    h.give(given)
    expect(h.facts).toHaveLength(3)
    expect(h.lastRefused()).toMatchObject({
      specversion: '1.0',
      source: '/holdfast/ledger',
      type: 'holdfast.refusal.v1',
      subject: requestId,
      datacontenttype: 'application/json',
      actor: actors.bank,
      causationid: given.id,
      correlationid: requestId,
      orderid: given.orderid,
      aftersequence: 3,
      afterhash: h.last()?.hash,
      number: 1,
      phase: 'frozen',
      time: at(1),
      data: {
        command: 'ReportFreeze',
        code: 'AMOUNT_EXCEEDED',
        state: 'frozen.coverage.partial, frozen.mandate.provisional, frozen.recovery.idle',
        data: { amount: usd('80.01'), basis: 'FIU_SUSPENSION', reference: 'B-1' },
      },
    })
    expect(h.lastRefused()?.data).not.toHaveProperty('late')
    expect(h.current().state).toBe(before)
    expect(h.current()).toMatchObject({ sequence: 3, hash: h.last()?.hash })
  })

  test.each([
    ['received.assessing, sequence 1', history(open()), acknowledge()],
    ['received.awaitingReview, sequence 2', history(open(), review()), freeze('1.00')],
    ['received.awaitingReview, sequence 2', history(open(), review()), reopen()],
    ['verified.ordered, sequence 3', history(open(), pass(), acknowledge()), giveBack('1.00')],
    ['verified.ordering, sequence 2', history(open(), pass()), answer()],
    ['frozen.coverage.full, frozen.mandate.provisional, frozen.recovery.idle, sequence 3', frozen('1000.00'), acknowledge()],
    ['closed.rejected, sequence 2', history(open(), reject()), withdraw()],
    ['closed.expired, sequence 4', expiredRequest(), reject()],
    ['recovered, sequence 6', recovered(), reopen()],
  ])('names the state and the sequence of the history: %s', (where, h, given) => {
    const decision = h.give(given)
    expect(codeOf(decision)).toBe('WRONG_STATE')
    expect(messageOf(decision)).toBe(`this is not possible in state ${where}`)
  })

  test('is not decided again when it is repeated', () => {
    const h = frozen('920.00')
    const given = freeze('80.01')
    h.give(given)
    h.give(freeze('1.00'))
    expect(h.give(given)).toEqual({ outcome: 'applied' })
  })
})

describe('a refused command of the engine', () => {
  test('is dropped without a record, because it came too late', () => {
    const h = history(open(), reject())
    const { length } = h.facts
    expect(h.give(pass())).toEqual({
      outcome: 'dropped',
      dropReason: 'late',
      refusal: { code: 'WRONG_STATE', message: 'this is not possible in state closed.rejected, sequence 2' },
    })
    expect(h.facts).toHaveLength(length)
  })
})

describe('an institution’s answer after the end is recorded as late, for an officer to look at', () => {
  const answers = [acknowledge(), freeze('80.00'), noFunds(), notFound(), moved('1.00'), interim('S000'), giveBack('1.00'), ask('bank')]

  test.each([
    ['has expired', expiredRequest],
    ['recovered', recovered],
    ['withdrawn', () => history(open(), withdraw())],
    ['rejected', () => history(open(), reject())],
  ] as const)('whatever it is, for a request that %s', (_how, world) => {
    for (const given of answers) {
      const h = world()
      h.give(from(given.actor, given))
      expect(h.lastRefused()?.data, given.type).toMatchObject({ late: true, code: 'WRONG_STATE' })
    }
  })

  test('also from the FIU', () => {
    const h = expiredRequest()
    h.give(from(actors.fiu, freeze('80.00')))
    expect(h.lastRefused()?.data).toMatchObject({ late: true, state: 'closed.expired', data: { amount: usd('80.00') } })
  })

  test('also if it was invalid anyway', () => {
    const h = expiredRequest()
    h.give(command('ReportFreeze', { amount: { currency: 'EUR', value: '1.00' }, basis: 'COURT' }, 'bank'))
    expect(h.lastRefused()?.data).toMatchObject({ late: true, code: 'CURRENCY_MISMATCH' })
  })

  test('but not a command of another role, which moves no money', () => {
    for (const given of [withdraw(), reject(), answer(), command('Release', proposalData.Release, 'judge')]) {
      const h = expiredRequest()
      h.give(given)
      expect(h.refusals).toHaveLength(1)
      expect(h.lastRefused()?.data, given.type).not.toHaveProperty('late')
    }
  })

  test('and not before the end', () => {
    for (const h of [history(open()), history(open(), pass()), frozen('1000.00')]) {
      h.give(giveBack('1.00'))
      expect(h.lastRefused()?.data).not.toHaveProperty('late')
    }
  })
})

describe('an undelivered order', () => {
  const undelivered = () =>
    command('ReportUndelivered', { orderId: requestId, order: 'release', recipient: 'A bank', attempts: 9, why: 'HTTP 503' }, 'dispatch')

  test('is recorded in any state, also after the end, and changes none', () => {
    for (const h of [history(open(), pass()), frozen('920.00'), history(open(), reject())]) {
      const { states, amounts, deadlines } = h.view()
      expect(h.give(undelivered()).outcome).toBe('fact')
      expect(h.last()).toMatchObject({ type: 'holdfast.fact.v1.OrderUndelivered', data: { order: 'release' } })
      expect(h.view()).toMatchObject({ states, amounts, deadlines, sequence: h.facts.length })
    }
  })

  test('is reported by dispatch only', () => {
    const h = history(open(), pass())
    h.give({ ...undelivered(), actor: actors.bank })
    expect(h.lastRefused()?.data).toMatchObject({ code: 'NOT_PERMITTED' })
  })
})

describe('the refusal budget', () => {
  const illegal = (person: string) => from(`TL/officer/${person}`, command('Reject', { code: 'IMMUNITY' }, 'desk'))

  test('is twenty for a member role with any number of persons; the last one is marked, and later ones are dropped', () => {
    const h = frozen('920.00')
    const decisions = Array.from({ length: 1000 }, (_, nth) => h.give(illegal(`p${nth}`)))
    expect(h.refusals).toHaveLength(refusalsMax)
    expect(h.refusals.map(({ data }) => data.last ?? false)).toEqual([...Array.from({ length: refusalsMax - 1 }, () => false), true])
    expect(decisions.at(-1)).toEqual({
      outcome: 'dropped',
      dropReason: 'spent',
      refusal: { code: 'WRONG_STATE', message: messageOf(decisions[0] as Decision) },
    })
    expect(h.facts).toHaveLength(3)
    expect(Buffer.byteLength(JSON.stringify(h.refusals))).toBeLessThan(20_000)
    expect(Buffer.byteLength(serializeSnapshot(h.current()))).toBeLessThan(6_000)
  })

  test('is separate for each role, each country and late answers', () => {
    const h = frozen('920.00')
    for (let nth = 0; nth < 100; nth++) {
      h.give(illegal('p'))
      h.give(freeze('80.01'))
    }
    for (const given of [from(actors.judge, illegal('p')), withdraw(), reopen()]) {
      const { length } = h.refusals
      h.give(given)
      expect(h.refusals).toHaveLength(length + 1)
    }
    h.both('Release')
    h.give(freeze('80.00', { reference: 'L-1' }))
    expect(h.lastRefused()).toMatchObject({ data: { late: true, data: { reference: 'L-1' } } })
    h.give(illegal('p'))
    expect(h.lastRefused()?.data).toHaveProperty('late')
  })

  test('keeps the data of answers only, because a document is larger than its refusal', () => {
    const h = frozen('920.00')
    h.give(reopen(request))
    expect(h.lastRefused()?.data).not.toHaveProperty('data')
    // Not an answer of an institution, so its data is not recorded.
    h.give(from(actors.bank, withdraw()))
    expect(h.lastRefused()?.data).not.toHaveProperty('data')
    h.give(freeze('80.01'))
    expect(h.lastRefused()?.data.data).toEqual({ amount: usd('80.01'), basis: 'FIU_SUSPENSION' })
  })

  test('is counted by consumers in log order, and only on the history of the decision', () => {
    const h = frozen('920.00')
    const before = h.current()
    h.give(freeze('80.01'))
    h.give(freeze('80.02'))
    const [first, second] = h.refusals
    if (!first || !second) throw new Error('no command was refused')
    const dropped = (snapshot: RequestSnapshot, refused = first) =>
      expect(evolveByRefusal(snapshot, refused)).toEqual({ accepted: false, snapshot })
    dropped(before, second)
    const after = evolveByRefusal(before, first).snapshot as RequestSnapshot
    expect(evolveByRefusal(after, second).snapshot).toEqual(h.current())
    dropped(after, first)
    expect(evolveByRefusal(undefined, first)).toEqual({ accepted: false, snapshot: undefined })
    h.give(freeze('1.00'))
    const [, , , fact] = h.facts
    dropped(evolve(before, fact as Fact).snapshot as RequestSnapshot)
  })

  test('does not count refusals of a former owner of the partition', () => {
    const ours = frozen('920.00')
    let snapshot: RequestSnapshot | undefined = ours.current()
    const theirs = [freeze('80.03'), freeze('80.04')].reduce<{ at: RequestSnapshot; refused: RefusedCommand[] }>(
      ({ at: where, refused }, given) => {
        const decision = decide(where, given, policy)
        if (decision.outcome !== 'refused') throw new Error('the command was not refused')
        return { at: evolveByRefusal(where, decision.refused).snapshot as RequestSnapshot, refused: [...refused, decision.refused] }
      },
      { at: ours.current(), refused: [] },
    )
    ours.give(freeze('80.01'))
    for (const refused of [...ours.refusals, ...theirs.refused]) snapshot = evolveByRefusal(snapshot, refused).snapshot
    expect(snapshot).toEqual(ours.current())
  })
})
