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
} from '../../test/lifecycle/world.ts'
import { type CommandBody, type CommandKind, commandBodies } from '../language/index.ts'

const endsOf = (h: History) => h.current().state.context.holds.map(({ expiresAt }) => expiresAt)
const accepts = <K extends CommandKind>(kind: K, data: object) => commandBodies[kind].safeParse(data).success

describe('V20: a hold has a basis and an end', () => {
  test('it must have a known basis', () => {
    expect(accepts('ReportFreeze', { amount: { currency: 'USD', value: '1.00' }, basis: 'COURT' })).toBe(true)
    expect(accepts('ReportFreeze', { amount: { currency: 'USD', value: '1.00' }, basis: 'HUNCH' })).toBe(false)
    expect(accepts('ReportFreeze', { amount: { currency: 'USD', value: '1.00' } })).toBe(false)
  })

  test('without an end it gets the default of the freezing country and basis, and the fact has that end', () => {
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

  test('the end of the institution is accepted up to the legal limit', () => {
    const h = frozen()
    h.give(freeze('1.00', { expiresAt: at(720) }))
    expect(endsOf(h)).toEqual([at(720)])
    h.give(freeze('1.00', { basis: 'VOLUNTARY', expiresAt: at(96) }))
    expect(endsOf(h)).toEqual([at(720), at(96)])
  })

  test.each([
    ['later than the law allows', { expiresAt: at(720.001) }, `a hold on basis FIU_SUSPENSION in TL must end after now and by ${at(720)}`],
    [
      'later than the law allows on that basis',
      { basis: 'VOLUNTARY', expiresAt: at(97) },
      `a hold on basis VOLUNTARY in TL must end after now and by ${at(96)}`,
    ],
    ['in the past', { expiresAt: at(-1) }, `a hold on basis FIU_SUSPENSION in TL must end after now and by ${at(720)}`],
    ['that is now', { expiresAt: at(0) }, `a hold on basis FIU_SUSPENSION in TL must end after now and by ${at(720)}`],
  ] as const)('an end %s is refused', (_what, more, said) => {
    const decision = frozen().give(freeze('1.00', more))
    expect(codeOf(decision)).toBe('HOLD_TOO_LONG')
    expect(messageOf(decision)).toBe(said)
  })

  test('a hold with another offset than UTC ends at its instant', () => {
    const h = frozen()
    h.give(freeze('1.00', { expiresAt: '2024-07-25T19:00:00+09:00' }))
    expect(codeOf(h.give(expired('2024-07-25T19:00:00+09:00', at(47.9))))).toBe('WRONG_STATE')
    h.give(expired('2024-07-25T19:00:00+09:00', at(48)))
    expect(h.states()).toEqual(['closed.expired'])
  })
})

describe('an unconfirmed hold', () => {
  test('expires at its end, and never earlier', () => {
    const h = frozen('920.00')
    expect(h.give(expired(at(168), at(167.999)))).toEqual({
      outcome: 'dropped',
      dropReason: 'late',
      refusal: { code: 'WRONG_STATE', message: 'this deadline has not passed yet' },
    })
    h.give(expired(at(168)))
    expect(h.states()).toEqual(['closed.expired'])
    expect(h.last()).toMatchObject({ type: 'holdfast.fact.v1.HoldExpired', data: { kind: 'holdExpiry', dueAt: at(168) } })
  })

  test('expires at its own end only', () => {
    const h = frozen('920.00')
    expect(h.give(expired(at(100))).outcome).toBe('dropped')
    const whole = frozen('1000.00')
    expect(whole.give(expired(at(100))).outcome).toBe('dropped')
    whole.give(expired(at(168)))
    expect(whole.states()).toEqual(['closed.expired'])
  })

  test('expires once, while another hold stays', () => {
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

  test('of the whole amount leaves a part when another is left', () => {
    const h = frozen()
    h.give(freeze('600.00', { expiresAt: at(48) }))
    h.give(freeze('400.00', { expiresAt: at(72) }))
    h.give(expired(at(48)))
    expect(h.states()[0]).toBe('frozen.coverage.partial')
    expect(h.view().phase).toBe('frozen')
  })
})

describe('V21: a hold can be extended', () => {
  const extend = (more: Partial<CommandBody<'ExtendFreeze'>> = {}, time = at(1)) =>
    command('ExtendFreeze', { ...proposalData.ExtendFreeze, ...more }, 'judge', time)

  test('before it ends, by two members of the authority, for the longest extension of the law', () => {
    const h = frozen('920.00')
    h.both('ExtendFreeze', {}, at(167))
    expect(h.last()?.data).toMatchObject({ extended: [{ hold: 0, expiresAt: at(168 + 240) }], basis: 'COURT' })
    expect(endsOf(h)).toEqual([at(408)])
    expect(h.give(expired(at(168))).outcome).toBe('dropped')
    h.give(expired(at(408)))
    expect(h.states()).toEqual(['closed.expired'])
  })

  test('to an earlier end, if the order names one', () => {
    const h = frozen('920.00')
    h.both('ExtendFreeze', { expiresAt: at(200) })
    expect(endsOf(h)).toEqual([at(200)])
  })

  test('as often as the law allows, and up to its total', () => {
    const h = frozen('920.00')
    h.both('ExtendFreeze')
    h.both('ExtendFreeze', { reference: 'R-9' })
    // 168 + 240 + 240 would be more than 600 hours in all.
    expect(endsOf(h)).toEqual([at(600)])
    const longest = h.give(extend())
    expect(codeOf(longest)).toBe('EXTENSION_NOT_ALLOWED')
    // The number of extensions is checked before the total.
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
      'by an authority that the law does not name',
      {},
      extend({ basis: 'PROSECUTOR' }),
      none('PROSECUTOR', 'the hold needs an order with a different basis'),
    ],
    [
      'on a basis that the law does not extend',
      { basis: 'VOLUNTARY' },
      extend(),
      none('COURT', 'the hold has a basis that the law does not extend'),
    ],
    ['after it ended', {}, extend({}, at(168)), none('COURT', 'the hold has ended')],
    ['to the same end', {}, extend({ expiresAt: at(168) }), none('COURT', 'the hold already ends then or later')],
    ['to an earlier end', {}, extend({ expiresAt: at(100) }), none('COURT', 'the hold already ends then or later')],
  ] as const)('not one %s', (_what, more, given, said) => {
    const h = history(open(), pass(), freeze('920.00', more))
    const decision = h.give(given)
    expect(codeOf(decision)).toBe('EXTENSION_NOT_ALLOWED')
    expect(messageOf(decision)).toBe(said)
  })

  test('but not without an end', () => {
    const h = frozen('920.00')
    h.both('ConfirmFreeze')
    const decision = h.give(extend())
    expect(codeOf(decision)).toBe('EXTENSION_NOT_ALLOWED')
    expect(messageOf(decision)).toBe(none('COURT', 'the hold has no end'))
  })

  test('but not beyond the longest period of the law', () => {
    const h = frozen()
    h.give(freeze('1.00', { expiresAt: at(600) }))
    expect(messageOf(h.give(extend()))).toBe(none('COURT', 'the hold already lasts as long as the law allows'))
  })

  test('but not if each of several holds has an obstacle, and the refusal names each once', () => {
    const h = frozen()
    h.give(freeze('100.00', { basis: 'VOLUNTARY', expiresAt: at(48) }))
    h.give(freeze('200.00', { basis: 'VOLUNTARY', expiresAt: at(49) }))
    h.give(freeze('300.00', { expiresAt: at(40) }))
    expect(messageOf(h.give(extend({}, at(41))))).toBe(none('COURT', 'a hold has a basis that the law does not extend; a hold has ended'))
    const alike = frozen('1.00', '2.00')
    expect(messageOf(alike.give(extend({}, at(200))))).toBe(none('COURT', 'each hold has ended'))
  })

  test('but not to a later end than the law allows', () => {
    const decision = frozen('920.00').give(extend({ expiresAt: at(408.001) }))
    expect(codeOf(decision)).toBe('HOLD_TOO_LONG')
    expect(messageOf(decision)).toBe(`an extension on basis COURT in TL ends by ${at(408)}`)
    const h = frozen('920.00')
    h.both('ExtendFreeze', { expiresAt: at(408) })
    expect(endsOf(h)).toEqual([at(408)])
  })

  test('while holds that the order cannot extend stay unchanged', () => {
    const h = frozen()
    h.give(freeze('100.00', { basis: 'VOLUNTARY' }))
    h.give(freeze('200.00', { expiresAt: at(48) }))
    h.give(freeze('300.00', { basis: 'POLICE_ORDER', expiresAt: at(500) }))
    h.both('ExtendFreeze', { expiresAt: at(200) }, at(2))
    expect(h.last()?.data).toMatchObject({ extended: [{ hold: 1, expiresAt: at(200) }] })
    expect(endsOf(h)).toEqual([at(72), at(200), at(500)])
    expect(h.current().state.context.holds.map(({ extendedTimes }) => extendedTimes)).toEqual([0, 1, 0])
  })

  test('but not after its end, even if it was proposed before', () => {
    const h = frozen('920.00')
    h.give(command('ExtendFreeze', proposalData.ExtendFreeze, 'judge', at(167)))
    expect(codeOf(h.give(command('ExtendFreeze', proposalData.ExtendFreeze, 'secondJudge', at(168))))).toBe('EXTENSION_NOT_ALLOWED')
  })
})

describe('V22: a hold can be confirmed', () => {
  test('by an order with instrument, authority, reference and date', () => {
    expect(accepts('ConfirmFreeze', proposalData.ConfirmFreeze)).toBe(true)
    for (const missing of ['instrument', 'authority', 'reference', 'date'])
      expect(accepts('ConfirmFreeze', { ...proposalData.ConfirmFreeze, [missing]: undefined }), missing).toBe(false)
    const h = frozen('920.00')
    h.both('ConfirmFreeze')
    expect(h.last()?.data).toMatchObject(proposalData.ConfirmFreeze)
  })

  test('and then has no end of its own, unless the order names one', () => {
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

  test('with an end in the future', () => {
    const decision = frozen('920.00').give(command('ConfirmFreeze', { ...proposalData.ConfirmFreeze, expiresAt: at(1) }, 'judge', at(1)))
    expect(codeOf(decision)).toBe('HOLD_TOO_LONG')
    expect(messageOf(decision)).toBe('a confirmed hold must end in the future')
  })

  test('without giving an end to a hold that has none', () => {
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

  test('while a later hold has an end of its own', () => {
    const h = frozen('500.00')
    h.both('ConfirmFreeze')
    h.give(freeze('400.00', {}, at(10)))
    expect(endsOf(h)).toEqual([null, at(178)])
    h.give(expired(at(178)))
    expect(h.states()).toEqual(['frozen.coverage.partial', 'frozen.mandate.confirmed', 'frozen.recovery.idle'])
  })
})

describe('V23: a return can begin', () => {
  test('with consent, indemnity or an order only', () => {
    for (const basis of ['CONSENT', 'INDEMNITY', 'ORDER']) expect(accepts('InitiateReturn', { basis }), basis).toBe(true)
    for (const data of [{}, { basis: 'GOODWILL' }]) expect(accepts('InitiateReturn', data)).toBe(false)
  })

  test('and the hold does not expire meanwhile', () => {
    const h = frozen('920.00')
    h.both('InitiateReturn')
    expect(endsOf(h)).toEqual([null])
    expect(h.give(expired(at(168))).outcome).toBe('dropped')
  })

  test('while a later hold has its own end, and may expire before the return', () => {
    const h = frozen('500.00')
    h.both('InitiateReturn')
    h.give(freeze('400.00', {}, at(10)))
    h.give(expired(at(178)))
    expect(h.states()).toEqual(['frozen.coverage.partial', 'frozen.mandate.provisional', 'frozen.recovery.returning'])
  })

  test('with or without an acknowledged order', () => {
    const h = history(open(), pass(), acknowledge(), freeze('1000.00'))
    h.both('InitiateReturn', { basis: 'ORDER', reference: 'MLA-1' })
    expect(h.last()?.data).toMatchObject({ basis: 'ORDER', reference: 'MLA-1' })
    expect(h.states()).toEqual(['frozen.coverage.full', 'frozen.mandate.provisional', 'frozen.recovery.returning'])
  })
})
