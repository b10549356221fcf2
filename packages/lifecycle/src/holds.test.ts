import { type CommandBody, type CommandKind, commandBodies } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import {
  acknowledge,
  at,
  codeOf,
  command,
  expired,
  freeze,
  frozen,
  type History,
  history,
  messageOf,
  open,
  pass,
  proposalData,
} from '../test/world.ts'

const endsOf = (h: History) => h.current().state.context.holds.map(({ expiresAt }) => expiresAt)
const accepts = <K extends CommandKind>(kind: K, data: object) => commandBodies[kind].safeParse(data).success

describe('V20: a hold has a basis and an end', () => {
  test('it must have a basis of the list', () => {
    expect(accepts('ReportFreeze', { amount: { currency: 'USD', value: '1.00' }, basis: 'COURT' })).toBe(true)
    expect(accepts('ReportFreeze', { amount: { currency: 'USD', value: '1.00' }, basis: 'HUNCH' })).toBe(false)
    expect(accepts('ReportFreeze', { amount: { currency: 'USD', value: '1.00' } })).toBe(false)
  })

  test('without an end it gets the one of the freezing country and the basis, and the fact says which', () => {
    const h = frozen()
    h.give(freeze('1.00', { basis: 'FIU_SUSPENSION' }, at(1)))
    expect(h.last()?.data).toMatchObject({ expiresAt: at(1 + 168) })
    h.give(freeze('1.00', { basis: 'VOLUNTARY' }, at(2)))
    expect(h.last()?.data).toMatchObject({ expiresAt: at(2 + 72) })
    expect(h.view().deadlines.filter(({ kind }) => kind === 'holdExpiry')).toEqual([
      { kind: 'holdExpiry', dueAt: at(74) },
      { kind: 'holdExpiry', dueAt: at(169) },
    ])
  })

  test('the end that the institution names is taken up to the longest of the law', () => {
    const h = frozen()
    h.give(freeze('1.00', { expiresAt: at(720) }))
    expect(endsOf(h)).toEqual([at(720)])
    h.give(freeze('1.00', { basis: 'VOLUNTARY', expiresAt: at(96) }))
    expect(endsOf(h)).toEqual([at(720), at(96)])
  })

  test.each([
    ['later than the law allows', { expiresAt: at(720.001) }, `a hold on basis FIU_SUSPENSION in TL ends after now and by ${at(720)}`],
    [
      'later than the law allows on that basis',
      { basis: 'VOLUNTARY', expiresAt: at(97) },
      `a hold on basis VOLUNTARY in TL ends after now and by ${at(96)}`,
    ],
    ['that is over', { expiresAt: at(-1) }, `a hold on basis FIU_SUSPENSION in TL ends after now and by ${at(720)}`],
    ['that is now', { expiresAt: at(0) }, `a hold on basis FIU_SUSPENSION in TL ends after now and by ${at(720)}`],
  ] as const)('an end %s is refused', (_what, more, said) => {
    const decision = frozen().give(freeze('1.00', more))
    expect(codeOf(decision)).toBe('HOLD_TOO_LONG')
    expect(messageOf(decision)).toBe(said)
  })

  test('a hold in another offset than UTC ends at its instant', () => {
    const h = frozen()
    h.give(freeze('1.00', { expiresAt: '2024-07-25T19:00:00+09:00' }))
    expect(codeOf(h.give(expired('2024-07-25T19:00:00+09:00', at(47.9))))).toBe('WRONG_STATE')
    h.give(expired('2024-07-25T19:00:00+09:00', at(48)))
    expect(h.states()).toEqual(['closed.expired'])
  })
})

describe('a hold that nobody confirms', () => {
  test('lapses by itself when its time is over, and never earlier', () => {
    const h = frozen('920.00')
    expect(h.give(expired(at(168), at(167.999)))).toEqual({
      outcome: 'dropped',
      because: 'late',
      refusal: { code: 'WRONG_STATE', message: 'this deadline has not passed yet' },
    })
    h.give(expired(at(168)))
    expect(h.states()).toEqual(['closed.expired'])
    expect(h.last()).toMatchObject({ type: 'holdfast.fact.v1.HoldExpired', data: { kind: 'holdExpiry', dueAt: at(168) } })
  })

  test('lapses at its own end only', () => {
    const h = frozen('920.00')
    expect(h.give(expired(at(100))).outcome).toBe('dropped')
    const whole = frozen('1000.00')
    expect(whole.give(expired(at(100))).outcome).toBe('dropped')
    whole.give(expired(at(168)))
    expect(whole.states()).toEqual(['closed.expired'])
  })

  test('of two holds, one may lapse while the other stays; it lapses once', () => {
    const h = frozen()
    h.give(freeze('500.00', { expiresAt: at(48) }))
    h.give(freeze('400.00', { expiresAt: at(72) }))
    h.give(expired(at(48)))
    expect(h.states()[0]).toBe('frozen.coverage.partial')
    expect(endsOf(h)).toEqual([at(72)])
    expect(h.give(expired(at(48), at(50))).outcome).toBe('dropped')
    h.give(expired(at(72)))
    expect(h.states()).toEqual(['closed.expired'])
  })

  test('of a whole amount, what is left is a part', () => {
    const h = frozen()
    h.give(freeze('600.00', { expiresAt: at(48) }))
    h.give(freeze('400.00', { expiresAt: at(72) }))
    h.give(expired(at(48)))
    expect(h.states()[0]).toBe('frozen.coverage.partial')
    expect(h.view().phase).toBe('frozen')
  })
})

describe('V21: a hold is extended', () => {
  const extend = (more: Partial<CommandBody<'ExtendFreeze'>> = {}, time = at(1)) =>
    command('ExtendFreeze', { ...proposalData.ExtendFreeze, ...more }, 'judge', time)

  test('before it ends, by two of the authority, to as long as the law lets one extension last', () => {
    const h = frozen('920.00')
    h.both('ExtendFreeze', {}, at(167))
    expect(h.last()?.data).toMatchObject({ extended: [{ hold: 0, expiresAt: at(168 + 240) }], basis: 'COURT' })
    expect(endsOf(h)).toEqual([at(408)])
    expect(h.give(expired(at(168))).outcome).toBe('dropped')
    h.give(expired(at(408)))
    expect(h.states()).toEqual(['closed.expired'])
  })

  test('to an earlier end, where the order names one', () => {
    const h = frozen('920.00')
    h.both('ExtendFreeze', { expiresAt: at(200) })
    expect(endsOf(h)).toEqual([at(200)])
  })

  test('as often as the law allows, and to its total', () => {
    const h = frozen('920.00')
    h.both('ExtendFreeze')
    h.both('ExtendFreeze', { reference: 'R-9' })
    // 168 + 240 + 240 would be more than 600 hours in all.
    expect(endsOf(h)).toEqual([at(600)])
    const longest = h.give(extend())
    expect(codeOf(longest)).toBe('EXTENSION_NOT_ALLOWED')
    // The times are counted before the total.
    expect(messageOf(longest)).toBe(none('COURT', 'the hold was extended as often as the law allows'))
    const often = frozen('920.00')
    often.both('ExtendFreeze', { expiresAt: at(200) })
    often.both('ExtendFreeze', { expiresAt: at(250) })
    expect(often.current().state.context.holds[0]).toMatchObject({ extendedTimes: 2, from: at(0), expiresAt: at(250) })
    expect(codeOf(often.give(extend({ expiresAt: at(300) })))).toBe('EXTENSION_NOT_ALLOWED')
  })

  const none = (basis: string, why: string) => `no hold of this request can be extended on basis ${basis} in TL: ${why}`

  test.each([
    [
      'by whom the law does not name',
      {},
      extend({ basis: 'PROSECUTOR' }),
      none('PROSECUTOR', 'the hold is extended on an order with a different basis'),
    ],
    [
      'that the law does not let be extended',
      { basis: 'VOLUNTARY' },
      extend(),
      none('COURT', 'the hold has a basis on which the law extends none'),
    ],
    ['that is over', {}, extend({}, at(168)), none('COURT', 'the hold has ended')],
    ['to an end that is no later', {}, extend({ expiresAt: at(168) }), none('COURT', 'the hold already ends then or later')],
    ['to an end that is earlier', {}, extend({ expiresAt: at(100) }), none('COURT', 'the hold already ends then or later')],
  ] as const)('not one %s', (_what, more, given, said) => {
    const h = history(open(), pass(), freeze('920.00', more))
    const decision = h.give(given)
    expect(codeOf(decision)).toBe('EXTENSION_NOT_ALLOWED')
    expect(messageOf(decision)).toBe(said)
  })

  test('not one that has no end', () => {
    const h = frozen('920.00')
    h.both('ConfirmFreeze')
    const decision = h.give(extend())
    expect(codeOf(decision)).toBe('EXTENSION_NOT_ALLOWED')
    expect(messageOf(decision)).toBe(none('COURT', 'the hold has no end'))
  })

  test('not one that lasts as long as the law allows already', () => {
    const h = frozen()
    h.give(freeze('1.00', { expiresAt: at(600) }))
    expect(messageOf(h.give(extend()))).toBe(none('COURT', 'the hold lasts as long as the law allows'))
  })

  test('not where each of several holds has a reason of its own: each reason is named once', () => {
    const h = frozen()
    h.give(freeze('100.00', { basis: 'VOLUNTARY', expiresAt: at(48) }))
    h.give(freeze('200.00', { basis: 'VOLUNTARY', expiresAt: at(49) }))
    h.give(freeze('300.00', { expiresAt: at(40) }))
    expect(messageOf(h.give(extend({}, at(41))))).toBe(none('COURT', 'a hold has a basis on which the law extends none; a hold has ended'))
    const alike = frozen('1.00', '2.00')
    expect(messageOf(alike.give(extend({}, at(200))))).toBe(none('COURT', 'each hold has ended'))
  })

  test('to no later an end than the law allows', () => {
    const decision = frozen('920.00').give(extend({ expiresAt: at(408.001) }))
    expect(codeOf(decision)).toBe('HOLD_TOO_LONG')
    expect(messageOf(decision)).toBe(`an extension on basis COURT in TL ends by ${at(408)}`)
    const h = frozen('920.00')
    h.both('ExtendFreeze', { expiresAt: at(408) })
    expect(endsOf(h)).toEqual([at(408)])
  })

  test('and only the holds that the order can extend: the others stay as they are', () => {
    const h = frozen()
    h.give(freeze('100.00', { basis: 'VOLUNTARY' }))
    h.give(freeze('200.00', { expiresAt: at(48) }))
    h.give(freeze('300.00', { basis: 'POLICE_ORDER', expiresAt: at(500) }))
    h.both('ExtendFreeze', { expiresAt: at(200) }, at(2))
    expect(h.last()?.data).toMatchObject({ extended: [{ hold: 1, expiresAt: at(200) }] })
    expect(endsOf(h)).toEqual([at(72), at(200), at(500)])
    expect(h.current().state.context.holds.map(({ extendedTimes }) => extendedTimes)).toEqual([0, 1, 0])
  })

  test('but not once it is over, though the second person comes only then', () => {
    const h = frozen('920.00')
    h.give(command('ExtendFreeze', proposalData.ExtendFreeze, 'judge', at(167)))
    expect(codeOf(h.give(command('ExtendFreeze', proposalData.ExtendFreeze, 'secondJudge', at(168))))).toBe('EXTENSION_NOT_ALLOWED')
  })
})

describe('V22: a hold is confirmed', () => {
  test('by an order that names its instrument, authority, reference and date', () => {
    expect(accepts('ConfirmFreeze', proposalData.ConfirmFreeze)).toBe(true)
    for (const missing of ['instrument', 'authority', 'reference', 'date'])
      expect(accepts('ConfirmFreeze', { ...proposalData.ConfirmFreeze, [missing]: undefined }), missing).toBe(false)
    const h = frozen('920.00')
    h.both('ConfirmFreeze')
    expect(h.last()?.data).toMatchObject(proposalData.ConfirmFreeze)
  })

  test('and has no end of its own any more, unless the order names one', () => {
    const open = frozen('500.00', '400.00')
    open.both('ConfirmFreeze')
    expect(endsOf(open)).toEqual([null, null])
    expect(open.give(expired(at(168))).outcome).toBe('dropped')
    const bounded = frozen('500.00', '400.00')
    bounded.both('ConfirmFreeze', { expiresAt: at(9_000) })
    expect(endsOf(bounded)).toEqual([at(9_000), at(9_000)])
    bounded.give(expired(at(9_000)))
    expect(bounded.states()).toEqual(['closed.expired'])
  })

  test('to an end that is not over', () => {
    const decision = frozen('920.00').give(command('ConfirmFreeze', { ...proposalData.ConfirmFreeze, expiresAt: at(1) }, 'judge', at(1)))
    expect(codeOf(decision)).toBe('HOLD_TOO_LONG')
    expect(messageOf(decision)).toBe('a confirmed hold ends after now')
  })

  test('a hold without an end is not given one by a later confirmation of others', () => {
    const h = frozen('500.00')
    h.both('ConfirmFreeze')
    h.give(freeze('400.00', { expiresAt: at(48) }))
    h.both('ConfirmFreeze', { expiresAt: at(1_000), reference: 'R-2' })
    expect(endsOf(h)).toEqual([null, at(1_000)])
  })

  test('also while its return is being prepared', () => {
    const h = frozen('920.00')
    h.both('InitiateReturn')
    h.both('ConfirmFreeze')
    expect(h.states()).toEqual(['frozen.coverage.partial', 'frozen.mandate.confirmed', 'frozen.recovery.returning'])
  })

  test('what is found later has an end of its own again', () => {
    const h = frozen('500.00')
    h.both('ConfirmFreeze')
    h.give(freeze('400.00', {}, at(10)))
    expect(endsOf(h)).toEqual([null, at(178)])
    h.give(expired(at(178)))
    expect(h.states()).toEqual(['frozen.coverage.partial', 'frozen.mandate.confirmed', 'frozen.recovery.idle'])
  })
})

describe('V23: a return is begun', () => {
  test('on consent, indemnity or an order, and on nothing else', () => {
    for (const basis of ['CONSENT', 'INDEMNITY', 'ORDER']) expect(accepts('InitiateReturn', { basis }), basis).toBe(true)
    for (const data of [{}, { basis: 'GOODWILL' }]) expect(accepts('InitiateReturn', data)).toBe(false)
  })

  test('and the money does not lapse while it is being sent', () => {
    const h = frozen('920.00')
    h.both('InitiateReturn')
    expect(endsOf(h)).toEqual([null])
    expect(h.give(expired(at(168))).outcome).toBe('dropped')
  })

  test('what is found meanwhile has an end of its own, and may lapse while the rest comes back', () => {
    const h = frozen('500.00')
    h.both('InitiateReturn')
    h.give(freeze('400.00', {}, at(10)))
    h.give(expired(at(178)))
    expect(h.states()).toEqual(['frozen.coverage.partial', 'frozen.mandate.provisional', 'frozen.recovery.returning'])
  })

  test('where an order was acknowledged as where it was not', () => {
    const h = history(open(), pass(), acknowledge(), freeze('1000.00'))
    h.both('InitiateReturn', { basis: 'ORDER', reference: 'MLA-1' })
    expect(h.last()?.data).toMatchObject({ basis: 'ORDER', reference: 'MLA-1' })
    expect(h.states()).toEqual(['frozen.coverage.full', 'frozen.mandate.provisional', 'frozen.recovery.returning'])
  })
})
