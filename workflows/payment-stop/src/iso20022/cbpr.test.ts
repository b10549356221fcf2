import { expect, test } from 'vitest'
import { answered, cancelled, paid, reasonOf, returned } from '../../test/iso20022/chain.ts'
import { isSharedThere, readCodes, readSample, sampleNames, skippedWithoutShared } from '../../test/iso20022/shared.ts'
import { cancellationReasonSchema, interimReasonSchema } from '../language/index.ts'
import { cbprCancellationReasons, cbprStatusReasons, checkCbpr } from './cbpr.ts'
import { formatMessage } from './format-message.ts'
import { resolutionRows } from './mapping/resolution-rows.ts'
import { returnRows } from './mapping/return-rows.ts'
import { parseMessage } from './parse-message.ts'

skippedWithoutShared('codes are not held against the lists of ISO 20022')

const read = (xml: string | Uint8Array) => {
  const message = parseMessage(xml)
  if (!message.ok) throw new Error(JSON.stringify(message.error))
  return message.value
}
const problemsOf = (xml: string) => checkCbpr(read(xml)).map(({ path, message }) => `${path.replace('/Document/', '')} ${message}`)

test('each rule of the profile finds what breaks it, at its place', () => {
  const tx = 'FIToFIPmtCxlReq/Undrlyg/TxInf'
  expect(problemsOf(cancelled)).toEqual([
    '/AppHdr is missing, and CBPR+ demands it',
    `${tx}/Case/Id must have at most 16 characters in CBPR+`,
  ])
  const broken = cancelled
    .replace(/<Assgnr>.*<\/Assgnr>/s, '<Assgnr><Pty><Nm>Police</Nm></Pty></Assgnr>')
    .replace('2024-07-23T10:30:00+08:00', '2024-07-23T02:30:00Z')
    .replace(/<OrgnlUETR>.*<\/OrgnlIntrBkSttlmDt>/s, '')
    .replace('<Cd>FRAD</Cd>', '<Cd>MD06</Cd>')
    .replace('forged e-mail', 'forged “e-mail”')
  expect(problemsOf(broken)).toEqual([
    '/AppHdr is missing, and CBPR+ demands it',
    '*/Assgnmt/CreDtTm must have an offset such as +00:00 in CBPR+',
    'FIToFIPmtCxlReq/Assgnmt/Assgnr/Agt/FinInstnId/BICFI is missing, and CBPR+ demands it',
    `${tx}/Case/Id must have at most 16 characters in CBPR+`,
    `${tx}/OrgnlUETR is missing, and CBPR+ demands it`,
    `${tx}/OrgnlIntrBkSttlmAmt is missing, and CBPR+ demands it`,
    `${tx}/OrgnlIntrBkSttlmDt is missing, and CBPR+ demands it`,
    `${tx}/CxlRsnInf/Rsn/Cd must be one of ${cbprCancellationReasons.join(', ')} in CBPR+`,
    `${tx}/CxlRsnInf/AddtlInf[1] must hold only letters, digits, blanks and / - ? : ( ) . , ' + in CBPR+`,
  ])
})

test('NARR needs words, a refusal a reason, and a message one payment', () => {
  expect(problemsOf(cancelled.replace('<Cd>FRAD</Cd></Rsn>', '<Cd>NARR</Cd></Rsn>').replace(/<AddtlInf>[^<]*<\/AddtlInf>/, ''))).toContain(
    'FIToFIPmtCxlReq/Undrlyg/TxInf/CxlRsnInf/AddtlInf is missing, and NARR says nothing by itself',
  )
  const tx = 'RsltnOfInvstgtn/CxlDtls/TxInfAndSts'
  expect(problemsOf(answered({ confirmation: 'RJCR' }))).toContain(`${tx}/CxlStsRsnInf is missing, and RJCR needs a reason`)
  expect(problemsOf(answered({ confirmation: 'PECR', status: '<TxCxlSts>ACCR</TxCxlSts>', reasons: reasonOf('ADAC') }))).toEqual([
    '/AppHdr is missing, and CBPR+ demands it',
    'RsltnOfInvstgtn/Sts/Conf must be one of CNCL, PDCR, RJCR in CBPR+',
    `${tx}/RslvdCase/Id must have at most 16 characters in CBPR+`,
    `${tx}/TxCxlSts has no place in CBPR+`,
    `${tx}/CxlStsRsnInf/Rsn/Cd must be one of ${cbprStatusReasons.join(', ')} in CBPR+`,
  ])
  const [, transaction = ''] = /(<CdtTrfTxInf>.*<\/CdtTrfTxInf>)/s.exec(paid) ?? []
  expect(problemsOf(paid.replace(transaction, transaction + transaction))).toContain(
    'FIToFICstmrCdtTrf/CdtTrfTxInf stands 2 times, and CBPR+ wants exactly one',
  )
  expect(problemsOf(returned())).toEqual([
    '/AppHdr is missing, and CBPR+ demands it',
    '/Document must be pacs.004.001.09',
    'PmtRtr/TxInf/RtrChain is missing, and CBPR+ demands it',
  ])
})

test('the wish for an indemnity is read in either spelling and written in that of the profile', () => {
  for (const spelling of ['INDM', 'IDMN']) {
    const message = read(answered({ confirmation: 'PDCR', reasons: reasonOf(spelling) }))
    const spelt = (profile: 'iso' | 'cbpr') => {
      const xml = formatMessage(message, { profile })
      return xml.ok && /<Cd>(I\w+)<\/Cd>/.exec(xml.value)?.[1]
    }
    expect([spelt('iso'), spelt('cbpr')]).toEqual(['IDMN', 'INDM'])
  }
})

test.runIf(isSharedThere)('the CBPR+ samples that came with the plan pass', () => {
  for (const name of sampleNames().filter(name => name.includes('_cbpr_'))) expect(checkCbpr(read(readSample(name))), name).toEqual([])
})

test.runIf(isSharedThere)('every code that we name is in ISO’s list, but for those that other lists are known to lend', () => {
  const cancellation = readCodes('external_cancellation_reason_code')
  expect(cancellationReasonSchema.options.filter(code => !cancellation.includes(code))).toEqual([])
  expect(cbprCancellationReasons.filter(code => !cancellation.includes(code))).toEqual([])

  const rejection = readCodes('external_payment_cancellation_rejection_code')
  // S000 to S004 are the SWIFT Tracker's; AC03 is SEPA's; INDM is CBPR+'s spelling of IDMN; FRNA is a cancellation reason that completes a refusal.
  const lent = ['S000', 'S001', 'S002', 'S003', 'S004', 'AC03', 'INDM', 'FRNA']
  const named = new Set([...resolutionRows.map(({ reason }) => reason), ...cbprStatusReasons, ...interimReasonSchema.options])
  expect([...named].filter(code => /^\w{4}$/.test(code) && !rejection.includes(code) && !lent.includes(code))).toEqual([])
  // What else is in ISO's list is about requests to pay.
  expect(rejection.filter(code => !named.has(code) && code !== 'IDMN').toSorted()).toEqual([
    'AACR',
    'ACLR',
    'AEXR',
    'ARFR',
    'ARJR',
    'PATE',
    'RCAR',
    'RCNR',
    'RCPR',
    'URTP',
  ])

  const returns = readCodes('external_return_reason_code')
  expect(returnRows.flatMap(({ reasons }) => reasons).filter(code => code !== '*' && !returns.includes(code))).toEqual([])
})
