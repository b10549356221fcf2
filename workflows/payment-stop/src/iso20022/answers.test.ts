import { drawnCases } from '@holdfast/test-kit/drawn-cases'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { messageArbitrary } from '../../test/iso20022/arbitraries.ts'
import { answered, answeredInPart, cancelled, caseId, paid, reasonOf, requestId, returned, uetr } from '../../test/iso20022/chain.ts'
import { isSharedThere, readSample, xsdComplaint } from '../../test/iso20022/shared.ts'
import { answerSchema, answerType, type Money } from '../language/index.ts'
import type { Mapped, RequestedCancellation } from './answered.ts'
import { answerBodiesOf, answersOf } from './answers.ts'
import { correlate } from './correlate.ts'
import { resolutionRows } from './mapping/resolution-rows.ts'
import { parseMessage } from './parse-message.ts'

const usd = (value: string): Money => ({ currency: 'USD', value })
const all: RequestedCancellation = { amount: usd('2234578.88') }
const orderId = '0f9e8d7c-6b5a-5938-8271-605f4e3d2c1b'
const order = { orderId, requestId, institution: { bic: 'KMNSTLDLXXX' }, amount: all.amount }

const read = (xml: string | Uint8Array) => {
  const message = parseMessage(xml)
  if (!message.ok) throw new Error(JSON.stringify(message.error))
  return message.value
}
function mapped(xml: string | Uint8Array, asked: RequestedCancellation | undefined = all): Mapped {
  const answers = answersOf(read(xml), asked)
  if (!answers.ok || answers.value.length !== 1) throw new Error(JSON.stringify(answers))
  return answers.value[0] as Mapped
}
const refusedFor = (reason: string, more: Partial<Parameters<typeof answered>[0]> = {}) =>
  mapped(answered({ confirmation: 'RJCR', reasons: reasonOf(reason), ...more }))
const pendingFor = (reason: string) => mapped(answered({ confirmation: 'PDCR', reasons: reasonOf(reason) }))
const codesIn = ({ attention }: Mapped) => attention.map(({ code }) => code)

test('the payment, the recall, the answer for a fifth of it and that fifth returned are one chain', () => {
  for (const [name, xml] of [
    ['pacs.008.001.08', paid],
    ['camt.056.001.08', cancelled],
    ['camt.029.001.09', answeredInPart],
    ['pacs.004.001.10', returned()],
  ] as const) {
    expect(xml).toContain(uetr)
    if (isSharedThere) expect(xsdComplaint(name, xml)).toBeUndefined()
  }
  expect(mapped(answeredInPart)).toEqual({
    about: { requestId },
    answers: [{ kind: 'returnInitiated', details: { basis: 'CONSENT', reference: 'RSL-1-1' } }],
    attention: [{ code: 'IN_PART', message: expect.not.stringContaining('20 %'), said: '"20 %"' }],
  })
  expect(mapped(returned())).toEqual({
    // A pacs.004 names no case: the request is found by the payment, and by a person where that is not enough.
    about: undefined,
    answers: [{ kind: 'returned', details: { amount: usd('446915.78'), reference: 'RTR-1' } }],
    attention: [],
  })
})

describe('a camt.029', () => {
  test('of consent announces a return; it is neither a freeze nor money', () => {
    for (const xml of [
      answered({ confirmation: 'CNCL' }),
      answered({ confirmation: 'CNCL', status: '<TxCxlSts>ACCR</TxCxlSts>' }),
      answered({ confirmation: 'PECR', status: '<TxCxlSts>ACCR</TxCxlSts>' }),
    ])
      expect(mapped(xml).answers).toEqual([{ kind: 'returnInitiated', details: { basis: 'CONSENT', reference: 'RSL-1-1' } }])
    expect(mapped(answered({ confirmation: 'CNCL', reasons: reasonOf('INDM') })).answers).toMatchObject([
      { details: { basis: 'INDEMNITY' } },
    ])
    const freezes = ['CNCL', 'PECR', 'PDCR', 'RJCR', 'IPAY', 'INFO', 'XXXX'].flatMap(
      confirmation => mapped(answered({ confirmation })).answers,
    )
    expect(freezes.filter(({ kind }) => kind === 'frozen' || kind === 'returned')).toEqual([])
  })

  test('in part says which part, in an amount or in words', () => {
    const rest = '<RsltnRltdInf><IntrBkSttlmAmt Ccy="USD">446915.78</IntrBkSttlmAmt></RsltnRltdInf>'
    const { answers, attention } = mapped(answered({ confirmation: 'PECR', rest }))
    expect(answers).toMatchObject([{ kind: 'returnInitiated' }])
    expect(attention).toEqual([{ code: 'IN_PART', message: expect.any(String), said: 'USD 446915.78' }])
    expect(codesIn(mapped(answered({ confirmation: 'PECR', status: '<TxCxlSts>ACCR</TxCxlSts>' })))).toEqual(['IN_PART'])
  })

  test('that is pending is an interim answer with its reason', () => {
    for (const reason of ['S000', 'S003', 'S004', 'RQDA', 'ADAC', 'ARPL', 'INDM', 'CUST', 'NOAS'])
      expect(pendingFor(reason), reason).toMatchObject({
        answers: [{ kind: 'interim', details: { reason, reference: 'RSL-1-1' } }],
        attention: [],
      })
    expect(pendingFor('IDMN').answers).toMatchObject([{ kind: 'interim', details: { reason: 'INDM' } }])
    expect(mapped(answered({ confirmation: 'PDCR' }))).toMatchObject({ answers: [{ details: { reason: 'S000' } }], attention: [] })
    expect(pendingFor('S002')).toMatchObject({ answers: [{ details: { reason: 'S000' } }], attention: [{ code: 'ASK_INSTITUTION' }] })
    expect(mapped(answered({ confirmation: 'PDCR', reasons: reasonOf('RQDA') + reasonOf('INDM') })).answers).toMatchObject([
      { details: { reason: 'RQDA' } },
      { details: { reason: 'INDM' } },
    ])
  })

  test('that refuses for want of money or account ends the request, with the bank’s words as a note', () => {
    expect(refusedFor('AM04').answers).toEqual([{ kind: 'noFunds', details: { reason: 'AM04' } }])
    for (const reason of ['AC03', 'AC04', 'NOOR']) expect(refusedFor(reason).answers).toEqual([{ kind: 'notFound', details: { reason } }])
    const xml = answered({ confirmation: 'RJCR', reasons: reasonOf('AM04', 'Balance 12.00', 'since 22 July') })
    expect(mapped(xml).answers).toEqual([{ kind: 'noFunds', details: { reason: 'AM04', note: 'Balance 12.00\nsince 22 July' } }])
  })

  test('that says the money went on names the next bank’s country and how much, without particulars', () => {
    const next = '<Assgne><Agt><FinInstnId><BICFI>TAMRHKHH</BICFI></FinInstnId></Agt></Assgne>'
    const part = '<RsltnRltdInf><IntrBkSttlmAmt Ccy="USD">2000000.00</IntrBkSttlmAmt></RsltnRltdInf>'
    expect(refusedFor('PTNA', { rest: next }).answers).toEqual([
      { kind: 'movedOnward', details: { amount: all.amount, country: 'HK', reference: 'RSL-1-1' } },
    ])
    expect(refusedFor('PTNA', { rest: part + next }).answers).toMatchObject([{ details: { amount: usd('2000000.00'), country: 'HK' } }])
    // An amount in a currency that nothing was asked in counts for nothing.
    expect(refusedFor('PTNA', { rest: part.replace('USD', 'EUR') + next }).answers).toMatchObject([{ details: { amount: all.amount } }])
    const silent = refusedFor('PTNA')
    expect([silent.answers, codesIn(silent)]).toEqual([[], ['ASK_INSTITUTION']])
  })

  test('that leaves open what happened goes to a person, with what to do', () => {
    for (const [reason, code] of [
      ['LEGL', 'ASK_INSTITUTION'],
      ['RR04', 'ASK_INSTITUTION'],
      ['AGNT', 'ASK_INSTITUTION'],
      ['ARDT', 'LOOK_FOR_RETURN'],
      ['NARR', 'READ_WORDS'],
      ['FRNA', 'ASK_INSTITUTION'],
      ['ZZZZ', 'ASK_INSTITUTION'],
    ] as const) {
      const said = refusedFor(reason)
      expect([said.answers, codesIn(said)], reason).toEqual([[], [code]])
    }
    expect(refusedFor('LEGL').attention[0]?.message).toContain('Ask whether an authority has frozen the money')
    expect(codesIn(mapped(answered({ confirmation: 'RJCR' })))).toEqual(['ASK_INSTITUTION'])
    expect(codesIn(mapped(answered({ confirmation: 'IPAY' })))).toEqual(['LOOK_FOR_RETURN'])
  })

  test('that contradicts itself answers nothing', () => {
    for (const xml of [
      answered({ confirmation: 'CNCL', status: '<TxCxlSts>RJCR</TxCxlSts>', reasons: reasonOf('CUST') }),
      answered({ confirmation: 'RJCR', reasons: reasonOf('AM04') + reasonOf('AC04') }),
      answered({ confirmation: 'RJCR', reasons: reasonOf('AM04') + reasonOf('LEGL') }),
    ])
      expect([mapped(xml).answers, codesIn(mapped(xml))]).toEqual([[], ['CONTRADICTION']])
  })

  test('of a group answers for each payment in it', () => {
    const two = answered({ confirmation: 'PECR', status: '<TxCxlSts>ACCR</TxCxlSts>' })
    const [, transaction = ''] = /(<TxInfAndSts>.*<\/TxInfAndSts>)/s.exec(two) ?? []
    const other = transaction.replaceAll(caseId, 'OTHER').replace('ACCR</TxCxlSts>', `RJCR</TxCxlSts>${reasonOf('AM04')}`)
    const group =
      '<OrgnlGrpInfAndSts><OrgnlMsgId>M</OrgnlMsgId><OrgnlMsgNmId>pacs.008</OrgnlMsgNmId><GrpCxlSts>PACR</GrpCxlSts></OrgnlGrpInfAndSts>'
    const message = read(two.replace(transaction, group + transaction + other))
    const answers = answersOf(message, all)
    expect(answers.ok && answers.value.map(({ about, answers }) => [about, answers.map(({ kind }) => kind)])).toEqual([
      [{ requestId }, ['returnInitiated']],
      [undefined, ['noFunds']],
    ])
    expect(answerBodiesOf(message, order)).toEqual([
      {
        orderId,
        requestId,
        institution: { bic: 'KMNSTLDLXXX' },
        kind: 'returnInitiated',
        details: { basis: 'CONSENT', reference: 'RSL-1-1' },
      },
    ])
    expect(correlate(message)).toBeUndefined()
  })

  test('of the whole group refuses the one payment in it', () => {
    const group = `<OrgnlGrpInfAndSts><RslvdCase><Id>${caseId}</Id><Cretr><Pty/></Cretr></RslvdCase><OrgnlMsgId>M</OrgnlMsgId><OrgnlMsgNmId>pacs.008</OrgnlMsgNmId><GrpCxlSts>RJCR</GrpCxlSts>${reasonOf('AC04')}</OrgnlGrpInfAndSts>`
    const xml = answered({ confirmation: 'RJCR' }).replace(/<TxInfAndSts>.*<\/TxInfAndSts>/s, group)
    expect(mapped(xml)).toMatchObject({ about: { requestId }, answers: [{ kind: 'notFound', details: { reason: 'AC04' } }] })
  })
})

describe('a pacs.004', () => {
  const amounts = (settled: string, more: string) =>
    mapped(returned({ amount: `<RtrdIntrBkSttlmAmt ${settled}</RtrdIntrBkSttlmAmt>`, amounts: more }))
  const agent = '<Agt><FinInstnId><BICFI>PLMKUS33</BICFI></FinInstnId></Agt>'
  const charge = (currency: string, value: string) => `<ChrgsInf><Amt Ccy="${currency}">${value}</Amt>${agent}</ChrgsInf>`
  const ordered = (currency: string, value: string) => `<RtrdInstdAmt Ccy="${currency}">${value}</RtrdInstdAmt>`

  test('is returned money, with its charges', () => {
    const said = amounts(
      'Ccy="USD">446880.78',
      `${ordered('USD', '446915.78')}<ChrgBr>SHAR</ChrgBr>${charge('USD', '25')}${charge('USD', '10.00')}`,
    )
    expect(said).toMatchObject({
      answers: [{ kind: 'returned', details: { amount: usd('446880.78'), charges: usd('35.00'), reference: 'RTR-1' } }],
      attention: [],
    })
  })

  test('in another currency keeps the reported rate, and counts in the currency of the request', () => {
    const said = amounts(
      'Ccy="EUR">411162.00',
      `${ordered('USD', '446915.78')}<XchgRate>0.9200000</XchgRate><ChrgBr>SHAR</ChrgBr>${charge('USD', '15.78')}`,
    )
    expect(said.answers).toEqual([
      {
        kind: 'returned',
        details: {
          amount: usd('446900.00'),
          charges: usd('15.78'),
          converted: { amount: { currency: 'EUR', value: '411162.00' }, rate: '0.9200000' },
          reference: 'RTR-1',
        },
      },
    ])
    expect(said.attention).toEqual([])
  })

  test('without an amount in the currency of the request goes to a person', () => {
    const said = amounts('Ccy="EUR">411162.00', '<XchgRate>0.92</XchgRate><ChrgBr>SHAR</ChrgBr>')
    expect([said.answers, codesIn(said)]).toEqual([[], ['AMOUNT_UNCLEAR']])
    const eaten = amounts(
      'Ccy="EUR">1.00',
      `${ordered('USD', '10.00')}<XchgRate>0.92</XchgRate><ChrgBr>SHAR</ChrgBr>${charge('USD', '10.01')}`,
    )
    expect([eaten.answers, codesIn(eaten)]).toEqual([[], ['AMOUNT_UNCLEAR']])
    const none = amounts('Ccy="USD">0.00', '<ChrgBr>SHAR</ChrgBr>')
    expect([none.answers, codesIn(none)]).toEqual([[], ['AMOUNT_UNCLEAR']])
  })

  test('without its rate, with charges in another currency or an unexplained difference is counted, and a person has to ask', () => {
    for (const [settled, more, words] of [
      ['Ccy="EUR">411162.00', ordered('USD', '446915.78'), 'the rate is not told'],
      ['Ccy="USD">446915.78', charge('EUR', '12.00'), 'EUR 12.00'],
      ['Ccy="USD">446900.00', ordered('USD', '446915.78'), 'no charges are reported'],
    ] as const) {
      const said = amounts(settled, more)
      expect(said.answers).toMatchObject([{ kind: 'returned' }])
      expect(said.attention).toEqual([{ code: 'AMOUNT_UNCLEAR', message: expect.stringContaining(words) }])
    }
  })

  test('is a return whatever its reason, and asks about money that was blocked', () => {
    for (const [code, attention] of [
      ['FR01', []],
      ['AC04', []],
      ['CUST', []],
      ['ZZZZ', []],
      ['AM07', ['ASK_INSTITUTION']],
      ['NARR', ['READ_WORDS']],
    ] as const) {
      const said = mapped(returned({ reasons: `<RtrRsnInf><Rsn><Cd>${code}</Cd></Rsn></RtrRsnInf>` }))
      expect([said.answers.map(({ kind }) => kind), codesIn(said)], code).toEqual([['returned'], attention])
    }
  })

  test('is found by the case where the bank puts it into words', () => {
    const xml = returned({
      reasons: `<RtrRsnInf><Rsn><Cd>FOCR</Cd></Rsn><AddtlInf>YR CASE ${caseId.toUpperCase()}.</AddtlInf></RtrRsnInf>`,
    })
    expect(mapped(xml).about).toEqual({ requestId })
    expect(answerBodiesOf(read(xml), order)).toMatchObject([{ requestId, orderId, kind: 'returned' }])
  })
})

test('a request or payment message is not an answer, and the refusal names its endpoint', () => {
  for (const xml of [cancelled, paid]) expect(answersOf(read(xml))).toMatchObject({ ok: false, error: { code: 'NOT_AN_ANSWER' } })
})

test('an answer about another request is not used for this one', () => {
  const other = '11111111-2222-5333-8444-555555555555'
  expect(answerBodiesOf(read(answeredInPart), { ...order, requestId: other })).toEqual([])
})

test.runIf(isSharedThere)('the samples that came with the plan answer as their names say', () => {
  const cncl = mapped(readSample('camt.029.001.09_cbpr_CNCL_MT196_D_A.xml'), undefined)
  expect(cncl).toEqual({
    about: undefined,
    answers: [{ kind: 'returnInitiated', details: { basis: 'CONSENT', reference: 'CNCL-ID001' } }],
    attention: [],
  })
  const pdcr = mapped(readSample('camt.029.001.09_cbpr_PDCR_MT296_E_B.xml'), undefined)
  expect(pdcr.answers).toEqual([{ kind: 'interim', details: { reason: 'S000', reference: 'CNCL-ID001' } }])
})

test('any message gives valid answers, or advice for a person', () => {
  // Codes at random would hardly ever be one that means something.
  const status = fc.record({ confirmation: fc.constantFrom('CNCL', 'PECR', 'PDCR', 'RJCR', 'FTNA', 'CWFW', 'IPAY', 'INFO') })
  const reason = fc.constantFrom(...resolutionRows.map(({ reason }) => reason).filter(code => /^\w{4}$/.test(code)))
  const resolution = fc
    .tuple(messageArbitrary('resolutionOfInvestigation', 'camt.029.001.09'), status, fc.array(reason, { maxLength: 2 }))
    .map(([message, status, codes]) => {
      if (message.kind !== 'resolutionOfInvestigation') throw new Error('no camt.029')
      const reasons = codes.map(code => ({ reason: { code } }))
      const details = (message.body.details ?? []).map(({ transactions = [], ...group }) => ({
        ...group,
        transactions: transactions.map(transaction => ({ ...transaction, reasons })),
      }))
      return { ...message, body: { ...message.body, status, details } }
    })
  const message = fc.oneof(
    resolution,
    messageArbitrary('resolutionOfInvestigation', 'camt.029.001.09'),
    messageArbitrary('paymentReturn', 'pacs.004.001.10'),
  )
  fc.assert(
    fc.property(message, fc.option(fc.constant(all), { nil: undefined }), (message, asked) => {
      const answers = answersOf(message, asked)
      if (!answers.ok) throw new Error('no answer')
      for (const { answers: made, attention } of answers.value) {
        expect(made.length + attention.length).toBeGreaterThan(0)
        for (const answer of made) {
          const record = {
            specversion: '1.0',
            id: 'a',
            source: '/test',
            type: answerType,
            subject: requestId,
            time: '2024-07-24T00:00:00Z',
            data: { orderId, requestId, institution: order.institution, ...answer },
          }
          expect(answerSchema.safeParse(record).error?.issues).toBeUndefined()
        }
      }
    }),
    { numRuns: drawnCases(1000), seed: 20240723 },
  )
}, 60_000)
