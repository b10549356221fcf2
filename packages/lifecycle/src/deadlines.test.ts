import { type Deadline, type DeadlineKind, deadlineKindSchema } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { lateVerifyHours, timerHours } from '../test/policy.ts'
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
} from '../test/world.ts'
import { deadlineTexts } from './deadline-texts.ts'
import { deadlinesOf } from './resulting-state.ts'
import { evolve, type RequestSnapshot } from './snapshot.ts'

const armed = (h: History, ...kinds: readonly DeadlineKind[]): readonly Deadline[] =>
  h.view().deadlines.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
const kindsOf = (h: History) => armed(h).map(({ kind }) => kind)
const armedByLast = (h: History) => (h.last()?.data as { deadlines?: readonly Deadline[] } | undefined)?.deadlines

describe('verifying has its time', () => {
  test('from the opening, by the age of the payment', () => {
    expect(armed(history(open()))).toEqual([
      { kind: 'verify', dueAt: at(timerHours.verify) },
      { kind: 'verifyHard', dueAt: at(timerHours.verifyHard) },
    ])
    const old = { ...request, payment: { ...request.payment, executedAt: '2024-07-19T16:00:00+08:00' } }
    expect(armed(history(open(old)), 'verify')).toEqual([{ kind: 'verify', dueAt: at(lateVerifyHours) }])
  })

  test('which goes on running in review and while a question is open', () => {
    expect(kindsOf(history(open(), review(), propose()))).toEqual(['verify', 'verifyHard'])
    expect(armed(history(open(), review(), ask('desk'), correct(request)), 'verify', 'verifyHard')).toHaveLength(2)
  })

  test('until it is verified, by the rules or by officers, or ended', () => {
    for (const h of [history(open(), pass()), history(open(), review(), propose(), approve()), history(open(), reject())])
      expect(armed(h, 'verify', 'verifyHard')).toEqual([])
  })

  test('and passes as a fact that changes no state', () => {
    const h = history(open())
    h.give(passed({ kind: 'verify', dueAt: at(4) }))
    expect(h.last()).toMatchObject({ type: 'holdfast.fact.v1.DeadlineReached', data: { kind: 'verify', dueAt: at(4) }, phase: 'received' })
    expect(h.states()).toEqual(['received.assessing'])
    expect(kindsOf(h)).toEqual(['verifyHard'])
  })
})

describe('an order has its time', () => {
  const order: readonly DeadlineKind[] = ['acknowledge', 'acknowledgeEscalation', 'interimAnswer', 'execute', 'executeHard']

  test('from the verification, whoever verified', () => {
    const expected = order.map(kind => ({ kind, dueAt: at(timerHours[kind as 'execute']) }))
    for (const h of [history(open(), pass()), history(open(), review(1), approve())]) expect(armed(h)).toEqual(expected)
  })

  test('acknowledged, only executing it has', () => {
    expect(kindsOf(history(open(), pass(), acknowledge()))).toEqual(['execute', 'executeHard'])
  })

  test('asked about, it is as if acknowledged: the bank has it', () => {
    const h = history(open(), pass(), ask('bank'))
    expect(kindsOf(h)).toEqual(['informationReminder', 'execute', 'executeHard', 'informationDecision'])
    h.give(answer())
    expect(h.states()).toEqual(['verified.ordering'])
    expect(kindsOf(h)).toEqual(['execute', 'executeHard'])
  })

  test('an interim answer is what was wanted by the end of the day, and shows that the order was seen', () => {
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
  ])('%s, nothing of it runs any more', (_what, given, kinds) => {
    expect(kindsOf(history(open(), pass(), given))).toEqual(kinds)
  })

  test('a part that moved onward leaves it running', () => {
    expect(kindsOf(history(open(), pass(), moved('1.00')))).toEqual(order)
  })
})

describe('a question has its time', () => {
  const kinds = ['informationReminder', 'informationDecision'] as const

  test.each([
    ['assessing', () => history(open(), ask('validation')), correct(request)],
    ['review', () => history(open(), review(), ask('desk')), answer()],
    ['an order that went out', () => history(open(), pass(), ask('bank')), answer()],
    ['an acknowledged order', () => history(open(), pass(), acknowledge(), ask('bank')), answer()],
  ])('in %s, until it is answered', (_where, world, given) => {
    const h = world()
    expect(armed(h, ...kinds)).toEqual(kinds.map(kind => ({ kind, dueAt: at(timerHours[kind]) })))
    h.give(given)
    expect(armed(h, ...kinds)).toEqual([])
  })
})

describe('the end of a hold is warned of', () => {
  const warnings = (h: History) => armed(h, 'holdWarning')
  const before = (end: number) => [24, 4].map(hours => ({ kind: 'holdWarning', dueAt: at(end - hours), about: at(end) }))

  test('before it comes, naming the hold by its end', () => {
    const h = frozen('920.00')
    expect(warnings(h)).toEqual(before(168))
    expect(armedByLast(h)).toEqual(before(168))
    expect(armed(h, 'holdExpiry')).toEqual([{ kind: 'holdExpiry', dueAt: at(168) }])
  })

  test('a hold that is short has fewer', () => {
    const h = frozen()
    h.give(freeze('1.00', { expiresAt: at(20) }))
    expect(warnings(h)).toEqual(before(20).slice(1))
  })

  test('for each hold, and once for two of one end', () => {
    const h = frozen()
    h.give(freeze('1.00', { expiresAt: at(100) }))
    h.give(freeze('1.00', { expiresAt: at(200) }))
    expect(warnings(h)).toEqual([...before(100), ...before(200)])
    h.give(freeze('1.00', { expiresAt: at(100) }, at(1)))
    expect(warnings(h)).toEqual([...before(100), ...before(200)])
  })

  test('no more once it has lapsed, but of the others', () => {
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

  test('anew when it is extended, and not of the former end', () => {
    const h = frozen('920.00')
    h.both('ExtendFreeze')
    expect(warnings(h)).toEqual(before(408))
  })

  test('when one of two of the same end is extended, of both ends', () => {
    const h = frozen()
    h.give(freeze('1.00', { expiresAt: at(90), basis: 'VOLUNTARY' }))
    h.give(freeze('1.00', { expiresAt: at(90) }))
    h.both('ExtendFreeze', { expiresAt: at(200) })
    expect(warnings(h)).toEqual([...before(90), ...before(200)])
  })

  test('when several are extended to one end, once', () => {
    const h = frozen('1.00', '1.00')
    h.both('ExtendFreeze', { expiresAt: at(200) })
    expect(warnings(h)).toEqual(before(200))
    expect(armedByLast(h)).toEqual(before(200))
  })

  test('anew when it is confirmed to another end, and not at all when it has none', () => {
    const bounded = frozen('920.00')
    bounded.both('ConfirmFreeze', { expiresAt: at(500) })
    expect(warnings(bounded)).toEqual(before(500))
    const open = frozen('920.00')
    open.both('ConfirmFreeze')
    expect(warnings(open)).toEqual([])
  })

  test('no more when its return has begun', () => {
    const h = frozen('920.00')
    h.both('InitiateReturn')
    expect(kindsOf(h)).toEqual(['returnPayment'])
  })

  test('no more when all of it has come back', () => {
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

  test('not of an end that no hold was given: a return has taken theirs away', () => {
    const h = frozen('920.00')
    h.both('InitiateReturn')
    h.both('ConfirmFreeze', { expiresAt: at(500) })
    expect(warnings(h)).toEqual([])
    expect(armed(h, 'holdExpiry')).toEqual([])
    expect(armedByLast(h)).toBeUndefined()
  })

  test('one passes, the other stays', () => {
    const h = frozen('920.00')
    h.give(passed({ kind: 'holdWarning', dueAt: at(144), about: at(168) }))
    expect(h.last()).toMatchObject({ type: 'holdfast.fact.v1.DeadlineReached', data: { kind: 'holdWarning', about: at(168) } })
    expect(warnings(h)).toEqual(before(168).slice(1))
  })

  test('a warning of one hold is not taken for that of another at the same instant', () => {
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

describe('a confirmed hold is looked at again', () => {
  const reviewIn = (hours: number) => [{ kind: 'confirmedHoldReview', dueAt: at(hours + timerHours.confirmedHoldReview) }]

  test('where it has no end, and again and again', () => {
    const h = frozen('920.00')
    h.both('ConfirmFreeze', {}, at(5))
    expect(armed(h)).toEqual(reviewIn(5))
    const due = at(5 + timerHours.confirmedHoldReview)
    h.give(passed({ kind: 'confirmedHoldReview', dueAt: due }, at(5_000)))
    expect(armed(h)).toEqual(reviewIn(5_000))
    h.give(passed({ kind: 'confirmedHoldReview', dueAt: at(9_320) }))
    expect(armed(h)).toEqual(reviewIn(9_320))
  })

  test('where it has an end, that is waited for', () => {
    const h = frozen('920.00')
    h.both('ConfirmFreeze', { expiresAt: at(500) })
    expect(armed(h, 'confirmedHoldReview')).toEqual([])
  })

  test('when another is confirmed later, from then on', () => {
    const h = frozen('500.00')
    h.both('ConfirmFreeze')
    h.give(freeze('400.00'))
    h.both('ConfirmFreeze', { reference: 'R-2' }, at(20))
    expect(armed(h)).toEqual(reviewIn(20))
  })

  test('also when a later one was confirmed to an end: the first still has none', () => {
    const h = frozen('500.00')
    h.both('ConfirmFreeze')
    h.give(freeze('400.00'))
    h.both('ConfirmFreeze', { reference: 'R-2', expiresAt: at(500) }, at(20))
    expect(armed(h, 'confirmedHoldReview')).toEqual(reviewIn(0))
    expect(armed(h, 'holdExpiry')).toEqual([{ kind: 'holdExpiry', dueAt: at(500) }])
    expect(armed(h, 'holdWarning').map(({ dueAt }) => dueAt)).toEqual([at(476), at(496)])
  })
})

describe('the consent of the holder is waited for', () => {
  const consentFrom = (hours: number) => [{ kind: 'consentAnswer', dueAt: at(hours + timerHours.consentAnswer) }]

  test.each(['RQDA', 'ADAC'] as const)('from %s on, and from the next time that it is asked for', reason => {
    const h = frozen('920.00')
    h.give(interim(reason, at(1)))
    expect(armed(h, 'consentAnswer')).toEqual(consentFrom(1))
    h.give(interim(reason, at(2)))
    expect(armed(h, 'consentAnswer')).toEqual(consentFrom(2))
  })

  test.each(['CUST', 'NOAS'] as const)('until it is refused or not given (%s)', reason => {
    const h = frozen('920.00')
    h.give(interim('RQDA'))
    h.give(interim(reason))
    expect(armed(h, 'consentAnswer')).toEqual([])
  })

  test.each(['S000', 'S003', 'S004', 'ARPL', 'INDM'] as const)('whatever else is said meanwhile (%s)', reason => {
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

describe('a return is waited for', () => {
  const payment = (hours: number) => [{ kind: 'returnPayment', dueAt: at(hours + timerHours.returnPayment) }]

  test('from when it begins, from each part on, and again and again', () => {
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

  test('until all of it is back', () => {
    const h = frozen('920.00')
    h.both('InitiateReturn')
    h.give(giveBack('920.00'))
    expect(kindsOf(h)).toEqual(['retention'])
  })
})

describe('what has ended is kept for a time (V30)', () => {
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
  ])('when it is %s; nothing else is armed', (_how, world) => {
    const h = world()
    expect(armed(h)).toEqual(retentionFrom(0))
    expect(armedByLast(h)).toEqual(retentionFrom(0))
  })

  test('when the last hold lapsed, from then on', () => {
    const h = frozen('920.00')
    h.give(expired(at(168), at(170)))
    expect(armed(h)).toEqual(retentionFrom(170))
  })

  test('until it is over: once, and it stays ended', () => {
    for (const h of [history(open(), reject()), end('InitiateReturn')]) {
      const before = h.states()
      h.give(passed({ kind: 'retention', dueAt: at(timerHours.retention) }))
      expect(h.last()).toMatchObject({ type: 'holdfast.fact.v1.DeadlineReached', data: { kind: 'retention' } })
      expect(h.last()?.data).not.toHaveProperty('deadlines')
      expect(armed(h)).toEqual([])
      expect(h.states()).toEqual(before)
    }
  })

  test('or until it is reopened: then verifying has its time anew', () => {
    const h = history(open(), reject())
    h.give(reopen(undefined, 'officer', at(100)))
    expect(armed(h)).toEqual([
      { kind: 'verify', dueAt: at(100 + lateVerifyHours) },
      { kind: 'verifyHard', dueAt: at(148) },
    ])
  })

  test('by the age of the payment that the new document says', () => {
    const h = history(open(), reject())
    h.give(reopen({ ...request, payment: { ...request.payment, executedAt: at(99) } }, 'officer', at(100)))
    expect(armed(h, 'verify')).toEqual([{ kind: 'verify', dueAt: at(100 + timerHours.verify) }])
  })

  /** A held amount that has ended in one step of two persons; for a return, with the money back. */
  function end(kind: 'Release' | 'CloseUnrecovered' | 'Withdraw' | 'InitiateReturn'): History {
    const h = frozen('920.00')
    h.both(kind)
    if (kind === 'InitiateReturn') h.give(giveBack('920.00'))
    return h
  }
})

describe('a deadline that passes', () => {
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
  ] as const)('of kind %s is taken once, not early, and by itself', (kind, world) => {
    const h = world()
    const [deadline] = armed(h, kind)
    if (!deadline) throw new Error('it is not armed')
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

  test('but was not armed is dropped, in every state', () => {
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
          because: 'late',
        })
    const back = frozen('920.00')
    back.both('InitiateReturn')
    back.give(giveBack('920.00'))
    expect(back.give(passed({ kind: 'retention', dueAt: at(-1) }, at(50_000))).outcome).toBe('dropped')
  })
})

test('deadlines come earliest first, whatever their offset', () => {
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

test('two holds of one end have one expiry', () => {
  expect(armed(frozen('1.00', '1.00'), 'holdExpiry')).toHaveLength(1)
})

test('who folds needs no policy: the instants are in the facts', () => {
  const h = frozen('920.00')
  h.both('ExtendFreeze')
  h.both('InitiateReturn')
  h.give(interim('RQDA'))
  // Through text, as from the log, and with no policy in reach.
  let snapshot: RequestSnapshot | undefined
  for (const fact of h.facts) snapshot = evolve(snapshot, JSON.parse(JSON.stringify(fact))).snapshot
  if (!snapshot) throw new Error('nothing was folded')
  expect(deadlinesOf(snapshot)).toEqual(h.view().deadlines)
  expect(deadlinesOf(snapshot).length).toBeGreaterThan(1)
})

test('facts that arm nothing say nothing of deadlines', () => {
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

test('every deadline has words for people, no two the same', () => {
  const words = deadlineKindSchema.options.map(kind => deadlineTexts[kind])
  for (const each of words) expect(each).toMatch(/^[a-z].{10,}$/)
  expect(new Set(words).size).toBe(words.length)
})
