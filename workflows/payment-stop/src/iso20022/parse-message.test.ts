import { drawnCases } from '@holdfast/test-kit/drawn-cases'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cancelled, paid } from '../../test/iso20022/chain.ts'
import { formatMessage } from './format-message.ts'
import { parseMessage } from './parse-message.ts'

const iso = 'urn:iso:std:iso:20022:tech:xsd:'
const read = (xml: string | Uint8Array) => {
  const message = parseMessage(xml)
  if (!message.ok) throw new Error(JSON.stringify(message.error))
  return message.value
}
const problemsOf = (xml: string) => {
  const message = parseMessage(xml)
  if (message.ok) throw new Error('it was read')
  return message.error.map(({ path, message: words }) => `${path}: ${words}`)
}

const plain = read(cancelled)
const header = `<AppHdr xmlns="${iso}head.001.001.03"><Fr><FIId><FinInstnId><BICFI>MERLSGSG</BICFI></FinInstnId></FIId></Fr><To><FIId><FinInstnId><BICFI>KMNSTLDL</BICFI></FinInstnId></FIId></To><BizMsgIdr>B1</BizMsgIdr><MsgDefIdr>camt.056.001.08</MsgDefIdr><CreDt>2024-07-23T10:30:00Z</CreDt></AppHdr>`
const document = cancelled.slice(cancelled.indexOf('<Document'))

test('a message is the same under any prefix, and with a business header in any wrapper', () => {
  const prefixed = document.replaceAll(/<(\/?)(\w)/g, '<$1c:$2').replace('xmlns=', 'xmlns:c=')
  expect(read(prefixed)).toEqual(plain)
  for (const wrapped of [
    `<Envelope xmlns="urn:swift:xsd:envelope">${header}${document}</Envelope>`,
    `<FedwireFundsOutgoing xmlns="urn:fedwirefunds:outgoing:v001"><FedwireFundsOutgoingMessage><Any>${header}${document}</Any></FedwireFundsOutgoingMessage></FedwireFundsOutgoing>`,
    `<Message xmlns="urn:tch"><x/>${header}<CreditTransfer>${prefixed}</CreditTransfer></Message>`,
    `<BizMsg>${header}${document}</BizMsg>`,
  ]) {
    const message = read(wrapped)
    expect(message.body).toEqual(plain.body)
    expect(message.header).toMatchObject({ name: 'head.001.001.03', from: { agent: { bic: 'MERLSGSG' } }, messageId: 'B1' })
  }
})

describe('a message in a frame that has no Document', () => {
  const element = document.slice(document.indexOf('<FIToFIPmtCxlReq'), document.indexOf('</Document>'))
  const prefixed = element.replaceAll(/<(\/?)(\w)/g, '<$1rt:$2')
  const framed = (...messages: string[]) => `<?xml version="1.0" encoding="UTF-8"?>
<Message xmlns="urn:tch" xmlns:head="${iso}head.001.001.01" xmlns:rt="${iso}camt.056.001.08">
  <AppHdr><head:Fr/><head:To/><head:BizMsgIdr/><head:MsgDefIdr>camt.056.001.08</head:MsgDefIdr><head:CreDt>0001-01-01T00:00:00</head:CreDt></AppHdr>
  ${messages.map(message => `<ReturnOfFunds>${message}</ReturnOfFunds>`).join('')}
</Message>`

  test('is found by its own element, as RTP sends a camt.056; the header is the frame’s own and says nothing of ours', () => {
    expect(read(framed(prefixed))).toEqual(plain)
    expect(read(Buffer.from(framed(prefixed)))).toEqual(plain)
  })

  test('is refused where there are two, in whatever form, and where it is in no namespace of ISO 20022', () => {
    const two = '/Message/ReturnOfFunds: is one of 2 messages: send them one by one'
    for (const other of [prefixed, document])
      expect(problemsOf(framed(prefixed, other))[0]?.replace(/ReturnOfFunds\/[A-Za-z]+/, 'ReturnOfFunds')).toBe(two)
    expect(problemsOf(framed(prefixed).replace(`"${iso}camt.056.001.08"`, '"urn:other"'))).toEqual([
      '/Message: holds no message in a namespace of ISO 20022',
    ])
    expect(problemsOf(document.replace('</Document>', `${element}</Document>`))).toEqual([
      '/Document/FIToFIPmtCxlReq: is there more than once: send messages one by one',
    ])
  })

  test('is refused with the XPath of each problem', () => {
    expect(problemsOf(framed(prefixed.replace(/<rt:CreDtTm>[^<]*/, '<rt:CreDtTm>yesterday')))).toEqual([
      '/Message/ReturnOfFunds/FIToFIPmtCxlReq/Assgnmt/CreDtTm: must be a date and time, such as 2024-07-23T10:20:00+08:00',
    ])
    expect(problemsOf(framed(prefixed).replace('camt.056.001.08"', 'camt.056.001.01"'))).toEqual([
      '/Message/ReturnOfFunds/FIToFIPmtCxlReq: camt.056.001.01 is not read: camt.056.001.08 and later versions are',
    ])
  })
})

test('the three headers are read and written again, and a header that says another message is not believed', () => {
  for (const version of ['01', '02', '03']) {
    const wrapped = `<E>${header.replace('head.001.001.03', `head.001.001.${version}`)}${document}</E>`
    const message = read(wrapped)
    const xml = formatMessage(message)
    expect(xml.ok && read(xml.value)).toEqual(message)
  }
  expect(problemsOf(`<E>${header.replace('camt.056.001.08', 'pacs.008.001.08')}${document}</E>`)).toEqual([
    '/E/AppHdr/MsgDefIdr: says pacs.008.001.08, and the document is a camt.056.001.08',
  ])
})

test('a later version is read by its namespace, and what is not known in it is passed over', () => {
  const later = document
    .replace('camt.056.001.08', 'camt.056.001.13')
    .replace('<Undrlyg>', '<Undrlyg><NewElmt><Case/></NewElmt><x:Case xmlns:x="urn:other"/>')
  const message = read(later)
  expect(message).toEqual({ ...plain, name: 'camt.056.001.13' })
  expect(formatMessage(message)).toEqual({
    ok: false,
    error: [{ code: 'BAD_FORMAT', path: '/name', message: 'is not written; camt.056.001.08 is' }],
  })
})

test('an older version, another message, and no message are refused by name', () => {
  expect(problemsOf(document.replace('camt.056.001.08', 'camt.056.001.01'))).toEqual([
    '/Document: camt.056.001.01 is not read: camt.056.001.08 and later versions are',
  ])
  expect(problemsOf(document.replace('camt.056.001.08', 'pain.001.001.09'))).toEqual([
    '/Document: pain.001.001.09 is not read; these are: camt.056, camt.029, pacs.004, pacs.028, pacs.008',
  ])
  expect(problemsOf('<Document><FIToFIPmtCxlReq/></Document>')).toEqual(['/Document: holds no message in a namespace of ISO 20022'])
  expect(problemsOf(`<E>${document}${document}</E>`)).toEqual(['/E/Document: is one of 2 messages: send them one by one'])
  expect(problemsOf(`<E>${header}${header}${document}</E>`)[0]).toContain('second business header')
})

test('everything that is wrong is named at its place', () => {
  const wrong = document
    .replace(/<CreDtTm>[^<]*/, '<CreDtTm>yesterday')
    .replace(/<OrgnlUETR>[^<]*/, '<OrgnlUETR>NOT-A-UETR')
    .replace('Ccy="USD"', '')
    .replace(/<Cd>FRAD<\/Cd>/, '<Cd>FRAUD</Cd><Prtry>x</Prtry>')
    .replace(/<OrgnlMsgNmId>.*?<\/OrgnlMsgNmId>/s, '')
  const tx = '/Document/FIToFIPmtCxlReq/Undrlyg[1]/TxInf[1]'
  expect(problemsOf(wrong)).toEqual([
    '/Document/FIToFIPmtCxlReq/Assgnmt/CreDtTm: must be a date and time, such as 2024-07-23T10:20:00+08:00',
    `${tx}/OrgnlGrpInf/OrgnlMsgNmId: is missing`,
    `${tx}/OrgnlUETR: must be a UETR: a version 4 UUID in lower case`,
    `${tx}/OrgnlIntrBkSttlmAmt/@Ccy: is missing`,
    `${tx}/CxlRsnInf[1]/Rsn: must hold exactly one: Cd or Prtry`,
  ])
  expect(problemsOf(document.replace('<Undrlyg>', '<Assgnmt/><Undrlyg>'))).toContain(
    '/Document/FIToFIPmtCxlReq/Assgnmt: stands 2 times, and may only once',
  )
})

test('amounts are decimals to the letter, as XSD lets them be written', () => {
  const amount = (value: string) => {
    const message = parseMessage(paid.replace(/(<IntrBkSttlmAmt Ccy="USD">)[^<]*/, `$1${value}`))
    return message.ok && message.value.kind === 'customerCreditTransfer' ? message.value.body.transactions[0]?.amount.value : 'refused'
  }
  expect(['2234578.88', '0.10', '100', ' +007.50 ', '.5', '5.', '1.00000000', '123456789012345.678'].map(amount)).toEqual([
    '2234578.88',
    '0.10',
    '100',
    '7.50',
    '0.5',
    '5',
    '1.00000',
    '123456789012345.678',
  ])
  expect(['-1', '1e3', '1,50', '', '.', '0x1', 'NaN', '1.000001', '1234567890123456789'].map(amount)).toEqual(Array(9).fill('refused'))
})

test('what is not right is not written, and named by a JSON Pointer', () => {
  if (plain.kind !== 'cancellationRequest') throw new Error('no camt.056')
  const xml = formatMessage({ ...plain, body: { ...plain.body, assignment: { ...plain.body.assignment, id: 'x'.repeat(36), more: 1 } } })
  expect(xml).toEqual({
    ok: false,
    error: [
      { code: 'RULE', path: '/body/assignment/id', message: 'must have at most 35 characters' },
      { code: 'UNKNOWN', path: '/body/assignment/more', message: 'this property is not known here' },
    ],
  })
  for (const nothing of [undefined, null, 1, 'x', [], {}, { kind: 'x' }, { kind: 'cancellationRequest' }])
    expect(formatMessage(nothing).ok).toBe(false)
})

test('a message that is wrong in ten thousand places is given up after a hundred', () => {
  const flood = paid.replace('</FIToFICstmrCdtTrf>', `${'<CdtTrfTxInf/>'.repeat(10_000)}</FIToFICstmrCdtTrf>`)
  expect(problemsOf(flood)).toHaveLength(100)
})

test('no message, however it is bent, makes reading throw', () => {
  const cut = fc.tuple(
    fc.nat(cancelled.length),
    fc.nat(40),
    fc.string({ unit: fc.constantFrom('<', '>', '/', '"', '&', ';', 'C', ' ', '=', '\u0000', '😀'), maxLength: 6 }),
  )
  fc.assert(
    fc.property(fc.constantFrom(cancelled, paid), fc.array(cut, { minLength: 1, maxLength: 3 }), (xml, cuts) => {
      const bent = cuts.reduce((text, [at, length, more]) => text.slice(0, at) + more + text.slice(at + length), xml)
      const message = parseMessage(bent)
      if (message.ok) expect(formatMessage(message.value).ok).toBe(true)
      else expect(message.error.length).toBeGreaterThan(0)
    }),
    { numRuns: drawnCases(2000), seed: 20240723 },
  )
})
