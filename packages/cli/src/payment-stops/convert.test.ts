import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { orderType } from '@holdfast/schemas'
import { buildRequest } from '@holdfast/test-kit/requests'
import { runHoldfast, workIn } from '@holdfast/test-kit/run-holdfast'
import { afterAll, expect, test } from 'vitest'

const directory = mkdtempSync(join(tmpdir(), 'holdfast-convert-'))
workIn(directory)
afterAll(() => rmSync(directory, { recursive: true }))

const convert = (args: readonly string[], input: string | Buffer = '') => runHoldfast(['convert', ...args], { input })

const at = ['--at', '2024-07-23T10:25:00+08:00']
const request = buildRequest()
const requestFile = 'request.json'
writeFileSync(join(directory, requestFile), JSON.stringify(request))

const answer = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.029.001.09"><RsltnOfInvstgtn>
  <Assgnmt><Id>R1</Id><Assgnr><Agt><FinInstnId><BICFI>KMNSTLDL</BICFI></FinInstnId></Agt></Assgnr><Assgne><Pty/></Assgne><CreDtTm>2024-07-24T09:00:00+09:00</CreDtTm></Assgnmt>
  <RslvdCase><Id>6f0b8f5e2c1d5a349b7e0123456789ab</Id><Cretr><Pty/></Cretr></RslvdCase>
  <Sts><Conf>RJCR</Conf></Sts>
  <CxlDtls><TxInfAndSts><CxlStsId>S1</CxlStsId><CxlStsRsnInf><Rsn><Cd>AM04</Cd></Rsn></CxlStsRsnInf></TxInfAndSts></CxlDtls>
</RsltnOfInvstgtn></Document>`

test('a freeze request converts to a camt.056 and back', async () => {
  const xml = await convert([requestFile, ...at])
  expect([xml.code, xml.err]).toEqual([0, ''])
  expect(xml.out).toContain('<CreDtTm>2024-07-23T02:25:00Z</CreDtTm>')
  const back = await convert(['-', '--to', 'request', '--json'], xml.out)
  expect([back.code, JSON.parse(back.out)]).toEqual([0, request])
  expect((await convert([requestFile, ...at])).out).toBe(xml.out)
}, 60_000)

test('a bank message converts to JSON and back', async () => {
  const json = await convert(['-'], answer)
  expect([json.code, JSON.parse(json.out)]).toMatchObject([0, { kind: 'resolutionOfInvestigation', name: 'camt.029.001.09' }])
  const xml = await convert(['-'], json.out)
  expect([xml.code, (await convert(['-'], xml.out)).out]).toEqual([0, json.out])
  const utf16 = await convert(['-'], Buffer.from(`\ufeff${answer}`, 'utf16le'))
  expect(utf16.out).toBe(json.out)
}, 60_000)

test('--answers prints the answer in a message, and its request', async () => {
  const { code, out } = await convert(['-', '--answers', '--json'], answer)
  expect([code, JSON.parse(out).meaning]).toEqual([
    0,
    [
      {
        about: { requestId: '6f0b8f5e-2c1d-5a34-9b7e-0123456789ab' },
        answers: [{ kind: 'noFunds', details: { reason: 'AM04' } }],
        attention: [],
      },
    ],
  ])
  const recall = await convert([requestFile, '--profile', 'cbpr', ...at])
  expect([recall.code, recall.out.includes('<Envelope')]).toEqual([0, true])
  const draft = JSON.parse((await convert(['-', '--answers'], recall.out)).out)
  expect(draft.request).toMatchObject({ reason: 'FRAD', requestingCountry: 'SG', beneficiaryCountry: 'TL' })
  expect(draft.missing).toContainEqual(expect.objectContaining({ path: '/contact' }))
}, 60_000)

test('an order converts to a bank message, or is refused if none exists for it', async () => {
  const order = (kind: string) =>
    JSON.stringify({
      specversion: '1.0',
      id: 'o',
      source: '/holdfast/dispatch',
      type: orderType,
      subject: '6f0b8f5e-2c1d-5a34-9b7e-0123456789ab',
      time: '2024-07-23T02:40:00Z',
      data: {
        orderId: '0f9e8d7c-6b5a-5938-8271-605f4e3d2c1b',
        requestId: '6f0b8f5e-2c1d-5a34-9b7e-0123456789ab',
        kind,
        country: 'TL',
        requestingCountry: 'SG',
        caseReference: request.caseReference,
        institution: { bic: 'KMNSTLDL' },
        amount: request.payment.amount,
        reason: 'Verified request to stop a payment',
        legalBasis: request.offence.legalBasis,
        confidentiality: 'RESTRICTED',
        discloseToHolder: false,
        payment: request.payment,
      },
    })
  expect((await convert(['-', ...at], order('freeze'))).out).toContain('<Id>6f0b8f5e2c1d5a349b7e0123456789ab</Id>')
  expect((await convert(['-', ...at, '--profile', 'cbpr', '--sender', 'BNTLTLDL'], order('chase'))).out).toContain('pacs.028.001.03')
  const release = await convert(['-', ...at], order('release'))
  expect([release.code, JSON.parse(release.out).problems[0].path]).toEqual([1, '/kind'])
}, 60_000)

test('a text that cannot be converted is reported with its path and exit code 1, an unreadable file with exit code 2', async () => {
  const problemsOf = async (words: readonly string[], input: string | Buffer) => {
    const { code, out } = await convert(words, input)
    return [code, JSON.parse(out).problems[0]]
  }
  expect(await problemsOf(['-'], answer.replace('<Conf>RJCR</Conf>', ''))).toEqual([
    1,
    { code: 'RULE', path: '/Document/RsltnOfInvstgtn/Sts', message: expect.stringContaining('must hold exactly one') },
  ])
  expect(await problemsOf(['-'], '<!DOCTYPE x [<!ENTITY e "x">]><x>&e;</x>')).toEqual([
    1,
    { code: 'NOT_XML', path: '', message: expect.stringContaining('DOCTYPE') },
  ])
  expect(await problemsOf(['-'], Buffer.alloc(30_000_000, '<x>'))).toEqual([
    1,
    { code: 'TOO_LONG', path: '', message: 'longer than 1000000 characters' },
  ])
  expect(await problemsOf(['-'], Buffer.alloc(30_000_000, '"é'))).toEqual([
    1,
    { code: 'TOO_LONG', path: '', message: 'longer than 1000000 characters' },
  ])
  expect(await problemsOf(['-'], '{"kind":"x"}')).toEqual([1, expect.objectContaining({ path: '/kind' })])
  expect(await problemsOf(['-'], '')).toEqual([1, expect.objectContaining({ path: '' })])
  expect(await problemsOf(['-', '--to', 'request'], answer)).toEqual([
    1,
    { code: 'RULE', path: '', message: expect.stringContaining('is not a request') },
  ])
  expect(await problemsOf(['-', '--profile', 'cbpr'], answer)).toEqual([1, { code: 'RULE', path: '/AppHdr', message: expect.any(String) }])
  expect((await convert(['nowhere.xml'])).code).toBe(2)
  expect((await convert(['-', '--to', 'yaml'])).code).toBe(2)
}, 60_000)

test('its help has examples', async () => {
  const { code, out } = await convert(['--help'])
  expect([code, out.includes('  holdfast convert camt029.xml --answers')]).toEqual([0, true])
})
