import { describe, expect, test } from 'vitest'
import { refusalOf, verified } from '../../test/lifecycle/refusal.ts'
import {
  asking,
  at,
  command,
  expired,
  freeze,
  frozen,
  giveBack,
  history,
  moved,
  noFunds,
  notFound,
  open,
  pass,
  reopen,
  usd,
  withdraw,
} from '../../test/lifecycle/world.ts'
import { correctionHint } from './contradiction.ts'

describe('V19: no more is frozen than was requested', () => {
  test('partial holds add up, and the last cent completes the amount', () => {
    const h = frozen('920.00', '79.99')
    expect(h.view().amounts.frozen).toEqual(usd('999.99'))
    expect(h.states()[0]).toBe('frozen.coverage.partial')
    h.give(freeze('0.01'))
    expect(h.view().amounts.frozen).toEqual(usd('1000.00'))
    expect(h.states()[0]).toBe('frozen.coverage.full')
  })

  test.each([
    ['at once', () => verified(), '1000.01'],
    ['in parts', () => frozen('920.00'), '80.01'],
    ['beyond the whole', () => frozen('1000.00'), '0.01'],
  ])('more, %s, is refused and recorded', (_how, world, value) => {
    const h = world()
    const before = h.view().amounts
    const refusal = refusalOf(h, freeze(value))
    expect(refusal.code).toBe('AMOUNT_EXCEEDED')
    const where = `(state ${h.states().join(', ')}, sequence ${h.facts.length})`
    const hint = before.frozen?.value === '0.00' ? '' : `. ${correctionHint}`
    expect(refusal.message).toBe(`the total frozen or moved onward would exceed the requested amount ${where}${hint}`)
    expect(h.lastRefused()).toMatchObject({
      type: 'holdfast.refusal.v1',
      data: { command: 'ReportFreeze', data: { amount: usd(value) } },
    })
    expect(h.view().amounts).toEqual(before)
  })

  test('money moved onward counts: with it, the frozen amount stays below the requested one', () => {
    const h = verified(moved('400.00'))
    expect(refusalOf(h, freeze('600.01')).code).toBe('AMOUNT_EXCEEDED')
    h.give(freeze('600.00'))
    expect(h.states()[0]).toBe('frozen.coverage.partial')
    expect(h.view().amounts).toMatchObject({ frozen: usd('600.00'), movedOnward: usd('400.00') })
    expect(refusalOf(h, moved('0.01')).code).toBe('AMOUNT_EXCEEDED')
  })

  test('the whole amount is not frozen after a part of it moved onward', () => {
    const h = verified(moved('400.00'))
    expect(refusalOf(h, freeze('1000.00')).code).toBe('AMOUNT_EXCEEDED')
    expect(h.states()).toEqual(['verified.ordering'])
  })

  test('for a request before verification or after its end, the refusal names the state and not the amount', () => {
    for (const h of [history(open()), history(open(), withdraw())]) {
      expect(refusalOf(h, freeze('2000.00')).code).toBe('WRONG_STATE')
      expect(refusalOf(h, moved('2000.00')).code).toBe('WRONG_STATE')
    }
  })

  test('money that moved onward during a hold counts too', () => {
    const h = frozen('600.00')
    expect(refusalOf(h, moved('400.01')).code).toBe('AMOUNT_EXCEEDED')
    h.give(moved('300.00'))
    expect(refusalOf(h, freeze('100.01')).code).toBe('AMOUNT_EXCEEDED')
    h.give(freeze('100.00'))
    expect(h.view().amounts).toMatchObject({ frozen: usd('700.00'), movedOnward: usd('300.00') })
  })

  test('returned money still counts as frozen', () => {
    const h = frozen('600.00')
    h.both('InitiateReturn')
    h.give(giveBack('599.00'))
    expect(refusalOf(h, freeze('400.01')).code).toBe('AMOUNT_EXCEEDED')
    h.give(freeze('400.00'))
    expect(h.states()[0]).toBe('frozen.coverage.full')
  })
})

describe('V19: a return with its charges never exceeds the hold', () => {
  test('charges count against the hold', () => {
    const h = frozen('920.00')
    h.both('InitiateReturn')
    const refusal = refusalOf(h, giveBack('920.00', '0.01'))
    expect(refusal.code).toBe('AMOUNT_EXCEEDED')
    expect(refusal.message).toMatch(
      /^the return with its charges would exceed the amount on hold \(state .*recovery\.returning, sequence 5\)$/,
    )
    h.give(giveBack('900.00', '20.00'))
    expect(h.states()).toEqual(['recovered'])
    expect(h.view().amounts).toMatchObject({ frozen: usd('920.00'), recovered: usd('900.00'), charges: usd('20.00') })
  })

  test('a partial return limits the rest', () => {
    const h = frozen('920.00')
    h.both('InitiateReturn')
    h.give(giveBack('500.00', '10.00'))
    const refusal = refusalOf(h, giveBack('410.01'))
    expect(refusal.code).toBe('AMOUNT_EXCEEDED')
    expect(refusal.message).toContain('frozen.recovery.partlyReturned')
    h.give(giveBack('200.00'))
    h.give(giveBack('210.00'))
    expect(h.states()).toEqual(['recovered'])
  })

  test('no money is returned before a return was approved', () => {
    const refusal = refusalOf(frozen('920.00'), giveBack('1.00'))
    expect(refusal.code).toBe('WRONG_STATE')
    expect(refusal.message).toContain('this is not possible in state')
  })

  test('money is returned from the oldest hold first', () => {
    const h = frozen()
    h.give(freeze('300.00', { basis: 'COURT' }))
    h.give(freeze('200.00', { basis: 'PROSECUTOR' }))
    h.give(freeze('400.00', { basis: 'POLICE_ORDER' }))
    h.both('InitiateReturn')
    const left = () => h.current().state.context.holds.map(({ basis, amountMinor }) => `${basis} ${amountMinor}`)
    h.give(giveBack('300.00'))
    expect(left()).toEqual(['PROSECUTOR 20000', 'POLICE_ORDER 40000'])
    h.give(giveBack('250.00', '1.00'))
    expect(left()).toEqual(['POLICE_ORDER 34900'])
    h.give(giveBack('0.01'))
    expect(left()).toEqual(['POLICE_ORDER 34899'])
  })
})

describe('V19: released money is counted separately', () => {
  test('when one of several holds expires', () => {
    const h = frozen()
    h.give(freeze('600.00', { expiresAt: at(48) }))
    h.give(freeze('400.00', { expiresAt: at(72) }))
    h.give(expired(at(48)))
    expect(h.states()[0]).toBe('frozen.coverage.partial')
    expect(h.view().amounts).toMatchObject({ frozen: usd('400.00'), released: usd('600.00') })
    // The expired amount can be frozen again.
    expect(refusalOf(h, freeze('600.01', {}, at(49))).code).toBe('AMOUNT_EXCEEDED')
    h.give(freeze('600.00', {}, at(49)))
    expect(h.states()[0]).toBe('frozen.coverage.full')
  })

  test('when all holds expire', () => {
    const h = frozen()
    h.give(freeze('600.00', { expiresAt: at(48) }))
    h.give(freeze('300.00', { expiresAt: at(48) }))
    h.give(expired(at(48)))
    expect(h.states()).toEqual(['closed.expired'])
    expect(h.view().amounts).toMatchObject({ frozen: usd('0.00'), released: usd('900.00') })
  })

  test.each(['Release', 'CloseUnrecovered', 'Withdraw'] as const)('by %s: the current holds, without returned or expired money', kind => {
    const h = frozen()
    h.give(freeze('100.00', { expiresAt: at(48) }))
    h.give(freeze('900.00', { expiresAt: at(96) }))
    h.give(expired(at(48)))
    h.both('InitiateReturn')
    if (kind !== 'Withdraw') h.give(giveBack('500.00', '5.00'))
    h.both(kind)
    expect(h.view().amounts).toMatchObject(
      kind === 'Withdraw'
        ? { frozen: usd('0.00'), recovered: usd('0.00'), released: usd('1000.00') }
        : { frozen: usd('505.00'), recovered: usd('500.00'), charges: usd('5.00'), released: usd('495.00') },
    )
  })

  test('returned money stays returned after a reopening, and only the rest is frozen again', () => {
    const h = frozen('1000.00')
    h.both('InitiateReturn')
    h.give(giveBack('700.00'))
    h.both('CloseUnrecovered')
    h.give(reopen())
    h.give(pass())
    expect(refusalOf(h, freeze('300.01')).code).toBe('AMOUNT_EXCEEDED')
    h.give(freeze('300.00'))
    expect(h.states()[0]).toBe('frozen.coverage.full')
    h.both('InitiateReturn')
    h.give(giveBack('300.00'))
    expect(h.states()).toEqual(['recovered'])
    expect(h.view().amounts).toMatchObject({ frozen: usd('1000.00'), recovered: usd('1000.00'), released: usd('300.00') })
  })
})

describe('V19: money has the currency of the request', () => {
  const euro = { currency: 'EUR', value: '1.00' }
  const said = 'the request is in USD, the amount in EUR'

  test.each([
    ['frozen', command('ReportFreeze', { amount: euro, basis: 'COURT' }, 'bank')],
    ['moved onward', command('ReportMovedOnward', { amount: euro, country: 'MY' }, 'bank')],
    ['returned', command('ReportReturn', { amount: euro, reference: 'P4-1' }, 'bank')],
    ['charged', command('ReportReturn', { amount: usd('1.00'), charges: euro, reference: 'P4-1' }, 'bank')],
  ])('another currency is refused if it is %s', (_what, given) => {
    const h = frozen('920.00')
    h.both('InitiateReturn')
    const refusal = refusalOf(h, given)
    expect(refusal.code).toBe('CURRENCY_MISMATCH')
    expect(refusal.message).toBe(said)
  })

  test('an amount with more decimals than its currency is refused, but not for extra zeros', () => {
    const h = frozen()
    const refusal = refusalOf(h, freeze('0.001'))
    expect(refusal.code).toBe('AMOUNT_UNREADABLE')
    expect(refusal.message).toBe('0.001 has more decimals than USD has')
    h.give(freeze('1.000'))
    expect(h.view().amounts.frozen).toEqual(usd('1.00'))
  })

  test('an amount that reached the victim in another currency is recorded with its rate, and not counted', () => {
    const h = frozen('920.00')
    h.both('InitiateReturn')
    const converted = { amount: { currency: 'SGD', value: '670.00' }, rate: '1.34' }
    h.give(command('ReportReturn', { amount: usd('500.00'), converted, reference: 'P4-1' }, 'bank'))
    expect(h.last()?.data).toMatchObject({ converted })
    expect(h.view().amounts.recovered).toEqual(usd('500.00'))
  })

  test('yen have no decimals', () => {
    const h = history(open(asking('1000', 'JPY')), pass())
    h.give(command('ReportFreeze', { amount: { currency: 'JPY', value: '1000' }, basis: 'COURT' }, 'bank'))
    expect(h.states()[0]).toBe('frozen.coverage.full')
    expect(h.view().amounts.frozen).toEqual({ currency: 'JPY', value: '1000' })
  })
})

describe('the reason why no more is frozen', () => {
  test('can be reported during a partial hold, which stays', () => {
    const h = frozen('920.00')
    h.give(noFunds())
    expect(h.states()[0]).toBe('frozen.coverage.partial')
    expect(h.view()).toMatchObject({ shortfallReason: 'AM04', amounts: { frozen: usd('920.00') } })
  })

  test('is refused for the whole amount', () => {
    for (const given of [noFunds(), notFound()]) expect(refusalOf(frozen('1000.00'), given).code).toBe('WRONG_STATE')
  })

  test('is removed by a later hold', () => {
    const h = frozen('920.00')
    h.give(noFunds())
    h.give(freeze('80.00'))
    expect(h.view()).not.toHaveProperty('shortfallReason')
  })
})
