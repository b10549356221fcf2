import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureDevelopmentMembers } from '@holdfast/trust'
import { decodeJwt } from 'jose'
import { afterAll, afterEach, expect, test } from 'vitest'

const bin = new URL('../bin/holdfast.js', import.meta.url).pathname
const directory = mkdtempSync(join(tmpdir(), 'holdfast-cli-'))
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

/** An engine of a few lines: it does what the test says to each call. */
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
  const env = { PATH: process.env.PATH ?? '', HOLDFAST_URL: url }
  const start = (words: readonly string[]) => spawn(process.execPath, [bin, ...words], { cwd: directory, env })
  const run = (words: readonly string[], more: Record<string, string> = {}) =>
    new Promise<{ code: number; out: string; err: string }>(resolve => {
      execFile(process.execPath, [bin, ...words], { cwd: directory, env: { ...env, ...more } }, (error, out, err) =>
        resolve({ code: error ? Number(error.code) : 0, out, err }),
      )
    })
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
const view = {
  requestId: 'r1',
  caseReference: 'CASE-1',
  requestingCountry: 'SG',
  beneficiaryCountry: 'TL',
  states: ['frozen.coverage.partial'],
  phase: 'frozen',
  sequence: 2,
  openedAt: '2024-07-23T02:20:00Z',
  updatedAt: '2024-07-25T02:20:00Z',
  amounts: { requested: { currency: 'USD', value: '42300000.00' }, frozen: { currency: 'USD', value: '39000000.00' } },
  deadlines: [{ kind: 'holdExpiry', dueAt: '2024-08-01T00:00:00Z' }],
}

test('submit prints a receipt per file, names what was refused, and goes on', async () => {
  const { run, seen } = await startEngine(({ body }, response) => {
    const { caseReference } = JSON.parse(body)
    if (caseReference) json(response, 202, { requestId: 'r', caseReference })
    else
      json(response, 422, {
        title: 't',
        status: 422,
        code: 'MALFORMED',
        detail: 'not this shape',
        problems: [{ path: '/caseReference', message: 'is missing' }],
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
  expect(err).toContain("nowhere.json can't be read")
  expect(decodeJwt(seen[0]?.headers.authorization?.slice('Bearer '.length) ?? '')).toMatchObject({ iss: 'SG', role: 'system', sub: 'cli' })
})

test('the same file is sent under the same key, another file under another, and --key stands before both', async () => {
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
    err: expect.stringContaining('--key goes with one file'),
  })
})

test('show tells a request to people, and all of it to machines', async () => {
  const { run } = await startEngine((_seen, response) => json(response, 200, { request: view, history: [fact(1), fact(2)] }))
  const { code, out } = await run(['show', 'r1', '--member', 'SG'])
  expect(code).toBe(0)
  for (const part of ['CASE-1, SG → TL', 'frozen.coverage.partial', 'USD 39000000.00', 'holdExpiry 2024-08-01', 'RequestVerified'])
    expect(out).toContain(part)
  expect(JSON.parse((await run(['show', 'r1', '--member', 'SG', '--json'])).out)).toEqual({ request: view, history: [fact(1), fact(2)] })
})

test('act gives a command under a key of its own for each person, and tells a refusal', async () => {
  const { run, seen } = await startEngine((_seen, response, count) =>
    count < 3
      ? json(response, 200, { commandId: 'c1', outcome: 'applied', view })
      : json(response, 409, { title: 't', status: 409, code: 'SAME_PERSON', detail: 'a second person must do this' }),
  )
  const words = ['act', 'r1', 'ApproveVerification', '--data', '{"note":"seen"}', '--member', 'TL', '--person']
  expect((await run([...words, 'm.soares'])).out).toContain('applied (command c1)')
  await run([...words, 'j.alves'])
  expect(await run([...words, 'm.soares'])).toEqual({
    code: 1,
    out: '',
    err: 'holdfast: refused (SAME_PERSON): a second person must do this\n',
  })
  expect(seen[0]).toMatchObject({ url: '/v1/requests/r1/commands', body: '{"command":"ApproveVerification","data":{"note":"seen"}}' })
  const [first, second, third] = seen.map(({ headers }) => headers['idempotency-key'])
  expect(second).not.toBe(first)
  expect(third).toBe(first)
})

test('watch prints facts through a cut and ends well on Ctrl-C', async () => {
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
  expect(err).toMatch(/the line was cut.*next attempt in/)
  expect(seen.map(({ url, headers }) => [url, headers['last-event-id']])).toEqual([
    ['/v1/stream?requestId=r1&from=start', undefined],
    ['/v1/stream?requestId=r1', 'p1'],
  ])
})

test('export prints the lines as they come, and a cut one has exit code 2', async () => {
  const { run } = await startEngine((_seen, response, count) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    response.write('{"a":1}\n{"b":2}\n', () => (count === 1 ? response.end() : response.destroy()))
  })
  expect(await run(['export', '--member', 'SG'])).toEqual({ code: 0, out: '{"a":1}\n{"b":2}\n', err: '' })
  expect(await run(['export', '--member', 'SG'])).toMatchObject({ code: 2, err: expect.stringContaining('the line was cut') })
})

test('an engine that refuses the stream, or an address that is none, is told in plain words', async () => {
  const { run } = await startEngine((_seen, response) =>
    json(response, 401, { title: 't', status: 401, code: 'UNAUTHENTICATED', detail: 'the token has expired' }),
  )
  expect(await run(['watch', '--member', 'SG'])).toMatchObject({
    code: 2,
    err: 'holdfast: refused (UNAUTHENTICATED): the token has expired\n',
  })
  expect(await run(['show', 'x', '--member', 'SG', '--url', 'localhost:8080'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('is not the address of an engine'),
  })
})
