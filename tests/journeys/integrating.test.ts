import { execFile, spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fact } from '@holdfast/schemas'
import { commandEnv } from '@holdfast/test-kit/command-env'
import { createChainVerifier, factHash } from '@holdfast/trust'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'

// Runs the commands of the documents as they are written there.

const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/integrating.md'), 'utf8')
const bin = join(root, 'packages/cli/bin/holdfast.js')

function exampleOf(name: string): string {
  const [, text] = new RegExp(`<!-- example: ${name} -->\\n\`\`\`\\w+\\n(.*?)\`\`\``, 's').exec(page) ?? []
  if (text === undefined) throw new Error(`docs/integrating.md has no example ${name}`)
  return text
}

let folder: string
let engine: EmbeddedEngine | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-integrating-'))
  copyFileSync(join(root, 'examples/request.json'), join(folder, 'request.json'))
})
afterEach(async () => {
  await engine?.stop()
  engine = undefined
  rmSync(folder, { recursive: true, force: true })
})
const read = (name: string) => readFileSync(join(folder, name), 'utf8')

interface Run {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Asynchronous, because the engine that the command calls runs in this process. */
function run(command: string, words: readonly string[], env: Record<string, string> = {}): Promise<Run> {
  const options = { cwd: folder, env: { ...commandEnv, HOLDFAST_URL: engine?.intakeUrl ?? '', ...env } }
  return new Promise(resolve => {
    execFile(command, words, options, (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }))
  })
}
const shell = (script: string) => run('bash', ['--norc', '-euo', 'pipefail', '-c', script])

const has = (command: string, ...words: string[]) => spawnSync(command, words).status === 0
const hasOpenssl = has('openssl', 'version') && has('curl', '--version')
if (!hasOpenssl) console.log('The curl example is skipped: curl or openssl is not installed')

describe('docs/integrating.md', () => {
  test.skipIf(!hasOpenssl)('with curl and openssl: create a key, send and withdraw a request, and read its history', async () => {
    expect(await shell(exampleOf('key'))).toMatchObject({ code: 0, err: '' })
    engine = await startEmbeddedEngine({
      prepare: async dataDir => copyFileSync(join(folder, 'members.json'), join(dataDir, 'members.json')),
    })
    expect(await shell(exampleOf('curl'))).toMatchObject({ code: 0 })
    const { requestId } = JSON.parse(read('receipt.json'))
    expect(JSON.parse(read('outcome.json'))).toMatchObject({ outcome: 'applied', view: { requestId, states: ['closed.withdrawn'] } })

    const facts = read('facts.jsonl')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Fact)
    expect(facts.map(({ actor }) => actor)).toEqual(['SG/system/ncb', 'holdfast/validation/rules', 'SG/officer/a.tan'])
    const verifier = createChainVerifier({ strict: true })
    for (const [index, fact] of facts.entries()) verifier.add(fact, index + 1)
    expect(verifier.finish()).toMatchObject({ facts: 3, problemCount: 0 })

    const events = read('stream.txt').split('\n\n').filter(Boolean)
    expect(events[0]).toMatch(/^event: connected\nid: .*\ndata: \{\}$/)
    expect(events.slice(1, 4).map(event => JSON.parse(/\ndata: (.*)$/.exec(event)?.[1] ?? ''))).toEqual(facts)
    expect(events.slice(1, 4).every(event => /^event: fact\nid: \S+\n/.test(event))).toBe(true)
  })

  test('with a JWT library and a key of keygen: send a request twice', async () => {
    const made = await run(process.execPath, [bin, 'keygen', '--member', 'SG', '--out', 'sg.jwk'])
    expect(made.code).toBe(0)
    writeFileSync(join(folder, 'members.json'), JSON.stringify({ members: [JSON.parse(made.out)] }))
    engine = await startEmbeddedEngine({
      prepare: async dataDir => copyFileSync(join(folder, 'members.json'), join(dataDir, 'members.json')),
    })
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    writeFileSync(join(folder, 'send.mjs'), exampleOf('jose'))
    const first = await run(process.execPath, ['send.mjs'], { MEMBER_KEY: 'sg.jwk' })
    expect(first).toMatchObject({ code: 0, err: '' })
    expect(first.out).toMatch(/^202 \{"requestId":"/)
    expect(await run(process.execPath, ['send.mjs'], { MEMBER_KEY: 'sg.jwk' })).toEqual(first)
  })

  test('with a JWT library and a token bound to a key: list requests where the registry requires proof of possession', async () => {
    const made = await run(process.execPath, [bin, 'keygen', '--member', 'SG', '--bound', 'dpop', '--out', 'sg.jwk'])
    expect(made.code).toBe(0)
    writeFileSync(join(folder, 'members.json'), JSON.stringify({ members: [JSON.parse(made.out)] }))
    engine = await startEmbeddedEngine({
      prepare: async dataDir => copyFileSync(join(folder, 'members.json'), join(dataDir, 'members.json')),
    })
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    writeFileSync(join(folder, 'list.mjs'), exampleOf('dpop'))
    expect(await run(process.execPath, ['list.mjs'], { MEMBER_KEY: 'sg.jwk' })).toEqual({ code: 0, err: '', out: '200 {"requests":[]}\n' })
  })

  test('the sample fact’s hash is right, by our code and by the command of the page', async () => {
    const text = exampleOf('fact')
    const fact = JSON.parse(text) as Fact
    expect(factHash(fact)).toBe(fact.hash)
    if (!has('jq', '--version')) return
    writeFileSync(join(folder, 'fact.json'), text)
    expect((await shell(exampleOf('hash'))).out.split(' ')[0]).toBe(fact.hash)
  })

  test('it names every refusal that a member can get, with its status', async () => {
    const { refusals } = await import('@holdfast/schemas')
    const table = page.slice(page.indexOf('## Status codes and errors'))
    for (const [code, { status }] of Object.entries(refusals)) {
      const isExcluded = status === 409 || status >= 500 || code === 'NOT_REDRIVABLE'
      if (!isExcluded) expect(table).toMatch(new RegExp(`\\| (?:\\d+ [\`A-Z_, ]+, )*${status} [^|]*\`${code}\``))
    }
  })
})

test('the commands of the README work in order', { timeout: 180_000 }, async () => {
  engine = await startEmbeddedEngine()
  cpSync(join(root, 'examples'), join(folder, 'examples'), { recursive: true })
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const [, commands = 'exit 9'] = /```sh\n(npx holdfast check .*?)```/s.exec(readme) ?? []
  const npx = `npx() { shift; ${process.execPath} ${bin} "$@"; }`
  const { code, out } = await shell(`${npx}\nexport HOLDFAST_DATA=${engine.dataDir}\n${commands}`)
  expect([code, out]).toEqual([0, expect.stringContaining('stream.jsonl: intact')])
  const facts = read('stream.jsonl')
    .split('\n')
    .flatMap(line => /"type":"holdfast\.fact\.v1\.(\w+)"/.exec(line)?.[1] ?? [])
  expect(facts).toEqual(['RequestOpened', 'RequestVerified', 'FreezeReported', 'ActionProposed', 'FreezeConfirmed'])
  expect(read('sg.witness.jsonl')).toContain('holdfast/')
})
