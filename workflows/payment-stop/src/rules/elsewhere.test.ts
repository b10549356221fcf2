import { buildRequest, type Overrides, requestedAt } from '@holdfast/test-kit/requests'
import { describe, expect, test } from 'vitest'
import { type CommandKind, commandBodies, type FreezeRequest, rejectionCodeSchema } from '../language/index.ts'
import { loadProfiles } from '../law/profiles.ts'
import { assessText } from './assess.ts'

// Rules that a schema enforces: invalid data is no request or command, so no other rule sees it.

const profiles = loadProfiles()
const problemsOfRequest = (overrides: Overrides<FreezeRequest>) => {
  const { verdict, findings } = assessText(JSON.stringify(buildRequest(overrides)), { at: requestedAt, profiles })
  return verdict === 'malformed' ? findings.map(({ path }) => path) : []
}
/** The pointers of a command's problems. */
const problemsOf = (kind: CommandKind, data: unknown) => {
  const parsed = commandBodies[kind].safeParse(data)
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => `/${path.join('/')}`)
}

describe('V01: a UETR is a UUID of version 4, in lower case', () => {
  const uetr = '97ed4827-7b6f-4491-a06f-b548d5a7512d'

  test('and accepted unchanged', () => {
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
  test('so they need at least 20 characters', () => {
    expect(problemsOfRequest({ offence: { facts: 'x'.repeat(20) } })).toEqual([])
    expect(problemsOfRequest({ offence: { facts: 'x'.repeat(19) } })).toEqual(['/offence/facts'])
  })
})

describe('V22: a confirmation names its instrument, authority, reference and date', () => {
  const confirmation = { instrument: 'COURT_ORDER', authority: 'Dili District Court', reference: '12/2024', date: '2024-07-30' }

  test('all four, without an end of its own', () => {
    expect(problemsOf('ConfirmFreeze', confirmation)).toEqual([])
    expect(problemsOf('ConfirmFreeze', { ...confirmation, expiresAt: '2025-07-30T00:00:00Z' })).toEqual([])
  })

  test.each(['instrument', 'authority', 'reference', 'date'])('it is refused without %s', property => {
    expect(problemsOf('ConfirmFreeze', { ...confirmation, [property]: undefined })).toEqual([`/${property}`])
  })

  test('a mere wish is not an instrument', () => {
    expect(problemsOf('ConfirmFreeze', { ...confirmation, instrument: 'VOLUNTARY' })).toEqual(['/instrument'])
  })
})

describe('V23: a return needs consent, an indemnity or an order', () => {
  test.each(['CONSENT', 'INDEMNITY', 'ORDER'])('%s is accepted', basis => {
    expect(problemsOf('InitiateReturn', { basis })).toEqual([])
  })

  test.each([undefined, 'REQUEST'])('%s is refused', basis => {
    expect(problemsOf('InitiateReturn', { basis })).toEqual(['/basis'])
  })
})

describe('V24: a rejection has a known code', () => {
  test.each(rejectionCodeSchema.options.filter(code => code !== 'NARR'))('%s is accepted', code => {
    expect(problemsOf('Reject', { code })).toEqual([])
  })

  test.each([undefined, 'BECAUSE', 'FRAD'])('%s is refused', code => {
    expect(problemsOf('Reject', { code, text: 'no' })).toEqual(['/code'])
  })
})

describe('V25: NARR needs a text', () => {
  const unrecovered = { authority: 'Dili District Court', reference: '12/2024' }
  const line = 'x'.repeat(105)

  describe.each([
    ['a rejection', 'Reject', { code: 'NARR' }, 'text'],
    ['a release', 'Release', { reason: 'NARR' }, 'note'],
    ['money that is not returned', 'CloseUnrecovered', { reason: 'NARR', ...unrecovered }, 'note'],
  ] as const)('of %s', (_, kind, data, property) => {
    test.each([
      ['a word', 'x'],
      ['a full line', line],
      ['several lines', `${line}\n${line}`],
    ])('%s is accepted', (_, text) => {
      expect(problemsOf(kind, { ...data, [property]: text })).toEqual([])
    })

    test.each([
      ['none', undefined],
      ['an empty text', ''],
      ['a line of 106 characters', `${line}x`],
      ['an empty line', `${line}\n\n${line}`],
    ])('%s is refused', (_, text) => {
      expect(new Set(problemsOf(kind, { ...data, [property]: text }))).toEqual(new Set([`/${property}`]))
    })
  })

  test('another code needs no text', () => {
    expect(problemsOf('Reject', { code: 'IMMUNITY' })).toEqual([])
    expect(problemsOf('Reject', { code: 'IMMUNITY', text: `${line}x` })).toEqual([])
    expect(problemsOf('Release', { reason: 'COURT_ORDER' })).toEqual([])
    expect(problemsOf('CloseUnrecovered', { reason: 'FORFEITED', ...unrecovered })).toEqual([])
  })
})
