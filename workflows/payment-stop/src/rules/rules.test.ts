import { destinationIdOf, findingsSchema } from '@holdfast/schemas'
import { buildRequest, type Overrides, requestedAt } from '@holdfast/test-kit/requests'
import { describe, expect, test } from 'vitest'
import type { FreezeRequest } from '../language/index.ts'
import { loadProfiles } from '../law/profiles.ts'
import { assess } from './assess.ts'
import type { ParentRequest, RuleContext } from './rule.ts'

const context = { at: requestedAt, profiles: loadProfiles() }
/** All findings. Each must have a path and a message. */
const findingsIn = (overrides: Overrides<FreezeRequest> = {}, more: Partial<RuleContext> = {}) =>
  findingsSchema.parse(assess(buildRequest(overrides), { ...context, ...more }).findings)
/** Rule, severity and path of all findings. */
const foundIn = (overrides: Overrides<FreezeRequest> = {}, more: Partial<RuleContext> = {}) =>
  findingsIn(overrides, more).map(({ rule, severity, path }) => `${rule} ${severity} ${path}`)
const messagesIn = (overrides: Overrides<FreezeRequest> = {}, more: Partial<RuleContext> = {}) =>
  findingsIn(overrides, more).map(finding => finding.message)

const creditorIban = (iban: string) => ({ payment: { creditor: { account: { iban } } } })

test('a complete and recent request has no findings', () => {
  expect(foundIn()).toEqual([])
})

describe('V02: an IBAN has correct check digits', () => {
  test.each(['TL380080012345678910157', 'TL790020123456789012345'])('%s passes', iban => {
    expect(foundIn(creditorIban(iban))).toEqual([])
  })

  test('wrong check digits of creditor and debtor are asked about', () => {
    expect(foundIn(creditorIban('TL800020123456789012345'))).toEqual(['V02 ask /payment/creditor/account/iban'])
    expect(foundIn({ payment: { debtor: { account: { iban: 'GB83WEST12345698765432' } } } })).toEqual([
      'V02 ask /payment/debtor/account/iban',
    ])
  })

  test('the message distinguishes wrong digits and wrong form', () => {
    expect(messagesIn(creditorIban('TL800020123456789012345'))[0]).toContain('the check digits of this IBAN are wrong')
  })

  test('an IBAN that is too short for its country is asked about, with the correct length', () => {
    expect(messagesIn(creditorIban('TL79002012345'))[0]).toContain('23 characters')
  })

  test('letters are asked about if the country uses digits only', () => {
    expect(messagesIn(creditorIban('TL79002012345678901234X'))[0]).toContain('not the form of an IBAN of TL')
  })

  test.each(['SG', 'US', 'HK', 'ZZ'])('for a country without IBANs (%s), the plain account number is asked for', country => {
    const [message] = messagesIn({ beneficiaryCountry: 'TL', payment: { debtor: { account: { iban: `${country}79002012345` } } } })
    expect(message).toBe(`${country} has no IBANs: give the account number as { other }`)
  })

  test('an IBAN in lower case is the same IBAN', () => {
    expect(foundIn(creditorIban('GB82west12345698765432'))).toEqual(['V04 review /payment/creditor/account/iban'])
  })

  test('another account number is not checked', () => {
    expect(foundIn({ payment: { creditor: { account: { other: '000111' } } } })).toEqual([])
  })
})

describe('V03: the creditor’s bank is in the beneficiary country', () => {
  test('a bank of another country is flagged and the request goes on', () => {
    const overrides = { payment: { creditorAgent: { bic: 'KMNSPTPL' } } }
    expect(foundIn(overrides)).toEqual(['V03 flag /payment/creditorAgent/bic'])
    expect(assess(buildRequest(overrides), context).verdict).toBe('pass')
  })

  test('a bank in Jersey counts as one in the United Kingdom, which is responsible for it', () => {
    expect(
      foundIn({
        beneficiaryCountry: 'GB',
        payment: { creditorAgent: { bic: 'KMNSJESH' }, creditor: { account: { iban: 'GB82WEST12345698765432' } } },
      }),
    ).toEqual([])
  })
})

describe('V04: the creditor’s IBAN belongs to the beneficiary country', () => {
  test('an IBAN of a third country goes to review, with the country to send it to', () => {
    expect(foundIn(creditorIban('GB82WEST12345698765432'))).toEqual(['V04 review /payment/creditor/account/iban'])
    expect(messagesIn(creditorIban('GB82WEST12345698765432'))).toEqual([
      "the creditor's IBAN is of GB, the request is addressed to TL: if the account is right, withdraw this request and send it to GB",
    ])
  })

  test('an IBAN of the requesting country goes to review, with the national channel', () => {
    const [message] = messagesIn({
      requestingCountry: 'GB',
      payment: { creditor: { account: { iban: 'GB82WEST12345698765432' } } },
    })
    expect(message).toContain('your own country')
  })

  test('an IBAN of Greenland counts as one of Denmark, which is responsible for it', () => {
    const toDenmark = {
      beneficiaryCountry: 'DK',
      payment: { creditorAgent: { bic: 'KMNSDKKK' }, creditor: { account: { iban: 'GL8964710001000206' } } },
    }
    expect(foundIn(toDenmark)).toEqual([])
  })

  test('an IBAN of the beneficiary country is correct, even if no member is responsible for that country', () => {
    const toKosovo = { beneficiaryCountry: 'XK', ...creditorIban('XK051212012345678906') }
    expect(foundIn(toKosovo)).toEqual(['V03 flag /payment/creditorAgent/bic', 'V07 reject /beneficiaryCountry'])
  })

  test('an IBAN of a country without a responsible member goes to review, without a channel', () => {
    expect(messagesIn(creditorIban('XK051212012345678906'))[0]).toContain('no member is responsible')
  })
})

describe('V05: an amount fits its currency', () => {
  test.each([
    ['JPY', '1250000'],
    ['KWD', '99000.125'],
    ['USD', '50000.5'],
  ])('%s %s passes', (currency, value) => {
    expect(foundIn({ payment: { amount: { currency, value } } })).toEqual([])
  })

  test.each([
    ['JPY', '1250000.50', 'has no decimals'],
    ['KWD', '99000.1255', 'at most 3 decimals'],
    ['USD', '50000.005', 'at most 2 decimals'],
  ])('%s %s is asked about: it %s', (currency, value, why) => {
    expect(foundIn({ payment: { amount: { currency, value } } })).toEqual(['V05 ask /payment/amount/value'])
    expect(messagesIn({ payment: { amount: { currency, value } } })[0]).toContain(why)
  })

  test('a currency that is not in ISO 4217 is asked about, in the requested amount too', () => {
    expect(foundIn({ payment: { amount: { currency: 'XXX' } }, requestedAmount: { currency: 'XXX', value: '1.00' } })).toEqual([
      'V05 ask /payment/amount/currency',
      'V05 ask /requestedAmount/currency',
    ])
  })
})

describe('V06: no more is requested than was paid', () => {
  test('all of it, or a part, passes', () => {
    expect(foundIn({ requestedAmount: { currency: 'USD', value: '42300000' } })).toEqual([])
    expect(foundIn({ requestedAmount: { currency: 'USD', value: '0.01' } })).toEqual([])
  })

  test('a cent more is asked about', () => {
    expect(foundIn({ requestedAmount: { currency: 'USD', value: '42300000.01' } })).toEqual(['V06 ask /requestedAmount/value'])
  })

  test('an invalid amount is not compared, because V05 asks about it', () => {
    expect(foundIn({ requestedAmount: { currency: 'USD', value: '42300000.001' } })).toEqual(['V05 ask /requestedAmount/value'])
    expect(foundIn({ payment: { amount: { value: '42300000.001' } }, requestedAmount: { currency: 'USD', value: '1.00' } })).toEqual([
      'V05 ask /payment/amount/value',
    ])
  })

  test('another currency is asked about', () => {
    expect(foundIn({ requestedAmount: { currency: 'EUR', value: '1.00' } })).toEqual(['V06 ask /requestedAmount/currency'])
  })
})

describe('V07: two different member countries', () => {
  const codeOf = (overrides: Overrides<FreezeRequest>) => assess(buildRequest(overrides), context).rejection?.code

  test('a request to one’s own country is rejected', () => {
    expect(foundIn({ beneficiaryCountry: 'SG' })).toContain('V07 reject /beneficiaryCountry')
    expect(codeOf({ beneficiaryCountry: 'SG' })).toBe('SAME_COUNTRY')
  })

  test('a country that is not a member is rejected, as requesting or beneficiary country', () => {
    expect(codeOf({ beneficiaryCountry: 'KP' })).toBe('NOT_A_MEMBER')
    expect(codeOf({ requestingCountry: 'ZZ' })).toBe('NOT_A_MEMBER')
    expect(foundIn({ requestingCountry: 'ZZ', beneficiaryCountry: 'ZZ' }).filter(found => found.startsWith('V07'))).toHaveLength(2)
  })

  test('a place that a member is responsible for is rejected, with that member in the message', () => {
    expect(messagesIn({ beneficiaryCountry: 'JE' }).find(message => message.includes('JE'))).toBeDefined()
    expect(messagesIn({ beneficiaryCountry: 'JE' }).some(message => message.includes('give GB'))).toBe(true)
  })

  test('Hong Kong is reachable as a sub-bureau', () => {
    const toHongKong = {
      beneficiaryCountry: 'HK',
      payment: { creditorAgent: { bic: 'KMNSHKHH' }, creditor: { account: { other: '012345678' } } },
    }
    expect(foundIn(toHongKong)).toEqual([])
  })
})

describe('V08: the times are in order', () => {
  test('clocks may differ by five minutes', () => {
    expect(foundIn({ reportedAt: '2024-07-23T10:30:00+08:00' })).toEqual([])
    expect(foundIn({ reportedAt: '2024-07-23T10:30:01+08:00' })).toEqual(['V08 ask /reportedAt'])
  })

  test('equal instants are in order', () => {
    const at = '2024-07-23T10:30:00+08:00'
    expect(foundIn({ reportedAt: at, recall: { at }, payment: { executedAt: at } })).toEqual([])
    expect(foundIn({ recall: { at: '2024-07-23T10:30:01+08:00' } })).toEqual(['V08 ask /recall/at'])
  })

  test('the same instants with other offsets are equal', () => {
    expect(foundIn({ reportedAt: '2024-07-22T22:30:00-04:00' })).toEqual([])
  })

  test('a report before the payment is asked about', () => {
    expect(foundIn({ reportedAt: '2024-07-23T08:04:59+08:00' })).toEqual(['V08 ask /reportedAt'])
  })

  test('a payment in the future is asked about', () => {
    expect(foundIn({ payment: { executedAt: '2024-07-24T08:05:00+08:00' } })).toContain('V08 ask /payment/executedAt')
  })

  test.each([
    ['2024-07-22', true],
    ['2024-07-29', true],
    ['2024-07-21', false],
    ['2024-09-23', false],
    ['2023-07-23', false],
  ])('a settlement on %s of a payment of 23 July is usual: %s', (settlementDate, usual) => {
    expect(foundIn({ payment: { settlementDate } })).toEqual(usual ? [] : ['V08 ask /payment/settlementDate'])
  })

  test.each([
    ['2024-07-21', true],
    ['2024-08-23', true],
    ['2024-07-20', false],
    ['2024-08-24', false],
  ])('a settlement on %s of a payment at midnight of 23 July is usual: %s', (settlementDate, usual) => {
    const payment = { executedAt: '2024-07-23T00:00:00Z', settlementDate }
    expect(foundIn({ payment })).toEqual(usual ? [] : ['V08 ask /payment/settlementDate'])
  })

  test('a recall before the payment or in the future is asked about', () => {
    expect(foundIn({ recall: { at: '2024-07-23T08:00:00+08:00' } })).toEqual(['V08 ask /recall/at'])
    expect(foundIn({ recall: { at: '2024-07-23T11:00:00+08:00' } })).toEqual(['V08 ask /recall/at'])
  })
})

describe('V09: the age of a payment is flagged, never refused', () => {
  test.each([
    ['2024-07-22T10:25:00+08:00', []],
    ['2024-07-22T10:24:59+08:00', ['AMBER']],
    ['2024-07-20T10:25:00+08:00', ['AMBER']],
    ['2024-07-20T10:24:59+08:00', ['LATE']],
    ['2023-07-20T10:24:59+08:00', ['LATE']],
  ])('a payment of %s is flagged %s', (executedAt, marks) => {
    const overrides = { payment: { executedAt, settlementDate: executedAt.slice(0, 10) } }
    expect(messagesIn(overrides).map(message => message.split(':')[0])).toEqual(marks)
    expect(foundIn(overrides)).toEqual(marks.map(() => 'V09 flag /payment/executedAt'))
    expect(assess(buildRequest(overrides), context).verdict).toBe('pass')
  })
})

describe('V10: a small payment has lower priority', () => {
  test('USD 50,000 has normal priority, a cent less has lower priority, and both pass', () => {
    expect(foundIn({ payment: { amount: { value: '50000' } } })).toEqual([])
    const below = { payment: { amount: { value: '49999.99' } } }
    expect(foundIn(below)).toEqual(['V10 flag /payment/amount'])
    expect(assess(buildRequest(below), context).verdict).toBe('pass')
  })

  test('an invalid amount or threshold is not compared', () => {
    expect(foundIn({ payment: { amount: { value: '49999.999' } } })).toEqual(['V05 ask /payment/amount/value'])
    const profiles = loadProfiles({ lowPriorityBelow: { currency: 'USD', value: '50000.005' } })
    expect(foundIn({ payment: { amount: { value: '1.00' } } }, { profiles })).toEqual([])
  })

  test('other currencies are not converted', () => {
    expect(foundIn({ payment: { amount: { currency: 'EUR', value: '1.00' } } })).toEqual([])
  })
})

describe('V11: the bank can find the payment', () => {
  test('on SWIFT by its UETR only', () => {
    expect(foundIn({ payment: { uetr: undefined } })).toEqual(['V11 ask /payment/uetr'])
  })

  test('on another rail by a reference with its date', () => {
    expect(foundIn({ payment: { rail: 'SEPA', uetr: undefined } })).toEqual([])
    expect(foundIn({ payment: { rail: 'SEPA', uetr: undefined, settlementDate: undefined } })).toEqual(['V11 ask /payment/settlementDate'])
    expect(foundIn({ payment: { rail: 'INSTANT', uetr: undefined, endToEndId: 'NOTPROVIDED', messageId: undefined } })).toEqual([
      'V11 ask /payment/transactionId',
    ])
  })

  test.each(['NOTPROVIDED', 'notprovided', ' NOTPROVIDED ', ' '])('but not by the reference “%s”', endToEndId => {
    const payment = { rail: 'INSTANT', uetr: undefined, endToEndId, messageId: undefined } as const
    expect(foundIn({ payment })).toEqual(['V11 ask /payment/transactionId'])
    expect(foundIn({ payment: { ...payment, transactionId: 'TX-1' } })).toEqual([])
  })

  test('on a blockchain by its wallet', () => {
    expect(foundIn({ payment: { rail: 'CRYPTO' } })).toEqual(['V11 ask /payment/wallet'])
    const wallet = { chain: 'bitcoin', address: 'bc1qexample', txHash: 'ab12' }
    expect(foundIn({ payment: { rail: 'CRYPTO', uetr: undefined, wallet } })).toEqual([])
  })
})

describe('V12: one open request for one payment', () => {
  test('a second one of the same country is a duplicate of the first', () => {
    const assessment = assess(buildRequest(), { ...context, duplicateOf: 'a-request-id' })
    expect(assessment.verdict).toBe('duplicate')
    expect(assessment.findings[0]?.message).toContain('a-request-id')
    expect(foundIn({}, { duplicateOf: 'a-request-id' })).toEqual(['V12 duplicate '])
  })

  test('one of another country goes on, linked', () => {
    expect(foundIn({}, { linkedTo: 'a-request-id' })).toEqual(['V12 flag '])
  })
})

describe('V14: the requesting country attests', () => {
  test.each([
    ['dualCriminality', 'NO_DUAL_CRIMINALITY'],
    ['article3', 'ARTICLE_3'],
  ])('without %s a request is rejected as %s', (attestation, code) => {
    const assessment = assess(buildRequest({ attestations: { [attestation]: false } }), context)
    expect(assessment).toMatchObject({
      verdict: 'reject',
      rejection: { code },
      findings: [{ rule: 'V14', path: `/attestations/${attestation}` }],
    })
  })
})

describe('V16: the beneficiary country is not denied access', () => {
  test('a request that denies its beneficiary country is asked about, one that denies others passes', () => {
    expect(foundIn({ handling: { deniedTo: ['ID', 'TL'] } })).toEqual(['V16 ask /handling/deniedTo/1'])
    expect(foundIn({ handling: { deniedTo: ['ID', 'AU'] } })).toEqual([])
  })
})

describe('V17: officers review what the profile of the country requires', () => {
  const verifying = (verification: string, review: object = {}): Partial<RuleContext> => ({
    profiles: loadProfiles({ countries: { TL: { verification, review } } }),
  })
  const million = { threshold: { currency: 'USD', value: '1000000.00' } }
  const verdictOf = (more: Partial<RuleContext>, overrides: Overrides<FreezeRequest> = {}) => {
    const { verdict, officers } = assess(buildRequest(overrides), { ...context, ...more })
    return { verdict, officers }
  }

  test('none, if the country verifies by rules only', () => {
    expect(foundIn({}, verifying('automatic'))).toEqual([])
    expect(assess(buildRequest(), context)).not.toHaveProperty('officers')
  })

  test('one for every request, if the country requires one', () => {
    expect(foundIn({}, verifying('oneOfficer'))).toEqual(['V17 review /beneficiaryCountry'])
    expect(verdictOf(verifying('oneOfficer'))).toEqual({ verdict: 'review', officers: 1 })
  })

  test('two for every request, if the country requires dual approval', () => {
    expect(foundIn({}, verifying('fourEyes'))).toEqual(['V17 review /beneficiaryCountry'])
    expect(verdictOf(verifying('fourEyes'))).toEqual({ verdict: 'review', officers: 2 })
  })

  test('two for requests above an amount, but not for exactly that amount', () => {
    const above = verifying('automatic', million)
    expect(foundIn({}, above)).toEqual(['V17 review /payment/amount'])
    expect(verdictOf(above)).toEqual({ verdict: 'review', officers: 2 })
    expect(foundIn({ requestedAmount: { currency: 'USD', value: '1000000.01' } }, above)).toEqual(['V17 review /requestedAmount'])
    expect(foundIn({ requestedAmount: { currency: 'USD', value: '1000000.00' } }, above)).toEqual([])
    expect(foundIn({ payment: { amount: { currency: 'EUR' } } }, above)).toEqual([])
  })

  test('an invalid amount or threshold is not compared', () => {
    expect(foundIn({ payment: { amount: { value: '42300000.001' } } }, verifying('automatic', million))).toEqual([
      'V05 ask /payment/amount/value',
    ])
    expect(foundIn({}, verifying('automatic', { threshold: { currency: 'USD', value: '1.005' } }))).toEqual([])
  })

  test('two if another rule requires a review, even if the country requires one', () => {
    expect(verdictOf(verifying('oneOfficer', million))).toEqual({ verdict: 'review', officers: 2 })
    expect(verdictOf(verifying('oneOfficer'), creditorIban('GB82WEST12345698765432'))).toEqual({ verdict: 'review', officers: 2 })
    expect(verdictOf({}, creditorIban('GB82WEST12345698765432'))).toEqual({ verdict: 'review', officers: 2 })
  })

  test('no second one for a flag', () => {
    expect(verdictOf(verifying('oneOfficer'), { payment: { creditorAgent: { bic: 'KMNSPTPL' } } })).toEqual({
      verdict: 'review',
      officers: 1,
    })
  })

  test('no number for a request that is asked about or rejected', () => {
    expect(verdictOf(verifying('fourEyes'), { reason: 'NARR' })).toEqual({ verdict: 'ask', officers: undefined })
    expect(verdictOf(verifying('fourEyes'), { reason: 'CUST' })).toEqual({ verdict: 'reject', officers: undefined })
  })

  test('not for requests to another country', () => {
    const toChina = { beneficiaryCountry: 'CN', payment: { creditorAgent: { bic: 'KMNSCNBJ' }, creditor: { account: { other: '1' } } } }
    expect(foundIn(toChina, verifying('fourEyes'))).toEqual([])
  })
})

describe('V24 and V25: the reason is fraud', () => {
  test.each(['FRAD', 'UAPA'] as const)('%s passes', reason => {
    expect(foundIn({ reason })).toEqual([])
  })

  test.each(['CUST', 'AM09', 'AC03', 'DUPL', 'TECH'] as const)('%s is rejected, as it belongs to the banks’ own recall', reason => {
    expect(assess(buildRequest({ reason }), context)).toMatchObject({ verdict: 'reject', rejection: { code: 'NOT_FRAUD' } })
    expect(foundIn({ reason })).toEqual(['V24 reject /reason'])
  })

  test('a reason as text is asked about', () => {
    expect(foundIn({ reason: 'NARR' })).toEqual(['V25 ask /reason'])
  })
})

describe('V26: onward requests are limited and never form a cycle', () => {
  const child = (hop = 1): Overrides<FreezeRequest> => ({ parent: { requestId: '5b1c7b1e-4a53-4c58-9c39-6a1f5f1d2a10', hop } })
  const parent = (more: Partial<ParentRequest> = {}): ParentRequest => ({
    requestingCountry: 'SG',
    hop: 0,
    destinationIds: [destinationIdOf('ID', '0012345678')],
    deniedTo: [],
    ...more,
  })
  const codeOf = (hop: number, more: Partial<RuleContext>) => assess(buildRequest(child(hop)), { ...context, ...more }).rejection?.code

  test('an onward request of a known parent passes', () => {
    expect(foundIn(child(), { parent: parent() })).toEqual([])
    expect(foundIn(child(5), { parent: parent({ hop: 4 }) })).toEqual([])
  })

  test('a request without a parent ignores the context’s parent', () => {
    const strange = parent({
      hop: 9,
      destinationIds: [destinationIdOf('TL', 'TL790020123456789012345')],
      deniedTo: ['TL', 'AU'],
      legalBasisIndex: 'another',
    })
    expect(foundIn({}, { parent: strange })).toEqual([])
    expect(foundIn({}, { parent: 'unknown' })).toEqual([])
  })

  test('above the hop limit of the profile it is rejected', () => {
    expect(codeOf(5, { profiles: loadProfiles({ hopsMax: 5 }), parent: parent({ hop: 4 }) })).toBeUndefined()
    expect(foundIn(child(5), { profiles: loadProfiles({ hopsMax: 4 }), parent: parent({ hop: 4 }) })).toEqual(['V26 reject /parent/hop'])
    expect(codeOf(5, { profiles: loadProfiles({ hopsMax: 4 }), parent: parent({ hop: 4 }) })).toBe('HOP_LIMIT')
  })

  test('a hop below that of the parent does not avoid the limit', () => {
    expect(codeOf(1, { profiles: loadProfiles({ hopsMax: 4 }), parent: parent({ hop: 4 }) })).toBe('HOP_LIMIT')
  })

  test('a hop that is too high is asked about, and not rejected', () => {
    expect(foundIn(child(9), { profiles: loadProfiles({ hopsMax: 4 }), parent: parent() })).toEqual(['V26 ask /parent/hop'])
  })

  test.each([1, 3])('hop %i after hop 1 is asked about, with the correct hop', hop => {
    expect(foundIn(child(hop), { parent: parent({ hop: 1 }) })).toEqual(['V26 ask /parent/hop'])
    expect(messagesIn(child(hop), { parent: parent({ hop: 1 }) })[0]).toContain('this one is hop 2')
  })

  test('without a parent to look up, only the number of hops is checked', () => {
    expect(foundIn(child(5), { profiles: loadProfiles({ hopsMax: 5 }) })).toEqual([])
    expect(foundIn(child(5), { profiles: loadProfiles({ hopsMax: 4 }) })).toEqual(['V26 reject /parent/hop'])
  })

  test('an earlier account of the case is rejected, in upper or lower case', () => {
    expect(
      foundIn(child(), {
        parent: parent({ destinationIds: [destinationIdOf('ID', '1'), destinationIdOf('TL', 'TL790020123456789012345')] }),
      }),
    ).toEqual(['V26 reject /payment/creditor/account'])
    const destinationIds = [destinationIdOf('GB', 'GB82WEST12345698765432')]
    const backToLondon = { ...child(), beneficiaryCountry: 'GB', ...creditorIban('GB82west12345698765432') }
    expect(assess(buildRequest(backToLondon), { ...context, parent: parent({ destinationIds }) }).rejection).toEqual({ code: 'HOP_CYCLE' })
  })

  test('another account in an earlier country, or the same number in another country, is not rejected', () => {
    const destinationIds = [destinationIdOf('TL', 'TL380080012345678910157'), destinationIdOf('ID', 'TL790020123456789012345')]
    expect(foundIn(child(), { parent: parent({ destinationIds }) })).toEqual([])
  })

  test('a missing parent is asked about', () => {
    expect(foundIn(child(), { parent: 'unknown' })).toEqual(['V26 ask /parent/requestId'])
  })

  test('a parent of another country is treated as missing, so that its existence stays hidden (V16)', () => {
    const foreign = parent({
      requestingCountry: 'MY',
      hop: 7,
      destinationIds: [destinationIdOf('TL', 'TL790020123456789012345')],
      deniedTo: ['TL', 'AU'],
    })
    for (const hop of [1, 8, 9]) {
      const profiles = loadProfiles({ hopsMax: 8 })
      expect(findingsIn(child(hop), { profiles, parent: foreign })).toEqual(findingsIn(child(hop), { profiles, parent: 'unknown' }))
    }
  })

  test('an onward request has to deny the countries that its parent denies', () => {
    const denying = { parent: parent({ deniedTo: ['ID', 'AU', 'NZ'] }) }
    expect(foundIn({ ...child(), handling: { deniedTo: ['AU', 'FR'] } }, denying)).toEqual(['V26 ask /handling/deniedTo'])
    expect(foundIn(child(), denying)).toEqual(['V26 ask /handling/deniedTo'])
    expect(foundIn({ ...child(), handling: { deniedTo: ['NZ', 'AU', 'FR', 'ID'] } }, denying)).toEqual([])
  })

  test('an onward request to a country that its parent denies is asked about, whether it denies that country or not', () => {
    const denying = { parent: parent({ deniedTo: ['TL'] }) }
    expect(foundIn(child(), denying)).toEqual(['V26 ask /handling/deniedTo'])
    expect(foundIn({ ...child(), handling: { deniedTo: ['TL'] } }, denying)).toEqual([
      'V16 ask /handling/deniedTo/0',
      'V26 ask /handling/deniedTo',
    ])
  })

  test('the question is the same for all denied countries, so that it reveals none of them to the beneficiary country', () => {
    const askedOf = (...deniedTo: string[]) => findingsIn(child(), { parent: parent({ deniedTo }) })
    expect(askedOf('ID')).toHaveLength(1)
    expect(askedOf('ID', 'AU')).toEqual(askedOf('ID'))
    expect(askedOf('TL')).toEqual(askedOf('ID'))
  })

  test('another case reference or legal basis than the parent’s is flagged', () => {
    const { caseReference } = buildRequest()
    expect(foundIn(child(), { parent: parent({ caseReference, legalBasisIndex: 'a law' }), legalBasisIndex: 'a law' })).toEqual([])
    expect(foundIn(child(), { parent: parent({ legalBasisIndex: 'a law' }) }), 'without a known legal basis').toEqual([])
    const other = { parent: parent({ caseReference: 'another case', legalBasisIndex: 'another law' }), legalBasisIndex: 'a law' }
    expect(foundIn(child(), other)).toEqual(['V26 flag /caseReference', 'V26 flag /offence/legalBasis'])
    expect(assess(buildRequest(child()), { ...context, ...other }).verdict).toBe('pass')
  })
})
