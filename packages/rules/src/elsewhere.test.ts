import { loadProfiles } from '@holdfast/profiles'
import { type CommandKind, commandBodies, type FreezeRequest, rejectionCodeSchema } from '@holdfast/schemas'
import { buildRequest, type Overrides, requestedAt } from '@holdfast/test-kit/requests'
import { describe, expect, test } from 'vitest'
import { assessText } from './assess.ts'

// Rules that the schema keeps: what breaks them is no request, or no command, and no other rule ever sees it.

const profiles = loadProfiles()
const problemsOfRequest = (overrides: Overrides<FreezeRequest>) => {
  const { verdict, findings } = assessText(JSON.stringify(buildRequest(overrides)), { at: requestedAt, profiles })
  return verdict === 'malformed' ? findings.map(({ path }) => path) : []
}
/** Where the problems of a command's data lie. */
const problemsOf = (kind: CommandKind, data: unknown) => {
  const parsed = commandBodies[kind].safeParse(data)
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => `/${path.join('/')}`)
}

describe('V01: a UETR is a UUID of version 4, in lower case', () => {
  const uetr = '97ed4827-7b6f-4491-a06f-b548d5a7512d'

  test('and taken as it is', () => {
    expect(problemsOfRequest({ payment: { uetr } })).toEqual([])
  })

  test.each([
    ['of version 1', uetr.replace('-4', '-1')],
    ['of another variant', uetr.replace('-a', '-c')],
    ['in upper case', uetr.toUpperCase()],
    ['with a character too few', uetr.slice(1)],
    ['with a character too many', `${uetr}0`],
    ['in braces', `{${uetr}}`],
    ['without its hyphens', uetr.replaceAll('-', '')],
  ])('one %s is refused', (_, other) => {
    expect(problemsOfRequest({ payment: { uetr: other } })).toEqual(['/payment/uetr'])
  })
})

describe('V15: the facts link crime and account', () => {
  test('so there must be some: 20 characters and more', () => {
    expect(problemsOfRequest({ offence: { facts: 'x'.repeat(20) } })).toEqual([])
    expect(problemsOfRequest({ offence: { facts: 'x'.repeat(19) } })).toEqual(['/offence/facts'])
  })
})

describe('V22: a confirmation names its instrument, authority, reference and date', () => {
  const confirmation = { instrument: 'COURT_ORDER', authority: 'Dili District Court', reference: '12/2024', date: '2024-07-30' }

  test('all four, and no end of its own is needed', () => {
    expect(problemsOf('ConfirmFreeze', confirmation)).toEqual([])
    expect(problemsOf('ConfirmFreeze', { ...confirmation, expiresAt: '2025-07-30T00:00:00Z' })).toEqual([])
  })

  test.each(['instrument', 'authority', 'reference', 'date'])('without %s it is none', property => {
    expect(problemsOf('ConfirmFreeze', { ...confirmation, [property]: undefined })).toEqual([`/${property}`])
  })

  test('a wish is no instrument', () => {
    expect(problemsOf('ConfirmFreeze', { ...confirmation, instrument: 'VOLUNTARY' })).toEqual(['/instrument'])
  })
})

describe('V23: a return needs consent, an indemnity or an order', () => {
  test.each(['CONSENT', 'INDEMNITY', 'ORDER'])('%s will do', basis => {
    expect(problemsOf('InitiateReturn', { basis })).toEqual([])
  })

  test.each([undefined, 'REQUEST'])('%s will not', basis => {
    expect(problemsOf('InitiateReturn', { basis })).toEqual(['/basis'])
  })
})

describe('V24: a rejection has a code of the list', () => {
  test.each(rejectionCodeSchema.options.filter(code => code !== 'NARR'))('%s will do', code => {
    expect(problemsOf('Reject', { code })).toEqual([])
  })

  test.each([undefined, 'BECAUSE', 'FRAD'])('%s will not', code => {
    expect(problemsOf('Reject', { code, text: 'no' })).toEqual(['/code'])
  })
})

describe('V25: NARR needs words', () => {
  const unrecovered = { authority: 'Dili District Court', reference: '12/2024' }
  const line = 'x'.repeat(105)

  describe.each([
    ['a rejection', 'Reject', { code: 'NARR' }, 'text'],
    ['a release', 'Release', { reason: 'NARR' }, 'note'],
    ['money that does not come back', 'CloseUnrecovered', { reason: 'NARR', ...unrecovered }, 'note'],
  ] as const)('of %s', (_, kind, data, property) => {
    test.each([
      ['a word', 'x'],
      ['a full line', line],
      ['several lines', `${line}\n${line}`],
    ])('%s will do', (_, text) => {
      expect(problemsOf(kind, { ...data, [property]: text })).toEqual([])
    })

    test.each([
      ['none', undefined],
      ['an empty text', ''],
      ['a line of 106 characters', `${line}x`],
      ['an empty line', `${line}\n\n${line}`],
    ])('%s will not', (_, text) => {
      expect(new Set(problemsOf(kind, { ...data, [property]: text }))).toEqual(new Set([`/${property}`]))
    })
  })

  test('another code says enough by itself', () => {
    expect(problemsOf('Reject', { code: 'IMMUNITY' })).toEqual([])
    expect(problemsOf('Reject', { code: 'IMMUNITY', text: `${line}x` })).toEqual([])
    expect(problemsOf('Release', { reason: 'COURT_ORDER' })).toEqual([])
    expect(problemsOf('CloseUnrecovered', { reason: 'FORFEITED', ...unrecovered })).toEqual([])
  })
})
