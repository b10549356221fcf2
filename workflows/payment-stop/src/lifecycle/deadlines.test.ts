import { describe, expect, test } from 'vitest'
import { lateVerifyHours, timerHours } from '../../test/lifecycle/policy.ts'
import {
  acknowledge,
  answer,
  approve,
  ask,
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
  interim,
  moved,
  noFunds,
  notFound,
  open,
  pass,
  passed,
  propose,
  reject,
  reopen,
  request,
  requestId,
  review,
  withdraw,
} from '../../test/lifecycle/world.ts'
import { type Deadline, type DeadlineKind, deadlineKindSchema } from '../language/index.ts'
import { deadlineTexts } from './deadline-texts.ts'
import { evolve } from './decide.ts'
import { deadlinesOf } from './resulting-state.ts'
import type { RequestSnapshot } from './snapshot.ts'

const armed = (h: History, ...kinds: readonly DeadlineKind[]): readonly Deadline[] =>
  h.view().deadlines.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
const kindsOf = (h: History) => armed(h).map(({ kind }) => kind)
const armedByLast = (h: History) => (h.last()?.data as { deadlines?: readonly Deadline[] } | undefined)?.deadlines

describe('the verification has deadlines', () => {
  test('from the opening, depending on the age of the payment', () => {
    expect(armed(history(open()))).toEqual([
      { kind: 'verify', dueAt: at(timerHours.verify) },
      { kind: 'verifyHard', dueAt: at(timerHours.verifyHard) },
    ])
    const old = { ...request, payment: { ...request.payment, executedAt: '2024-07-19T16:00:00+08:00' } }
    expect(armed(history(open(old)), 'verify')).toEqual([{ kind: 'verify', dueAt: at(lateVerifyHours) }])
  })

  test('that keep running in review and while a question is open', () => {
    expect(kindsOf(history(open(), review(), propose()))).toEqual(['verify', 'verifyHard'])
    expect(armed(history(open(), review(), ask('desk'), correct(request)), 'verify', 'verifyHard')).toHaveLength(2)
  })

  test('until the rules or officers verify it, or it ends', () => {
    for (const h of [history(open(), pass()), history(open(), review(), propose(), approve()), history(open(), reject())])
      expect(armed(h, 'verify', 'verifyHard')).toEqual([])
  })

  test('whose expiry is a fact that changes no state', () => {
    const h = history(open())
    h.give(passed({ kind: 'verify', dueAt: at(4) }))
    expect(h.last()).toMatchObject({ type: 'holdfast.fact.v1.DeadlineReached', data: { kind: 'verify', dueAt: at(4) }, phase: 'received' })
    expect(h.states()).toEqual(['received.assessing'])
    expect(kindsOf(h)).toEqual(['verifyHard'])
  })
})

describe('an order has deadlines', () => {
  const order: readonly DeadlineKind[] = ['acknowledge', 'acknowledgeEscalation', 'interimAnswer', 'execute', 'executeHard']

  test('from the verification, by rules or officers', () => {
    const expected = order.map(kind => ({ kind, dueAt: at(timerHours[kind as 'execute']) }))
    for (const h of [history(open(), pass()), history(open(), review(1), approve())]) expect(armed(h)).toEqual(expected)
  })

  test('only for its execution once it is acknowledged', () => {
    expect(kindsOf(history(open(), pass(), acknowledge()))).toEqual(['execute', 'executeHard'])
  })

  test('as if acknowledged once the bank asks a question about it', () => {
    const h = history(open(), pass(), ask('bank'))
    expect(kindsOf(h)).toEqual(['informationReminder', 'execute', 'executeHard', 'informationDecision'])
    h.give(answer())
    expect(h.states()).toEqual(['verified.ordering'])
    expect(kindsOf(h)).toEqual(['execute', 'executeHard'])
  })

  test('that an interim answer ends: the one for the end of the day, and the one for the acknowledgement', () => {
    for (const reason of ['S000', 'S003', 'S004', 'ARPL', 'INDM', 'CUST', 'NOAS'] as const)
      expect(kindsOf(history(open(), pass(), interim(reason))), reason).toEqual(['execute', 'executeHard'])
  })

  test.each([
    ['frozen', freeze('1.00'), ['holdWarning', 'holdWarning', 'holdExpiry']],
    ['without funds', noFunds(), ['retention']],
    ['not found', notFound(), ['retention']],
    ['moved onward', moved('1000.00'), ['retention']],
    ['rejected', reject(), ['retention']],
    ['withdrawn', withdraw(), ['retention']],
  ])('that end when %s', (_what, given, kinds) => {
    expect(kindsOf(history(open(), pass(), given))).toEqual(kinds)
  })

  test('that keep running when a part moved onward', () => {
    expect(kindsOf(history(open(), pass(), moved('1.00')))).toEqual(order)
  })
})

describe('a question has deadlines', () => {
  const kinds = ['informationReminder', 'informationDecision'] as const

  test.each([
    ['assessing', () => history(open(), ask('validation')), correct(request)],
    ['review', () => history(open(), review(), ask('desk')), answer()],
    ['an order that was sent', () => history(open(), pass(), ask('bank')), answer()],
    ['an acknowledged order', () => history(open(), pass(), acknowledge(), ask('bank')), answer()],
  ])('for %s, until it is answered', (_where, world, given) => {
    const h = world()
    expect(armed(h, ...kinds)).toEqual(kinds.map(kind => ({ kind, dueAt: at(timerHours[kind]) })))
    h.give(given)
    expect(armed(h, ...kinds)).toEqual([])
  })
})

describe('the engine warns of the end of a hold', () => {
  const warnings = (h: History) => armed(h, 'holdWarning')
  const before = (end: number) => [24, 4].map(hours => ({ kind: 'holdWarning', dueAt: at(end - hours), about: at(end) }))

  test('before it ends, with the end in the warning', () => {
    const h = frozen('920.00')
    expect(warnings(h)).toEqual(before(168))
    expect(armedByLast(h)).toEqual(before(168))
    expect(armed(h, 'holdExpiry')).toEqual([{ kind: 'holdExpiry', dueAt: at(168) }])
  })

  test('with fewer warnings for a short hold', () => {
    const h = frozen()
    h.give(freeze('1.00', { expiresAt: at(20) }))
    expect(warnings(h)).toEqual(before(20).slice(1))
  })

  test('for each hold, and once for two with the same end', () => {
    const h = frozen()
    h.give(freeze('1.00', { expiresAt: at(100) }))
    h.give(freeze('1.00', { expiresAt: at(200) }))
    expect(warnings(h)).toEqual([...before(100), ...before(200)])
    h.give(freeze('1.00', { expiresAt: at(100) }, at(1)))
    expect(warnings(h)).toEqual([...before(100), ...before(200)])
  })

  test('no longer after it expired, but still of the others', () => {
    const h = frozen()
    h.give(freeze('1.00', { expiresAt: at(100) }))
    h.give(freeze('1.00', { expiresAt: at(200) }))
    h.give(expired(at(100)))
    expect(warnings(h)).toEqual(before(200))
    const whole = frozen()
    whole.give(freeze('400.00', { expiresAt: at(100) }))
    whole.give(freeze('600.00', { expiresAt: at(200) }))
    whole.give(expired(at(100)))
    expect(warnings(whole)).toEqual(before(200))
  })

  test('again after an extension, and not of the former end', () => {
    const h = frozen('920.00')
    h.both('ExtendFreeze')
    expect(warnings(h)).toEqual(before(408))
  })

  test('of both ends, after one of two holds with the same end was extended', () => {
    const h = frozen()
    h.give(freeze('1.00', { expiresAt: at(90), basis: 'VOLUNTARY' }))
    h.give(freeze('1.00', { expiresAt: at(90) }))
    h.both('ExtendFreeze', { expiresAt: at(200) })
    expect(warnings(h)).toEqual([...before(90), ...before(200)])
  })

  test('once, after several were extended to the same end', () => {
    const h = frozen('1.00', '1.00')
    h.both('ExtendFreeze', { expiresAt: at(200) })
    expect(warnings(h)).toEqual(before(200))
    expect(armedByLast(h)).toEqual(before(200))
  })

  test('again after a confirmation with another end, and not after one without an end', () => {
    const bounded = frozen('920.00')
    bounded.both('ConfirmFreeze', { expiresAt: at(500) })
    expect(warnings(bounded)).toEqual(before(500))
    const open = frozen('920.00')
    open.both('ConfirmFreeze')
    expect(warnings(open)).toEqual([])
  })

  test('no longer after its return began', () => {
    const h = frozen('920.00')
    h.both('InitiateReturn')
    expect(kindsOf(h)).toEqual(['returnPayment'])
  })

  test('no longer after all of it was returned', () => {
    const h = frozen('500.00')
    h.both('InitiateReturn')
    h.give(freeze('400.00', { expiresAt: at(100) }))
    h.give(giveBack('400.00'))
    expect(warnings(h)).toEqual(before(100))
    h.give(giveBack('499.00'))
    expect(warnings(h)).toEqual(before(100))
    const ended = frozen('500.00')
    ended.both('Release')
    expect(kindsOf(ended)).toEqual(['retention'])
  })

  test('not of an end that no hold has, because a return began', () => {
    const h = frozen('920.00')
    h.both('InitiateReturn')
    h.both('ConfirmFreeze', { expiresAt: at(500) })
    expect(warnings(h)).toEqual([])
    expect(armed(h, 'holdExpiry')).toEqual([])
    expect(armedByLast(h)).toBeUndefined()
  })

  test('with a second warning after the first', () => {
    const h = frozen('920.00')
    h.give(passed({ kind: 'holdWarning', dueAt: at(144), about: at(168) }))
    expect(h.last()).toMatchObject({ type: 'holdfast.fact.v1.DeadlineReached', data: { kind: 'holdWarning', about: at(168) } })
    expect(warnings(h)).toEqual(before(168).slice(1))
  })

  test('without confusing warnings of two holds at the same instant', () => {
    const h = frozen()
    h.give(freeze('1.00', { expiresAt: at(100) }))
    h.give(freeze('1.00', { expiresAt: at(120) }))
    // 24 hours before the second is 4 hours before the first.
    h.give(passed({ kind: 'holdWarning', dueAt: at(96), about: at(120) }))
    expect(warnings(h)).toEqual([
      { kind: 'holdWarning', dueAt: at(76), about: at(100) },
      { kind: 'holdWarning', dueAt: at(96), about: at(100) },
      { kind: 'holdWarning', dueAt: at(116), about: at(120) },
    ])
    expect(h.give(passed({ kind: 'holdWarning', dueAt: at(96) })).outcome).toBe('dropped')
  })
})

describe('a confirmed hold has a review date', () => {
  const reviewIn = (hours: number) => [{ kind: 'confirmedHoldReview', dueAt: at(hours + timerHours.confirmedHoldReview) }]

  test('if it has no end, again and again', () => {
    const h = frozen('920.00')
    h.both('ConfirmFreeze', {}, at(5))
    expect(armed(h)).toEqual(reviewIn(5))
    const due = at(5 + timerHours.confirmedHoldReview)
    h.give(passed({ kind: 'confirmedHoldReview', dueAt: due }, at(5_000)))
    expect(armed(h)).toEqual(reviewIn(5_000))
    h.give(passed({ kind: 'confirmedHoldReview', dueAt: at(9_320) }))
    expect(armed(h)).toEqual(reviewIn(9_320))
  })

  test('but none if it has an end', () => {
    const h = frozen('920.00')
    h.both('ConfirmFreeze', { expiresAt: at(500) })
    expect(armed(h, 'confirmedHoldReview')).toEqual([])
  })

  test('that starts again when another hold is confirmed', () => {
    const h = frozen('500.00')
    h.both('ConfirmFreeze')
    h.give(freeze('400.00'))
    h.both('ConfirmFreeze', { reference: 'R-2' }, at(20))
    expect(armed(h)).toEqual(reviewIn(20))
  })

  test('also if a later one was confirmed with an end, since the first has none', () => {
    const h = frozen('500.00')
    h.both('ConfirmFreeze')
    h.give(freeze('400.00'))
    h.both('ConfirmFreeze', { reference: 'R-2', expiresAt: at(500) }, at(20))
    expect(armed(h, 'confirmedHoldReview')).toEqual(reviewIn(0))
    expect(armed(h, 'holdExpiry')).toEqual([{ kind: 'holdExpiry', dueAt: at(500) }])
    expect(armed(h, 'holdWarning').map(({ dueAt }) => dueAt)).toEqual([at(476), at(496)])
  })
})

describe('the consent of the account holder has a deadline', () => {
  const consentFrom = (hours: number) => [{ kind: 'consentAnswer', dueAt: at(hours + timerHours.consentAnswer) }]

  test.each(['RQDA', 'ADAC'] as const)('from %s on, and again from the next request for it', reason => {
    const h = frozen('920.00')
    h.give(interim(reason, at(1)))
    expect(armed(h, 'consentAnswer')).toEqual(consentFrom(1))
    h.give(interim(reason, at(2)))
    expect(armed(h, 'consentAnswer')).toEqual(consentFrom(2))
  })

  test.each(['CUST', 'NOAS'] as const)('until it is refused or missing (%s)', reason => {
    const h = frozen('920.00')
    h.give(interim('RQDA'))
    h.give(interim(reason))
    expect(armed(h, 'consentAnswer')).toEqual([])
  })

  test.each(['S000', 'S003', 'S004', 'ARPL', 'INDM'] as const)('whatever else is reported meanwhile (%s)', reason => {
    const h = frozen('920.00')
    h.give(interim('ADAC'))
    h.give(interim(reason, at(1)))
    expect(armed(h, 'consentAnswer')).toEqual(consentFrom(0))
  })

  test('until a return begins', () => {
    const h = frozen('920.00')
    h.give(interim('RQDA'))
    h.both('InitiateReturn')
    expect(armed(h, 'consentAnswer')).toEqual([])
  })

  test('also before the freeze is reported', () => {
    const h = history(open(), pass())
    h.give(interim('RQDA', at(1)))
    expect(armed(h, 'consentAnswer', 'interimAnswer')).toEqual(consentFrom(1))
  })
})

describe('a return has a deadline', () => {
  const payment = (hours: number) => [{ kind: 'returnPayment', dueAt: at(hours + timerHours.returnPayment) }]

  test('from its start, from each part on, and again and again', () => {
    const h = frozen('920.00')
    h.both('InitiateReturn', {}, at(1))
    expect(armed(h)).toEqual(payment(1))
    h.give(giveBack('1.00', undefined, at(2)))
    expect(armed(h)).toEqual(payment(2))
    h.give(giveBack('1.00', undefined, at(3)))
    expect(armed(h)).toEqual(payment(3))
    h.give(passed({ kind: 'returnPayment', dueAt: at(3 + timerHours.returnPayment) }, at(300)))
    expect(h.states()[2]).toBe('frozen.recovery.partlyReturned')
    expect(armed(h)).toEqual(payment(300))
  })

  test('until all of it was returned', () => {
    const h = frozen('920.00')
    h.both('InitiateReturn')
    h.give(giveBack('920.00'))
    expect(kindsOf(h)).toEqual(['retention'])
  })
})

describe('an ended request has a retention period (V30)', () => {
  const retentionFrom = (hours: number) => [{ kind: 'retention', dueAt: at(hours + timerHours.retention) }]

  test.each([
    ['rejected', () => history(open(), reject())],
    ['withdrawn', () => history(open(), withdraw())],
    ['a duplicate', () => history(open(), command('MarkDuplicate', { standingRequestId: requestId, findings: [] }, 'validation'))],
    ['without funds', () => history(open(), pass(), noFunds())],
    ['not found', () => history(open(), pass(), notFound())],
    ['moved onward', () => history(open(), pass(), moved('1000.00'))],
    ['released', () => end('Release')],
    ['unrecovered', () => end('CloseUnrecovered')],
    ['withdrawn by two', () => end('Withdraw')],
    ['recovered', () => end('InitiateReturn')],
  ])('after it is %s, and no other deadline', (_how, world) => {
    const h = world()
    expect(armed(h)).toEqual(retentionFrom(0))
    expect(armedByLast(h)).toEqual(retentionFrom(0))
  })

  test('after the last hold expired', () => {
    const h = frozen('920.00')
    h.give(expired(at(168), at(170)))
    expect(armed(h)).toEqual(retentionFrom(170))
  })

  test('whose end is reported once, and it stays ended', () => {
    for (const h of [history(open(), reject()), end('InitiateReturn')]) {
      const before = h.states()
      h.give(passed({ kind: 'retention', dueAt: at(timerHours.retention) }))
      expect(h.last()).toMatchObject({ type: 'holdfast.fact.v1.DeadlineReached', data: { kind: 'retention' } })
      expect(h.last()?.data).not.toHaveProperty('deadlines')
      expect(armed(h)).toEqual([])
      expect(h.states()).toEqual(before)
    }
  })

  test('until it is reopened, when the deadlines of the verification start again', () => {
    const h = history(open(), reject())
    h.give(reopen(undefined, 'officer', at(100)))
    expect(armed(h)).toEqual([
      { kind: 'verify', dueAt: at(100 + lateVerifyHours) },
      { kind: 'verifyHard', dueAt: at(148) },
    ])
  })

  test('and then uses the age of the payment in the new document', () => {
    const h = history(open(), reject())
    h.give(reopen({ ...request, payment: { ...request.payment, executedAt: at(99) } }, 'officer', at(100)))
    expect(armed(h, 'verify')).toEqual([{ kind: 'verify', dueAt: at(100 + timerHours.verify) }])
  })

  /** A frozen amount that ended in one dual approval; for a return, with the money back. */
  function end(kind: 'Release' | 'CloseUnrecovered' | 'Withdraw' | 'InitiateReturn'): History {
    const h = frozen('920.00')
    h.both(kind)
    if (kind === 'InitiateReturn') h.give(giveBack('920.00'))
    return h
  }
})

describe('a missed deadline', () => {
  test.each([
    ['verify', () => history(open())],
    ['informationReminder', () => history(open(), ask('validation'))],
    ['informationReminder', () => history(open(), pass(), ask('bank'))],
    ['acknowledge', () => history(open(), pass())],
    ['acknowledgeEscalation', () => history(open(), pass())],
    ['execute', () => history(open(), pass(), acknowledge())],
    ['holdWarning', () => frozen('920.00')],
    ['holdWarning', () => frozen('1000.00')],
    ['retention', () => history(open(), reject())],
  ] as const)('of kind %s is recorded once and not early', (kind, world) => {
    const h = world()
    const [deadline] = armed(h, kind)
    if (!deadline) throw new Error('it is not running')
    const early = new Date(Date.parse(deadline.dueAt) - 1).toISOString()
    expect(codeOf(h.give(passed(deadline, early)))).toBe('WRONG_STATE')
    const others = armed(h).filter(each => each !== deadline)
    expect(h.give(passed(deadline)).outcome).toBe('fact')
    expect(armed(h)).toEqual(others)
    expect(h.give(passed(deadline)).outcome).toBe('dropped')
    expect(armed(h)).toEqual(others)
  })

  test('of another kind at the same instant is dropped', () => {
    const h = history(open())
    expect(h.give(passed({ kind: 'execute', dueAt: at(4) })).outcome).toBe('dropped')
    expect(h.give(passed({ kind: 'verify', dueAt: at(4), about: at(4) })).outcome).toBe('dropped')
    expect(kindsOf(h)).toEqual(['verify', 'verifyHard'])
  })

  test('that was not running is dropped, in every state', () => {
    const worlds = [
      history(open()),
      history(open(), ask('validation')),
      history(open(), pass()),
      history(open(), pass(), acknowledge()),
      history(open(), pass(), ask('bank')),
      frozen('920.00'),
      frozen('1000.00'),
      history(open(), reject()),
    ]
    for (const h of worlds)
      for (const kind of Object.keys(timerHours) as DeadlineKind[])
        expect(h.give(passed({ kind, dueAt: at(-1) }, at(50_000))), `${kind} in ${h.states()}`).toMatchObject({
          outcome: 'dropped',
          dropReason: 'late',
        })
    const back = frozen('920.00')
    back.both('InitiateReturn')
    back.give(giveBack('920.00'))
    expect(back.give(passed({ kind: 'retention', dueAt: at(-1) }, at(50_000))).outcome).toBe('dropped')
  })
})

test('deadlines are sorted by instant, whatever their offset', () => {
  const h = frozen()
  h.give(freeze('1.00', { expiresAt: '2024-07-30T10:00:00Z' }))
  h.give(freeze('1.00', { expiresAt: '2024-07-27T10:00:00+09:00' }))
  expect(deadlinesOf(h.current()).filter(({ kind }) => kind === 'holdExpiry')).toEqual([
    { kind: 'holdExpiry', dueAt: '2024-07-27T10:00:00+09:00' },
    { kind: 'holdExpiry', dueAt: '2024-07-30T10:00:00Z' },
  ])
  const due = deadlinesOf(h.current()).map(({ dueAt }) => Date.parse(dueAt))
  expect(due).toEqual([...due].sort((a, b) => a - b))
})

test('two holds with the same end share an expiry', () => {
  expect(armed(frozen('1.00', '1.00'), 'holdExpiry')).toHaveLength(1)
})

test('evolve needs no policy, because the instants are in the facts', () => {
  const h = frozen('920.00')
  h.both('ExtendFreeze')
  h.both('InitiateReturn')
  h.give(interim('RQDA'))
  // Parsed from text, as from the log, and without a policy.
  let snapshot: RequestSnapshot | undefined
  for (const fact of h.facts) snapshot = evolve(snapshot, JSON.parse(JSON.stringify(fact))).snapshot
  if (!snapshot) throw new Error('no fact was accepted')
  expect(deadlinesOf(snapshot)).toEqual(h.view().deadlines)
  expect(deadlinesOf(snapshot).length).toBeGreaterThan(1)
})

test('facts that start no deadline have no deadlines', () => {
  const h = history(
    open(),
    pass(),
    acknowledge(),
    moved('1.00'),
    freeze('1.00'),
    noFunds(),
    command('Release', { reason: 'WRONG_PARTY' }, 'judge'),
  )
  const silent = ['OrderAcknowledged', 'MovedOnwardReported', 'NoFundsReported', 'ActionProposed']
  for (const fact of h.facts.filter(({ type }) => silent.some(kind => type.endsWith(kind))))
    expect(fact.data).not.toHaveProperty('deadlines')
})

test('every kind of deadline has its own text', () => {
  const words = deadlineKindSchema.options.map(kind => deadlineTexts[kind])
  for (const each of words) expect(each).toMatch(/^[a-z].{10,}$/)
  expect(new Set(words).size).toBe(words.length)
})
