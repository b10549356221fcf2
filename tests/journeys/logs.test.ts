import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandKind, FreezeRequest } from '@holdfast/payment-stop/language'
import { parseJson } from '@holdfast/schemas'
import { type EngineProcess, startEngineProcess } from '@holdfast/test-kit/engine-process'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientsOf, eventually, type Person, submit, tokenOf } from '../src/engine.ts'

// An engine with a complete log, on which one request is processed and every refusal is provoked.

const officer: Person = ['SG', 'officer', 'i.wolframite']
const institution: Person = ['TL', 'institution', 'b.tourmaline']

/** Texts that appear in no other file, so any of them in a log comes from here. */
const said = {
  note: 'The marmaladefox rang twice, from +6565550199, and named the quincetree account',
  reference: 'PEBBLEDASH-77',
  wrongDocument: 'Balthasar Zirconium, account 0099112233445566',
  wrongAnswer: 'Hildegard Feldspar, account 0077665544332211',
  searched: 'Ottoline Chalcedony',
  correlation: 'Ludmilla-Carnelian-0088776655',
} as const

const document: FreezeRequest = buildRequestNumber(1, {
  contact: { unit: 'Quartzite desk', name: 'Irma Wolframite', email: 'irma@quartzite.example.sg', phone: '+6565550177' },
  offence: {
    legalBasis: 'Gneissian Penal Code, section 420',
    facts: 'An obsidianheron wrote to the company of a new account, and the company did not call the supplier.',
  },
  victim: { name: 'Peridot Tin Trading Pte Ltd' },
  payment: {
    debtor: { name: 'Peridot Tin Trading Pte Ltd', account: { other: '0125550099' } },
    creditor: { name: 'Xanthippe Malachite Lda' },
    creditorAgent: { name: 'Labradorite Bank, Dili' },
  },
  recall: { reference: 'RC-GABBRO-4711' },
})

/** The personal data of a document: persons, accounts, payments and free text; each part of a name as well. */
function personalIn({ contact, offence, victim, payment, recall }: FreezeRequest): string[] {
  const accounts = [payment.debtor.account, payment.creditor.account].map(account => ('iban' in account ? account.iban : account.other))
  const words = [
    contact.name ?? '',
    contact.unit,
    victim.name,
    payment.debtor.name,
    payment.creditor.name,
    payment.creditorAgent.name ?? '',
  ]
    .flatMap(name => name.split(/[ ,]+/))
    .filter(word => word.length > 6)
  const payments = [payment.uetr, payment.endToEndId, payment.messageId, recall.reference].flatMap(one => one ?? [])
  return [
    contact.email,
    contact.phone,
    offence.legalBasis,
    ...offence.facts.split(' ').filter(word => word.length > 7),
    ...words,
    ...accounts,
    ...payments,
  ]
}

let engine: EngineProcess

beforeAll(async () => {
  engine = await startEngineProcess({ env: { HOLDFAST_LOG_LEVEL: 'trace' } })
})
afterAll(() => engine?.stop())

async function post(path: string, body: string, token: string, headers: Record<string, string> = {}): Promise<number> {
  const answer = await fetch(`${engine.url}${path}`, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': `logs-${path.length}`, ...headers },
  })
  return answer.status
}

test('no log has personal data or a token in it, whatever was done and refused', async () => {
  const tokens = { officer: await tokenOf(engine, officer), institution: await tokenOf(engine, institution) }
  const requestId = await submit(engine, officer, document, 'logs-1')
  const act = (person: Person, command: CommandKind, data: unknown, nth = 0) =>
    clientsOf(engine, person).desk.act(requestId, command, data, { idempotencyKey: `logs-${command}-${nth}` })
  await eventually(async () => {
    const shown = await clientsOf(engine, officer).desk.show(requestId)
    return shown.ok && shown.value.request.phase === 'verified' ? true : undefined
  }, 'the request is verified')

  // Accepted commands with free text and references.
  const orderId = await eventually(async () => {
    const ordered = await clientsOf(engine, ['TL', 'officer', 'o.one']).desk.orders(requestId)
    return ordered.ok ? ordered.value.orders[0]?.orderId : undefined
  }, 'the order is there')
  const about = { orderId, requestId, institution: { bic: document.payment.creditorAgent.bic } }
  const answer = { specversion: '1.0', id: 'logs-answer', source: '/tl/bank', type: 'holdfast.answer.v1', correlationid: said.correlation }
  const acknowledged = JSON.stringify({ ...answer, data: { ...about, kind: 'acknowledged', details: { reference: said.reference } } })
  const asEvent = { 'content-type': 'application/cloudevents+json' }
  expect(await post('/v1/answers', acknowledged, await tokenOf(engine, institution), asEvent)).toBe(202)
  const frozen = { amount: document.payment.amount, basis: 'VOLUNTARY', reference: said.reference }
  expect(await act(institution, 'ReportFreeze', frozen)).toMatchObject({ ok: true, value: { outcome: 'applied' } })
  const release = { reason: 'NARR', authority: 'Court of Gneiss', note: said.note }
  expect(await act(['TL', 'authority', 'j.one'], 'Release', release)).toMatchObject({ ok: true, value: { outcome: 'proposed' } })

  // Refusals: by permission, by schema, as invalid JSON, as invalid XML, by token.
  expect(await act(officer, 'ReportReturn', { amount: document.payment.amount, reference: said.reference })).toMatchObject({ ok: false })
  expect(await act(officer, 'Withdraw', { reason: { text: said.note } })).toMatchObject({ ok: false })
  const wrong = {
    ...document,
    victim: { ...document.victim, alias: said.wrongDocument },
    payment: { ...document.payment, iban: said.wrongDocument },
  }
  expect(await post('/v1/requests', JSON.stringify(wrong), tokens.officer)).toBe(422)
  expect(await post('/v1/requests', `{"victim": "${said.wrongDocument}`, tokens.officer)).toBe(400)
  expect(
    await post('/v1/requests', `<Document>${said.wrongDocument}</Document`, tokens.officer, { 'content-type': 'application/xml' }),
  ).toBe(422)
  expect(await post('/v1/requests', JSON.stringify(document), `${tokens.officer}x`)).toBe(401)
  expect(await post('/v1/answers', JSON.stringify({ note: said.wrongAnswer }), tokens.institution)).toBe(422)
  expect(await post(`/v1/requests/${encodeURIComponent(said.searched)}/commands`, '{}', tokens.officer)).toBe(404)
  const searched = new URLSearchParams({ q: said.searched })
  for (const path of [`/v1/requests?${searched}`, `/v1/requests/${said.searched}`, `/${said.searched}`])
    await fetch(`${engine.url}${path}`, { headers: { authorization: `Bearer ${tokens.officer}` } })

  await engine.kill('SIGTERM')
  const log = readFileSync(engine.logFile, 'utf8')
  const lines = log.trim().split('\n')
  expect(lines.length).toBeGreaterThan(10)
  expect(log).toContain(requestId)
  expect(lines.filter(line => !parseJson(line).ok && line.startsWith('{'))).toEqual([])
  const secrets = [...Object.values(tokens), readFileSync(join(engine.dataDir, 'engine-secret'), 'utf8').trim()]
  const words = Object.values(said).flatMap(text => [text, ...text.split(/[ ,]+/).filter(word => word.length > 6)])
  const forbidden = [...personalIn(document), ...words, ...secrets]
  expect(forbidden.length).toBeGreaterThan(40)
  const known = lines.flatMap(line =>
    forbidden.filter(each => line.includes(each) || line.includes(encodeURIComponent(each))).map(each => [each, line]),
  )
  expect(known).toEqual([])
})
