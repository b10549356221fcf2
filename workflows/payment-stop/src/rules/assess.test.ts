import { findingsSchema, severities } from '@holdfast/schemas'
import { requestArbitrary } from '@holdfast/test-kit/request-arbitrary'
import { buildRequest, buildRequests, type Overrides, requestedAt } from '@holdfast/test-kit/requests'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type FreezeRequest, paymentKeyOf } from '../language/index.ts'
import { loadProfiles } from '../law/profiles.ts'
import { assess, assessText } from './assess.ts'

const context = { at: requestedAt, profiles: loadProfiles() }
const seed = 20240723

describe('the verdict is the worst severity of the findings', () => {
  const flagged: Overrides<FreezeRequest> = { payment: { creditorAgent: { bic: 'KMNSPTPL' } } }
  const forReview: Overrides<FreezeRequest> = { payment: { creditor: { account: { iban: 'GB82WEST12345698765432' } } } }
  const asked: Overrides<FreezeRequest> = { requestedAmount: { currency: 'EUR', value: '1.00' } }
  const rejected: Overrides<FreezeRequest> = { reason: 'CUST' }

  test.each([
    ['pass', {}, {}],
    ['pass', flagged, {}],
    ['review', { ...flagged, ...forReview }, {}],
    ['ask', { ...forReview, ...asked }, {}],
    ['duplicate', { ...forReview, ...asked }, { duplicateOf: 'a-request-id' }],
    ['reject', { ...forReview, ...asked, ...rejected }, { duplicateOf: 'a-request-id' }],
  ] as const)('%s', (verdict, overrides, more) => {
    expect(assess(buildRequest(overrides), { ...context, ...more }).verdict).toBe(verdict)
  })

  test('all findings are listed, so that everything can be corrected at once', () => {
    const { findings } = assess(buildRequest({ ...forReview, ...asked, ...rejected }), context)
    expect(findings.map(finding => finding.rule)).toEqual(['V04', 'V06', 'V24'])
  })

  test('if two rules reject, the first one gives the code', () => {
    const { rejection } = assess(buildRequest({ ...rejected, attestations: { article3: false, dualCriminality: false } }), context)
    expect(rejection).toEqual({ code: 'NO_DUAL_CRIMINALITY' })
  })
})

describe('for any request', () => {
  test('an assessment is valid and deterministic, and a rejection has a code', () => {
    fc.assert(
      fc.property(requestArbitrary, request => {
        const assessment = assess(request, context)
        expect(assess(structuredClone(request), context)).toEqual(assessment)
        expect(findingsSchema.safeParse(assessment.findings).error?.issues).toBeUndefined()
        expect(assessment.rejection !== undefined).toBe(assessment.verdict === 'reject')
        const worst = severities.find(severity => assessment.findings.some(finding => finding.severity === severity)) ?? 'flag'
        expect(assessment.verdict).toBe(worst === 'flag' ? 'pass' : worst)
      }),
      { seed, numRuns: 500 },
    )
  })

  test('no finding shows a name or an account number', () => {
    fc.assert(
      fc.property(requestArbitrary, request => {
        const { debtor, creditor } = request.payment
        const secrets = [debtor, creditor]
          .flatMap(party => [party.name, ...Object.values(party.account)])
          .filter(secret => secret.length > 7)
        const said = assess(request, context).findings.map(finding => finding.message + finding.path)
        for (const secret of secrets) expect(said.filter(line => line.includes(secret))).toEqual([])
      }),
      { seed, numRuns: 500 },
    )
  })

  const pathsOf = (value: unknown): string[][] =>
    typeof value === 'object' && value !== null
      ? [[], ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner).map(path => [key, ...path]))]
      : [[]]
  const paths = pathsOf(buildRequest({ requestedAmount: { currency: 'USD', value: '1.00' } })).filter(path => path.length > 0)

  const replaceAt = (value: unknown, [key, ...rest]: readonly string[], replacement: unknown): unknown => {
    if (key === undefined) return replacement
    const copy: Record<string, unknown> = { ...(value as Record<string, unknown>) }
    const inner = replaceAt(copy[key], rest, replacement)
    if (inner === undefined) delete copy[key]
    else copy[key] = inner
    return copy
  }

  test('a request with one invalid field is refused or assessed, and never throws', () => {
    const spoilt = fc.oneof(
      fc.jsonValue(),
      fc.constant(undefined),
      fc.constantFrom('', 'SG', 'USD', '0', '-1', '9'.repeat(40), '2024-02-30', '\u0000'),
    )
    fc.assert(
      fc.property(fc.constantFrom(...paths), spoilt, (path, replacement) => {
        const assessment = assessText(JSON.stringify(replaceAt(buildRequest(), path, replacement)), context)
        expect(['malformed', 'reject', 'ask', 'review', 'pass']).toContain(assessment.verdict)
        if (assessment.verdict === 'malformed') expect(assessment.findings.length).toBeGreaterThan(0)
      }),
      { seed, numRuns: 2000 },
    )
  })

  test('any text is refused or assessed, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), text => {
        expect(assessText(text, context).verdict).toBe('malformed')
      }),
      { seed },
    )
  })
})

describe('a text that is not a freeze request is malformed', () => {
  test('with all its problems and their pointers', () => {
    const text = JSON.stringify({ ...buildRequest(), reason: 'BECAUSE', colour: 'red', contact: {} })
    const { verdict, findings } = assessText(text, context)
    expect(verdict).toBe('malformed')
    expect(findings.map(finding => finding.path).sort()).toEqual([
      '/colour',
      '/contact/email',
      '/contact/phone',
      '/contact/unit',
      '/reason',
    ])
  })

  test.each([
    ['not JSON', '{'],
    ['nested too deep', '['.repeat(100_000)],
    ['longer than a million characters', `"${'x'.repeat(1_000_000)}"`],
    ['empty', ''],
  ])('%s', (_, text) => {
    expect(assessText(text, context)).toMatchObject({ verdict: 'malformed', findings: [{ path: '' }] })
  })

  test('the problem is named: not JSON, or too long', () => {
    expect(assessText('{', context).findings[0]?.message).toContain('not JSON')
    expect(assessText(`"${'x'.repeat(1_000_000)}"`, context).findings).toEqual([
      { code: 'TOO_LONG', path: '', message: 'longer than 1000000 characters' },
    ])
  })

  test('a list is read up to a thousand elements', () => {
    const text = JSON.stringify({ ...buildRequest(), offence: { methods: Array.from({ length: 1_001 }, () => 'EMAIL') } })
    expect(assessText(text, context).findings).toEqual([
      { code: 'TOO_MANY', path: '/offence/methods', message: 'has more than 1000 elements' },
    ])
  })

  test('a million characters are accepted', () => {
    const text = JSON.stringify(buildRequest())
    expect(assessText(text.padEnd(1_000_000), context).verdict).toBe('pass')
    expect(assessText(text.padEnd(1_000_001), context).verdict).toBe('malformed')
  })

  test('a valid text is assessed like its request', () => {
    expect(assessText(JSON.stringify(buildRequest()), context)).toEqual(assess(buildRequest(), context))
  })
})

describe('the same payment has the same key', () => {
  const keyOf = (overrides: Overrides<FreezeRequest> = {}) => paymentKeyOf(buildRequest(overrides))
  const withoutUetr = { rail: 'SEPA', uetr: undefined, transactionId: 'TX-1' } as const

  test('from any country, and whatever else the two requests contain', () => {
    expect(keyOf({ requestingCountry: 'MY' })).toBe(keyOf())
    expect(keyOf({ caseReference: 'another case', payment: { endToEndId: undefined, creditor: { name: 'written otherwise' } } })).toBe(
      keyOf(),
    )
    const written = (iban: string) => keyOf({ payment: { creditor: { account: { iban } } } })
    expect(written('GB82west12345698765432')).toBe(written('GB82WEST12345698765432'))
  })

  test('in any notation of its numbers: case, spaces, separators and full-width digits', () => {
    const to = (account: { other: string }) => keyOf({ payment: { creditor: { account } } })
    for (const other of ['0012 003400', '0012-003400', '0012/003.400', '\uff10\uff10120034\uff10\uff10'])
      expect(to({ other })).toBe(to({ other: '0012003400' }))
    expect(to({ other: 'TL79 0020 1234 5678 9012 345' })).toBe(
      keyOf({ payment: { creditor: { account: { iban: 'TL790020123456789012345' } } } }),
    )
    const by = (transactionId: string) => keyOf({ payment: { ...withoutUetr, transactionId } })
    for (const written of ['tx-1', 'TX 1', 'TX1', 'TX\uff0d1']) expect(by(written)).toBe(by('TX-1'))
    const on = (chain: string, txHash: string) =>
      keyOf({ payment: { rail: 'CRYPTO', uetr: undefined, wallet: { chain, address: 'bc1q', txHash } } })
    expect(on('Bitcoin', 'AB12')).toBe(on('bitcoin', 'ab12'))
    expect(by('TX-2')).not.toBe(by('TX-1'))
  })

  test('without a UETR, by reference, amount and date, in any notation of the amount', () => {
    const key = keyOf({ payment: withoutUetr })
    expect(key).not.toBe(keyOf())
    expect(keyOf({ payment: { ...withoutUetr, amount: { value: '42300000' } } })).toBe(key)
    expect(keyOf({ payment: { ...withoutUetr, amount: { value: '42300000.01' } } })).not.toBe(key)
    expect(keyOf({ payment: { ...withoutUetr, transactionId: 'TX-2' } })).not.toBe(key)
    expect(keyOf({ payment: { ...withoutUetr, settlementDate: '2024-07-24' } })).not.toBe(key)
  })

  test('with the day of its execution in UTC, if its settlement date is unknown', () => {
    const on = (executedAt: string) => keyOf({ payment: { ...withoutUetr, settlementDate: undefined, executedAt } })
    expect(on('2024-07-23T23:59:00+08:00')).toBe(on('2024-07-23T08:05:00+08:00'))
    expect(on('2024-07-23T07:59:00+08:00')).not.toBe(on('2024-07-23T08:05:00+08:00'))
    expect(on('2024-07-23T08:05:00+08:00')).toBe(keyOf({ payment: { ...withoutUetr, settlementDate: '2024-07-23' } }))
  })

  test('but not with another UETR', () => {
    expect(keyOf({ payment: { uetr: '97ed4827-7b6f-4491-a06f-b548d5a7512d' } })).not.toBe(keyOf())
  })

  // If they change, raise `claimKeysVersion` in packages/stores.
  test('for ever, because stored keys identify open payments', () => {
    const wallet = { chain: 'bitcoin', address: 'bc1qexample', txHash: 'ab12' }
    const keys = [
      keyOf(),
      keyOf({ payment: { rail: 'CRYPTO', uetr: undefined, wallet } }),
      keyOf({ payment: withoutUetr }),
      keyOf({ payment: { ...withoutUetr, transactionId: undefined, endToEndId: undefined, messageId: undefined } }),
    ]
    expect(keys).toEqual([
      'dbabe62e-fb9e-59c4-8b84-144fd8c5fb4c',
      'e4952da5-6cc5-569e-8643-fca5e7287c5c',
      '1914f3eb-783a-5760-b014-ffbe06b0a946',
      '0f52c408-621a-5757-bb48-07854b298fbf',
    ])
  })

  test('but not to another country or account, or in another blockchain transaction', () => {
    const wallet = { chain: 'bitcoin', address: 'bc1qexample', txHash: 'ab12' }
    const keys = [
      keyOf(),
      keyOf({ beneficiaryCountry: 'ID' }),
      keyOf({ payment: { creditor: { account: { other: '1' } } } }),
      keyOf({ payment: { rail: 'CRYPTO', uetr: undefined, wallet } }),
      keyOf({ payment: { rail: 'CRYPTO', uetr: undefined, wallet: { ...wallet, txHash: 'ab13' } } }),
    ]
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('V13: two payments that share a UETR are two, if they went to different accounts', () => {
    const uetr = '97ed4827-7b6f-4491-a06f-b548d5a7512d'
    const [one, other] = ['TL790020123456789012345', 'TL380080012345678910157'].map(iban =>
      keyOf({ payment: { uetr, creditor: { account: { iban } } } }),
    )
    expect(one).not.toBe(other)
  })

  test('a thousand payments have a thousand keys', () => {
    expect(new Set(buildRequests(1000).map(paymentKeyOf)).size).toBe(1000)
  })
})

test('a text with a repeated member is malformed, like at an endpoint', () => {
  const text = JSON.stringify(buildRequest()).replace('"caseReference":', '"caseReference":"ANOTHER","caseReference":')
  expect(assessText(text, context)).toEqual({
    verdict: 'malformed',
    findings: [{ code: 'TWICE', path: '/caseReference', message: 'occurs twice: give it once' }],
  })
})
