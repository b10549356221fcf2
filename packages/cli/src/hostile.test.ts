import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { camt056OfRequest } from '@holdfast/payment-stop/iso20022'
import { buildRequest } from '@holdfast/test-kit/requests'
import { type RunOptions, runHoldfast, workIn } from '@holdfast/test-kit/run-holdfast'
import { ensureDevelopmentMembers } from '@holdfast/trust'
import { afterAll, beforeAll, expect, test } from 'vitest'

// An engine or a file may contain any characters: from an older version, a bank's message, or an attacker. None may
// reach a terminal.

const directory = mkdtempSync(join(tmpdir(), 'holdfast-hostile-'))
workIn(directory)
ensureDevelopmentMembers(join(directory, '.holdfast'))

/** A terminal title, a cleared screen, a direction override, invisible characters, and line ends of other alphabets. */
const evil = 'x\u001b]0;t\u0007\u001b[31m\u009b2J\u202e\u2066\u200e\u061c\u200b\ufeff\u2028\u0085\u00ad\r\u{e0041}\u007fy'
const actedUpon = /(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/u

const usd = { currency: evil, value: evil }
const amounts = {
  requested: usd,
  frozen: usd,
  recovered: usd,
  charges: usd,
  movedOnward: { currency: evil, value: '1' },
  released: { currency: evil, value: '1' },
}
const confirmation = { instrument: 'COURT_ORDER', authority: evil, reference: evil, date: '2024-07-26' }
const fact = {
  id: evil,
  type: 'holdfast.fact.v1.ActionProposed',
  subject: 'r1',
  causationid: evil,
  sequence: 3,
  time: evil,
  prevhash: '0'.repeat(64),
  hash: '0'.repeat(64),
  requestingcountry: evil,
  beneficiarycountry: evil,
  actor: `TL/authority/${evil}`,
  data: { command: 'ConfirmFreeze', words: evil, data: confirmation, child: evil },
}
const undelivered = {
  ...fact,
  sequence: 4,
  type: 'holdfast.fact.v1.OrderUndelivered',
  data: { order: 'freeze', recipient: evil, attempts: 1, why: evil },
}
const view = {
  requestId: 'r1',
  caseReference: evil,
  requestingCountry: evil,
  beneficiaryCountry: evil,
  states: [evil],
  phase: 'frozen',
  sequence: 4,
  openedAt: evil,
  updatedAt: evil,
  amounts,
  deadlines: [{ kind: evil, dueAt: evil, about: evil }],
  revision: 2,
  parent: { requestId: evil, hop: 1 },
  rejection: { code: evil },
  standingRequestId: evil,
  shortfallReason: evil,
  movedOnward: [
    { country: evil, amount: usd, childRequestId: evil },
    { country: evil, amount: usd, childless: evil },
  ],
  proposals: [{ command: 'ConfirmFreeze', proposedBy: `TL/authority/${evil}`, sequence: 3 }],
  outcome: { end: evil, reason: evil, amounts, endedAt: evil, secondsToVerify: 1 },
}
const answers: Readonly<Record<string, unknown>> = {
  '/v1/requests/r1': {
    request: view,
    history: [fact, undelivered],
    children: [
      { requestId: evil, country: evil, amount: usd, states: [evil], amounts },
      { country: evil, amount: usd, childless: evil },
    ],
  },
  '/v1/cases/SG/C': { requestingCountry: evil, caseReference: evil, requests: [view], sums: [amounts] },
  '/v1/alerts': { alerts: [{ ...view, time: evil, message: evil }], nextCursor: evil },
}
const refusal = { type: evil, title: evil, status: 422, code: evil, detail: evil, problems: [{ code: evil, path: evil, message: evil }] }

let url: string
const server = createServer((request, response) => {
  const path = (request.url ?? '').split('?')[0] ?? ''
  if (path === '/v1/stream') return stream(request.headers.accept, response)
  if (path === '/v1/requests/r1/commands') return send(response, 200, { commandId: evil, outcome: 'proposed', view })
  if (path === '/v1/requests' || path.includes('refused')) return send(response, 422, refusal)
  return path in answers ? send(response, 200, answers[path]) : send(response, 202, { requestId: evil, caseReference: evil })
})
function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' })
  response.end(JSON.stringify(body))
}
function stream(accept: string | undefined, response: ServerResponse): void {
  if (accept?.includes('ndjson')) {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    return void response.end(`${JSON.stringify(fact)}\n`)
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(`id: p1\nevent: fact\ndata: ${JSON.stringify(fact)}\n\n`)
}

const request = buildRequest({ victim: { name: evil }, offence: { facts: `${evil}${'.'.repeat(20)}` } })
const file = (name: string, content: string | Uint8Array) => writeFileSync(join(directory, name), content)

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  file('request.json', JSON.stringify(request))
  file(
    'facts.jsonl',
    `${JSON.stringify(fact)}\n${JSON.stringify({ ...fact, type: evil })}\n${JSON.stringify({ ...fact, subject: evil })}\nno ${evil}\n`,
  )
  file(`${evil.replaceAll('/', '')}.json`, 'no')
  const message = camt056OfRequest(buildRequest(), { id: 'X', createdAt: '2024-07-23T10:20:00Z' })
  if (!message.ok) throw new Error('no message')
  const { body } = message.value
  file(
    'camt056.json',
    JSON.stringify({
      ...message.value,
      body: { ...body, case: { id: 'C1', creator: { party: { name: 'x\u0085\u202e\u2028\u00ad\ty' } } } },
    }),
  )
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
  rmSync(directory, { recursive: true })
})

const holdfast = (args: readonly string[], options: RunOptions = {}) => runHoldfast(args, { ...options, env: { HOLDFAST_URL: url } })
const member = ['--member', 'SG']

test.each([
  ['show', 'r1', ...member],
  ['show', 'refused', ...member],
  ['case', 'SG', 'C', ...member],
  ['alerts', ...member],
  ['act', 'r1', 'Withdraw', '--data', JSON.stringify({ reason: evil }), ...member],
  ['act', 'refused', 'Withdraw', ...member],
  ['act', 'refused', 'Withdraw', '--json', ...member],
  ['act', 'r1', '--agree', '3', ...member],
  ['act', evil, evil],
  ['submit', 'request.json', ...member],
  ['submit', 'request.json', '--json', ...member],
  ['submit', `${evil}.json`, ...member],
  ['check', 'request.json'],
  ['check', `${evil}.json`],
  ['convert', 'request.json'],
  ['convert', 'camt056.json'],
  ['convert', `${evil}.json`],
  ['replay', 'facts.jsonl'],
  ['replay', 'facts.jsonl', '--json'],
  ['verify', 'facts.jsonl'],
  ['verify', 'facts.jsonl', '--json'],
  ['keys', 'restore', evil, '--tombstones', evil],
  ['token', '--person', evil],
  ['token', ...member, '--ttl', evil],
  [evil],
])('nothing that a terminal acts on comes out of command %#', async (...words) => {
  const { out, err } = await holdfast(words)
  expect(`${out}${err}`).not.toBe('')
  expect(out).not.toMatch(actedUpon)
  expect(err).not.toMatch(actedUpon)
})

test.each([
  [['show', 'r1', '--json'], answers['/v1/requests/r1']],
  [['case', 'SG', 'C', '--json'], answers['/v1/cases/SG/C']],
  [['alerts', '--json'], answers['/v1/alerts']],
  [['act', 'r1', 'Withdraw', '--json'], { commandId: evil, outcome: 'proposed', view }],
  [['export'], fact],
])('command %# prints the same value in JSON that a terminal does not act on', async (words, value) => {
  const { out } = await holdfast([...words, ...member])
  expect(out).not.toMatch(actedUpon)
  expect(JSON.parse(out)).toEqual(value)
})

test('watch prints each fact unchanged, as JSON that is harmless to a terminal', async () => {
  const { out } = await holdfast(['watch', ...member], { interruption: AbortSignal.timeout(4_000) })
  expect(out).not.toMatch(actedUpon)
  expect(JSON.parse(out.split('\n')[0] ?? '')).toEqual(fact)
})

test('a bank message is written as XML with the same content and without such characters', async () => {
  const { out } = await holdfast(['convert', 'camt056.json'])
  expect(out).toContain('x&#x85;&#x202E;&#x2028;&#xAD;')
  file('again.xml', out)
  const again = JSON.parse((await holdfast(['convert', 'again.xml'])).out)
  expect(again.body.case.creator.party.name).toContain('\u0085\u202e\u2028\u00ad')
})
