import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OutcomeReport, PaymentStopView } from '@holdfast/payment-stop/language'
import { commandEnv } from '@holdfast/test-kit/command-env'
import { runHoldfast, workIn } from '@holdfast/test-kit/run-holdfast'
import { startProcess } from '@holdfast/test-kit/start-process'
import { ensureDevelopmentMembers } from '@holdfast/trust'
import { decodeJwt } from 'jose'
import { afterAll, afterEach, expect, test } from 'vitest'

const bin = new URL('../bin/holdfast.js', import.meta.url).pathname
const directory = mkdtempSync(join(tmpdir(), 'holdfast-cli-'))
workIn(directory)
ensureDevelopmentMembers(join(directory, '.holdfast'))
afterAll(() => rmSync(directory, { recursive: true }))

const closings: Array<() => void> = []
afterEach(() => {
  for (const close of closings.splice(0)) close()
})

interface Seen {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A small engine that answers each call as the test says. */
async function startEngine(react: (seen: Seen, response: ServerResponse, count: number) => void) {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { method, url, headers } = request
    seen.push({ method, url, headers, body })
    react({ method, url, headers, body }, response, seen.length)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closings.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const env = { ...commandEnv, HOLDFAST_URL: url }
  const start = (words: readonly string[]) => startProcess(process.execPath, [bin, ...words], { cwd: directory, env })
  const run = (args: readonly string[], more: Record<string, string> = {}) => runHoldfast(args, { env: { HOLDFAST_URL: url, ...more } })
  return { seen, run, start }
}

const json = (response: ServerResponse, status: number, body: unknown) => {
  response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' })
  response.end(JSON.stringify(body))
}
const file = (name: string, content: string) => {
  writeFileSync(join(directory, name), content)
  return name
}
const fact = (sequence: number) => ({
  type: 'holdfast.fact.v1.RequestVerified',
  subject: 'r1',
  sequence,
  time: '2024-07-23T02:20:00Z',
  actor: 'SG/system/ncb',
})
const usd = (value: string) => ({ currency: 'USD', value })
const nothing = usd('0.00')
const view: PaymentStopView = {
  requestId: 'r1',
  caseReference: 'CASE-1',
  requestingCountry: 'SG',
  beneficiaryCountry: 'TL',
  states: ['frozen.coverage.partial'],
  phase: 'frozen',
  sequence: 2,
  openedAt: '2024-07-23T02:20:00Z',
  updatedAt: '2024-07-25T02:20:00Z',
  amounts: {
    requested: usd('42300000.00'),
    frozen: usd('39000000.00'),
    recovered: nothing,
    charges: nothing,
    movedOnward: nothing,
    released: nothing,
  },
  deadlines: [{ kind: 'holdExpiry', dueAt: '2024-08-01T00:00:00Z' }],
  revision: 1,
  movedOnward: [],
  proposals: [],
}
const confirmation = { instrument: 'COURT_ORDER', authority: "Dili's court", reference: 'C-1', date: '2024-07-26' }
const proposed = {
  ...fact(3),
  type: 'holdfast.fact.v1.ActionProposed',
  requestingcountry: 'SG',
  beneficiarycountry: 'TL',
  actor: 'TL/authority/a.costa',
  data: { command: 'ConfirmFreeze', proposalDigest: '0'.repeat(64), data: confirmation },
}
const waiting: PaymentStopView = {
  ...view,
  sequence: 3,
  proposals: [{ command: 'ConfirmFreeze', proposedBy: 'TL/authority/a.costa', sequence: 3 }],
}

test('submit prints a receipt per file, reports refusals, and continues', async () => {
  const { run, seen } = await startEngine(({ body }, response) => {
    const { caseReference } = JSON.parse(body)
    if (caseReference) json(response, 202, { requestId: 'r', caseReference })
    else
      json(response, 422, {
        title: 't',
        status: 422,
        code: 'MALFORMED',
        detail: 'not this shape',
        problems: [{ code: 'MISSING', path: '/caseReference', message: 'is missing' }],
      })
  })
  const files = [
    file('a.json', '{"caseReference":"A"}'),
    file('b.json', '{}'),
    file('c.json', 'no'),
    'nowhere.json',
    file('d.json', '{"caseReference":"D"}'),
  ]
  const { code, out, err } = await run(['submit', ...files, '--member', 'SG', '--role', 'system'])
  expect([code, out]).toEqual([1, '{"requestId":"r","caseReference":"A"}\n{"requestId":"r","caseReference":"D"}\n'])
  expect(err).toContain('b.json: refused (MALFORMED): not this shape\n  /caseReference  is missing\n')
  expect(err).toContain('c.json was not sent: not JSON')
  expect(err).toContain('nowhere.json cannot be read')
  expect(decodeJwt(seen[0]?.headers.authorization?.slice('Bearer '.length) ?? '')).toMatchObject({ iss: 'SG', role: 'system', sub: 'cli' })
})

test('the same file has the same key, another file another key, and --key overrides both', async () => {
  const { run, seen } = await startEngine((_seen, response) => json(response, 202, {}))
  file('a.json', '{"caseReference":"A"}')
  file('d.json', '{"caseReference":"D"}')
  const token = { HOLDFAST_TOKEN: 'given' }
  await run(['submit', 'a.json'], token)
  await run(['submit', 'a.json', 'd.json'], token)
  await run(['submit', 'a.json', '--key', 'mine'], token)
  const keys = seen.map(({ headers }) => headers['idempotency-key'])
  expect(keys[1]).toBe(keys[0])
  expect(keys[2]).not.toBe(keys[0])
  expect(keys[3]).toBe('mine')
  expect(seen.every(({ headers }) => headers.authorization === 'Bearer given')).toBe(true)
  expect(await run(['submit', 'a.json', 'd.json', '--key', 'mine'], token)).toMatchObject({
    code: 2,
    err: expect.stringContaining('--key needs exactly one file'),
  })
})

test('show prints a request for people, and all of it as JSON', async () => {
  const shown = { request: view, history: [fact(1), fact(2)], children: [] }
  const { run } = await startEngine((_seen, response) => json(response, 200, shown))
  const { code, out } = await run(['show', 'r1', '--member', 'SG'])
  expect(code).toBe(0)
  for (const part of [
    'CASE-1, SG → TL',
    'frozen.coverage.partial',
    'USD 39000000.00',
    '2024-08-01T00:00:00Z  holdExpiry: the end',
    'RequestVerified',
  ])
    expect(out).toContain(part)
  for (const part of ['revision', 'parent', 'moved on', 'released', 'children', 'alerts', 'outcome']) expect(out).not.toContain(part)
  expect(JSON.parse((await run(['show', 'r1', '--member', 'SG', '--json'])).out)).toEqual(shown)
})

test('show prints onward requests, proposals, alerts and the outcome', async () => {
  const request: PaymentStopView = {
    ...waiting,
    revision: 2,
    parent: { requestId: 'r0', hop: 1 },
    amounts: { ...view.amounts, movedOnward: usd('700.00'), released: usd('50.00') },
    movedOnward: [
      { country: 'AE', amount: usd('500.00'), childRequestId: 'r2' },
      { country: 'XK', amount: usd('200.00'), childless: 'NOT_A_MEMBER' },
      { country: 'HK', amount: usd('3.00'), report: 8 },
      { country: 'HK', amount: usd('2.00'), report: 9, declined: true },
    ],
    shortfallReason: 'AM04',
    deadlines: [{ kind: 'holdWarning', dueAt: '2024-07-31T20:00:00Z', about: '2024-08-01T00:00:00Z' }],
    outcome: {
      end: 'closed.released',
      reason: 'WRONG_PARTY',
      amounts: { ...view.amounts, frozen: usd('50.00'), movedOnward: usd('700.00'), released: usd('50.00') } as OutcomeReport['amounts'],
      openedAt: view.openedAt,
      endedAt: '2024-07-26T02:20:00Z',
      secondsToVerify: 90,
      secondsToFreeze: 183_600,
    },
  }
  const children = [
    {
      requestId: 'r2',
      country: 'AE',
      amount: usd('500.00'),
      phase: 'frozen',
      states: ['frozen.coverage.full'],
      amounts: { ...view.amounts, frozen: usd('500.00') },
    },
    { requestId: 'r3', country: 'MY', amount: usd('1.00') },
    { country: 'XK', amount: usd('200.00'), childless: 'NOT_A_MEMBER' },
    { country: 'HK', amount: usd('3.00'), report: 8 },
  ]
  const expired = {
    ...proposed,
    sequence: 2,
    type: 'holdfast.fact.v1.HoldExpired',
    data: { kind: 'holdExpiry', dueAt: '2024-07-25T00:00:00Z' },
  }
  const settled = { ...proposed, sequence: 1 }
  const refused = (late: object) => ({
    ...proposed,
    type: 'holdfast.refusal.v1',
    aftersequence: 2,
    data: { command: 'ReportFreeze', code: 'WRONG_STATE', ...late },
  })
  const refusals = [refused({}), refused({ late: true })]
  const { run } = await startEngine((_seen, response) =>
    json(response, 200, { request, history: [settled, expired, proposed], children, refusals }),
  )
  const { out } = await run(['show', 'r1', '--member', 'SG'])
  for (const part of [
    /revision +2\n/,
    /parent +r0, this is hop 1\n/,
    /moved on +USD 700\.00\n +USD 500\.00 to AE, onward request r2\n +USD 200\.00 to XK, no onward request: this country is not a member/,
    /USD 3\.00 to HK, awaiting an officer of the requesting country: holdfast act r1 FollowOnward --data '{"report":8}'\n/,
    /USD 2\.00 to HK, declined; to open an onward request anyway: holdfast act r1 FollowOnward --data '{"report":9}'\n/,
    /released +USD 50\.00\n/,
    /shortfall +AM04: insufficient funds\n/,
    /deadline +2024-07-31T20:00:00Z {2}holdWarning: .* at 2024-08-01T00:00:00Z\n/,
    /proposal +fact 3: ConfirmFreeze by TL\/authority\/a\.costa, awaiting second approval \(--agree 3\)\n/,
    /outcome +closed\.released at 2024-07-26T02:20:00Z, reason WRONG_PARTY\n/,
    /verified after 1 min 30 s, held after 2 d 3 h\n/,
    /children\n {2}r2 {2}AE {2}USD 500\.00 {2}frozen\.coverage\.full; frozen USD 500\.00, .*\n {2}r3 {2}MY .* not open yet, or hidden from your country\n {2}– +XK .*not a member.*\n {2}– +HK {2}USD 3\.00 {2}awaiting an officer .*FollowOnward --data '{"report":8}'\n/,
    /alerts\n {4}2 .*A hold has ended.*\n {4}3 .*TL: It is proposed to confirm the hold.*\n {4}2 .*reported after the request had ended.*\n\nhistory/,
    /refused\n {4}2 .*ReportFreeze: WRONG_STATE TL.*\n {4}2 .*ReportFreeze: WRONG_STATE TL.*\n$/,
  ])
    expect(out).toMatch(part)
})

test('show prints which answer was corrected, and why', async () => {
  const data = { corrects: 'frozen', report: 1, amount: usd('400.00'), reason: 'It was another account' }
  const corrected = { ...fact(2), type: 'holdfast.fact.v1.AnswerCorrected', data }
  const erased = { ...corrected, sequence: 3, data: { corrects: 'noFunds', report: 2 } }
  const { run } = await startEngine((_seen, response) =>
    json(response, 200, { request: view, history: [fact(1), corrected, erased], children: [] }),
  )
  const { out } = await run(['show', 'r1', '--member', 'SG'])
  expect(out).toMatch(
    /corrections\n {4}2 .* {2}frozen USD 400\.00 of fact 1 was wrong: It was another account\n {4}3 .* {2}noFunds of fact 2 was wrong: its reason was erased\n\nhistory/,
  )
})

test('act sends a command with a separate key for each person, and reports a refusal', async () => {
  const { run, seen } = await startEngine((_seen, response, count) =>
    count < 3
      ? json(response, 200, { commandId: 'c1', outcome: 'applied', view })
      : json(response, 409, { title: 't', status: 409, code: 'SAME_PERSON', detail: 'another person must approve this' }),
  )
  const words = ['act', 'r1', 'ApproveVerification', '--data', '{"note":"seen"}', '--member', 'TL', '--person']
  expect((await run([...words, 'm.soares'])).out).toContain('applied (command c1)')
  await run([...words, 'j.alves'])
  expect(await run([...words, 'm.soares'])).toEqual({
    code: 1,
    out: '',
    err: 'holdfast: refused (SAME_PERSON): another person must approve this\n',
  })
  expect(seen[0]).toMatchObject({ url: '/v1/requests/r1/commands', body: '{"command":"ApproveVerification","data":{"note":"seen"}}' })
  const [first, second, third] = seen.map(({ headers }) => headers['idempotency-key'])
  expect(second).not.toBe(first)
  expect(third).toBe(first)
})

test('act prints for the proposer the command line with which a second officer approves', async () => {
  const { run, seen } = await startEngine((_seen, response) => json(response, 200, { commandId: 'c1', outcome: 'proposed', view: waiting }))
  const words = ['act', 'r1', 'ConfirmFreeze', '--data', JSON.stringify(confirmation), '--member', 'TL', '--role', 'authority', '--person']
  const { code, out } = await run([...words, 'a.costa'])
  expect(code).toBe(0)
  expect(out).toContain('proposed (command c1): a second officer of TL authority must send the same command with the same data:\n')
  expect(out).toContain('  holdfast act r1 --agree 3 --member TL --role authority --person ANOTHER\n')
  const [line = ''] = /^ {2}holdfast act r1 ConfirmFreeze .*$/m.exec(out) ?? []
  // Run by a shell, it is the same command.
  const repeated = await new Promise<string>(resolve => {
    const script = line.trim().replace('holdfast', `"$0" "${bin}"`).replace('ANOTHER', 'b.soares')
    const env = { ...commandEnv, HOLDFAST_URL: `http://${seen[0]?.headers.host}` }
    execFile('sh', ['-c', script, process.execPath], { cwd: directory, env }, (_error, stdout) => resolve(stdout))
  })
  expect(repeated).toContain('proposed')
  expect(seen.map(({ body }) => JSON.parse(body))).toEqual(Array(2).fill({ command: 'ConfirmFreeze', data: confirmation }))
  expect(seen[1]?.headers['idempotency-key']).not.toBe(seen[0]?.headers['idempotency-key'])
})

test('act --agree shows the proposal of another person, and approves it', async () => {
  const { run, seen } = await startEngine(({ method }, response) =>
    method === 'GET'
      ? json(response, 200, { request: waiting, history: [fact(1), fact(2), proposed], children: [] })
      : json(response, 200, { commandId: 'c2', outcome: 'applied', view }),
  )
  const agree = (...more: string[]) => run(['act', 'r1', ...more, '--member', 'TL', '--role', 'authority', '--person', 'b.soares'])
  const { code, out, err } = await agree('--agree', '3')
  expect([code, out.split('\n')[0]]).toEqual([0, 'applied (command c2)'])
  expect(err).toContain('approving ConfirmFreeze, proposed by TL/authority/a.costa at 2024-07-23T02:20:00Z:\n{')
  expect(err).toContain('"reference": "C-1"')
  expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /v1/requests/r1', 'POST /v1/requests/r1/commands'])
  expect(JSON.parse(seen[1]?.body ?? '')).toEqual({ command: 'ConfirmFreeze', data: confirmation })

  expect((await agree('ConfirmFreeze', '--agree', '3')).code).toBe(0)
  const given = seen.length
  for (const [words, why] of [
    [['--agree', '2'], 'fact 2 is RequestVerified: it is not a proposal'],
    [['--agree', '9'], 'the history of this request has no fact 9'],
    [['Release', '--agree', '3'], 'fact 3 proposes ConfirmFreeze, not Release'],
    [['--agree', '3', '--data', '{}'], 'leave out --data'],
    [['--agree', 'x'], 'It must be the number of a fact'],
    [[], 'the command is missing'],
  ] as const)
    expect(await agree(...words)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(why) })
  expect(seen.slice(given).every(({ method }) => method === 'GET')).toBe(true)
}, 30_000)

test('act --agree sends the data as proposed, without the encrypted field and the signature', async () => {
  const encrypted = { key: 'k', ciphertext: 'b', digest: 'd', decrypted: { salt: 's', pointers: ['/reference'] } }
  const decrypted = { ...proposed, data: { ...proposed.data, data: { ...confirmation, encrypted: encrypted, signed: { type: 't' } } } }
  const { run, seen } = await startEngine(({ method }, response) =>
    method === 'GET'
      ? json(response, 200, { request: waiting, history: [fact(1), fact(2), decrypted], children: [] })
      : json(response, 200, { commandId: 'c2', outcome: 'applied', view }),
  )
  const words = ['act', 'r1', '--agree', '3', '--member', 'TL', '--role', 'authority', '--person', 'b.soares']
  expect((await run(words)).err).not.toMatch(/encrypted|signed/)
  expect(JSON.parse(seen[1]?.body ?? '')).toEqual({ command: 'ConfirmFreeze', data: confirmation })
  // The same data in an own command makes another command.
  await run(['act', 'r1', 'ConfirmFreeze', '--data', JSON.stringify(confirmation), ...words.slice(4)])
  expect(seen[2]?.headers['idempotency-key']).not.toBe(seen[1]?.headers['idempotency-key'])
})

test('act --agree refuses a proposal whose data cannot be read', async () => {
  const encrypted = { key: 'k', ciphertext: 'b', digest: 'd' }
  const closed = { ...proposed, data: { ...proposed.data, data: { instrument: 'COURT_ORDER', encrypted: encrypted } } }
  const { run, seen } = await startEngine((_seen, response) =>
    json(response, 200, { request: waiting, history: [fact(1), fact(2), closed], children: [] }),
  )
  const { code, err } = await run(['act', 'r1', '--agree', '3', '--member', 'TL', '--role', 'authority'])
  expect([code, err]).toEqual([2, expect.stringContaining('cannot be read')])
  expect(seen.map(({ method }) => method)).toEqual(['GET'])
})

test('act --agree refuses a proposal that is closed', async () => {
  const { run, seen } = await startEngine((_seen, response) =>
    json(response, 200, { request: view, history: [fact(1), fact(2), proposed], children: [] }),
  )
  expect(await run(['act', 'r1', '--agree', '3', '--member', 'TL'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('is closed'),
  })
  expect(seen).toHaveLength(1)
})

test('a proposal cannot control the terminal of the approver', async () => {
  const hostile = { ...proposed, actor: 'TL/\u001b[31m', data: { ...proposed.data, data: { reason: '\u009b31m\u001b[2J' } } }
  const { run } = await startEngine(({ method }, response) =>
    method === 'GET'
      ? json(response, 200, { request: waiting, history: [hostile], children: [{ country: '\u001b[1m', requestId: '\u009b' }] })
      : json(response, 200, {
          commandId: '\u001b[2J',
          outcome: 'proposed',
          view: { ...waiting, proposals: [{ ...waiting.proposals[0], proposedBy: '\u001b/x/y' }] },
        }),
  )
  const agreed = await run(['act', 'r1', '--agree', '3', '--member', 'TL'])
  const shown = await run(['show', 'r1', '--member', 'TL'])
  expect([agreed.code, shown.code]).toEqual([0, 0])
  for (const text of [agreed.out, agreed.err, shown.out, shown.err])
    for (const control of ['\u001b', '\u009b']) expect(text).not.toContain(control)
})

test('case prints the requests of a case and their sums, and all of it as JSON', async () => {
  const sums = [{ ...view.amounts, requested: usd('42300000.00'), movedOnward: usd('700.00') }]
  const shown = {
    requestingCountry: 'SG',
    caseReference: 'CASE-1',
    requests: [view, { ...view, requestId: 'r2', beneficiaryCountry: 'AE' }],
    sums,
  }
  const { run, seen } = await startEngine((_seen, response, count) =>
    count < 3
      ? json(response, 200, shown)
      : count === 3
        ? json(response, 200, { ...shown, sums: undefined })
        : json(response, 404, { title: 't', status: 404, code: 'REQUEST_UNKNOWN', detail: 'your country has no part in such a case' }),
  )
  const { code, out } = await run(['case', 'sg', 'CASE/1', '--member', 'SG'])
  expect([code, seen[0]?.url]).toEqual([0, '/v1/cases/SG/CASE%2F1'])
  expect(out).toMatch(/^case CASE-1 of SG\n/)
  expect(out).toMatch(/r2 +CASE-1 +SG → AE +frozen\.coverage\.partial +USD 42300000\.00 +USD 39000000\.00 /)
  expect(out).toMatch(
    /\n\n *requested +frozen +recovered +charges +moved on +released\n.*\n *USD 42300000\.00 +USD 39000000\.00 +USD 0\.00 +USD 0\.00 +USD 700\.00 +USD 0\.00\n$/,
  )
  expect(JSON.parse((await run(['case', 'SG', 'CASE-1', '--member', 'SG', '--json'])).out)).toEqual(shown)
  expect((await run(['case', 'SG', 'CASE-1', '--member', 'SG'])).out).toContain('there are more, so there are no sums')
  expect(await run(['case', 'SG', 'CASE-1', '--member', 'FR'])).toEqual({
    code: 1,
    out: '',
    err: 'holdfast: refused (REQUEST_UNKNOWN): your country has no part in such a case\n',
  })
}, 30_000)

test('alerts lists open alerts and the cursor to continue from', async () => {
  const alert = {
    requestId: 'r1',
    caseReference: 'CASE-1\u001b[2J',
    requestingCountry: 'SG',
    beneficiaryCountry: 'TL',
    fact: 'HoldExpired',
    sequence: 4,
    phase: 'closed',
    time: '2024-08-01T00:00:00Z',
    message: 'A hold has ended',
  }
  const { run, seen } = await startEngine((_seen, response) => json(response, 200, { alerts: [alert], nextCursor: '0:12,1:7' }))
  const { code, out, err } = await run(['alerts', '--member', 'TL'])
  expect(code).toBe(0)
  expect(out).toBe('2024-08-01T00:00:00Z  CASE-1\ufffd[2J, SG → TL: A hold has ended\n  request r1, fact 4\n')
  expect(err).toBe("continue with: --after '0:12,1:7'\n")
  expect(JSON.parse((await run(['alerts', '--member', 'TL', '--after', '', '--limit', '9', '--json'])).out)).toEqual({
    alerts: [alert],
    nextCursor: '0:12,1:7',
  })
  expect(seen.map(({ url }) => url)).toEqual(['/v1/alerts?limit=50', '/v1/alerts?after=&limit=9'])
  expect(await run(['alerts', '--member', 'TL', '--limit', '201'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('It must be 1 to 200'),
  })
}, 30_000)

test('watch continues after a broken connection, and ends cleanly on Ctrl-C', async () => {
  const { start, seen } = await startEngine((_seen, response, count) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(`event: fact\nid: p${count}\ndata: ${JSON.stringify(fact(count))}\n\n`, () => {
      if (count === 1) response.destroy()
    })
  })
  const child = start(['watch', '--member', 'TL', '--request', 'r1', '--from-start'])
  let out = ''
  let err = ''
  child.stdout.on('data', chunk => {
    out += chunk
  })
  child.stderr.on('data', chunk => {
    err += chunk
  })
  await expect.poll(() => out, { timeout: 10_000 }).toBe(`${JSON.stringify(fact(1))}\n${JSON.stringify(fact(2))}\n`)
  child.kill('SIGINT')
  expect(await once(child, 'close')).toEqual([0, null])
  expect(err).toMatch(/the connection broke.*next attempt in/)
  expect(seen.map(({ url, headers }) => [url, headers['last-event-id']])).toEqual([
    ['/v1/stream?requestId=r1&from=start', undefined],
    ['/v1/stream?requestId=r1', 'p1'],
  ])
})

test('a cursor that the ledger no longer has is refused with advice', async () => {
  const problem = { title: 't', status: 410, code: 'POSITION_UNKNOWN', detail: 'this place is not in the ledger' }
  const { run } = await startEngine((_seen, response) => json(response, 410, problem))
  const told = expect.stringMatching(
    /refused \(POSITION_UNKNOWN\): this place is not in the ledger\nRead again from the start.*--from-start/,
  )
  expect(await run(['watch', '--member', 'TL', '--after', 'p'])).toMatchObject({ code: 2, err: told })
  expect(await run(['alerts', '--member', 'TL', '--after', 'p'])).toMatchObject({ code: 1, err: told })
})

test('export prints the lines as they arrive, and ends with exit code 2 if it is incomplete', async () => {
  const { run } = await startEngine((_seen, response, count) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    response.write('{"a":1}\n{"b":2}\n', () => (count === 1 ? response.end() : response.destroy()))
  })
  expect(await run(['export', '--member', 'SG'])).toEqual({ code: 0, out: '{"a":1}\n{"b":2}\n', err: '' })
  expect(await run(['export', '--member', 'SG'])).toMatchObject({ code: 2, err: expect.stringContaining('the connection broke') })
})

test('a refused stream and an invalid address are reported', async () => {
  const { run } = await startEngine((_seen, response) =>
    json(response, 401, { title: 't', status: 401, code: 'UNAUTHENTICATED', detail: 'the token has expired' }),
  )
  expect(await run(['watch', '--member', 'SG'])).toMatchObject({
    code: 2,
    err: expect.stringMatching(
      /^holdfast: refused \(UNAUTHENTICATED\): the token has expired\n--member signs with the development keys .* the demo has other keys\.\n$/,
    ),
  })
  expect(await run(['show', 'x', '--member', 'SG', '--url', 'localhost:8080'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('is not a valid address'),
  })
})
