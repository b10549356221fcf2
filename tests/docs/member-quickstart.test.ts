import { spawnSync } from 'node:child_process'
import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { paymentStopSchemas } from '@holdfast/payment-stop/json-schemas'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { openPage } from './src/open-page.ts'
import { createReader } from './src/reader.ts'
import { hasTool } from './src/required-tool.ts'

const page = openPage('member/quickstart.md')
const reader = createReader()
const inFolder = (name: string) => join(reader.folder, name)

const hasJava = hasTool('java', ['javac', '-version'], 'Debian: apt-get install default-jdk-headless')
const withLibrary = ['-c', 'import jwt, cryptography'] as const
const [python3 = 'python3'] = ['python3', '/usr/bin/python3'].filter(command => spawnSync(command, withLibrary).status === 0)
const hasPython = hasTool('python', [python3, ...withLibrary], 'Debian: apt-get install python3-jwt python3-cryptography')

let engine: EmbeddedEngine
/** The body of the first receipt. Each further sample must get the same bytes. */
let receipt: string
beforeAll(async () => {
  const made = await reader.run(page.take('sh', 'keygen').text.replace('mkdir first-request && cd first-request\n', ''))
  expect(made).toMatchObject({ code: 0 })
  engine = await startEmbeddedEngine({
    prepare: async dataDir => copyFileSync(inFolder('members.json'), join(dataDir, 'members.json')),
  })
  reader.uses(engine)
  const sent = await reader.run(page.take('sh', 'curl').text)
  expect(sent).toMatchObject({ code: 0, stderr: '' })
  receipt = sent.stdout
})
afterAll(async () => {
  await engine?.stop()
  reader.remove()
})

describe('docs/member/quickstart.md', () => {
  test('it starts the engine with a script that exists', () => {
    expect(page.take('sh', 'npm --prefix .. start').text).toBe('HOLDFAST_MEMBERS=$PWD/members.json npm --prefix .. start\n')
    const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as { scripts: object }
    expect(scripts).toHaveProperty('start')
  })

  test('curl gets a receipt of the shown form', () => {
    const shown = JSON.parse(page.take('json').text) as object
    const [schema] = paymentStopSchemas.responses.receipt
    for (const each of [shown, JSON.parse(receipt)]) expect(schema.safeParse(each).error).toBeUndefined()
    const { requestId, receivedAt } = JSON.parse(receipt) as { requestId: string; receivedAt: string }
    expect(JSON.parse(receipt)).toEqual({ ...shown, requestId, receivedAt })
  })

  const java = [page.take('java').text, page.take('sh', 'java Send.java').text] as const
  test.skipIf(!hasJava)('Java gets the same receipt', async () => {
    reader.write('Send.java', java[0])
    expect(await reader.run(java[1])).toMatchObject({ code: 0, stdout: `202 ${receipt}\n` })
  })

  const python = [page.take('python').text, page.take('sh', 'send.py').text] as const
  test.skipIf(!hasPython)('Python gets the same receipt', async () => {
    reader.write('send.py', python[0])
    const [install, ...send] = python[1].split('\n')
    // The machine has the library: a test downloads nothing.
    expect(install).toBe('python3 -m venv venv && venv/bin/pip install --quiet "pyjwt[crypto]"')
    expect(await reader.run(send.join('\n').replace('venv/bin/python', python3))).toMatchObject({ code: 0, stdout: `202 ${receipt}\n` })
  })

  const typescript = [page.take('ts').text, page.take('sh', 'node send.ts').text] as const
  test('TypeScript gets the same receipt', async () => {
    reader.write('send.ts', typescript[0])
    expect(await reader.run(typescript[1])).toMatchObject({ code: 0, stdout: `202 ${receipt}\n` })
  })

  const show = page.take('sh', 'holdfast show').text
  test('the request is verified soon', async () => {
    const { requestId } = JSON.parse(receipt) as { requestId: string }
    await expect
      .poll(() => reader.run(show), { timeout: 60_000 })
      .toMatchObject({ code: 0, stdout: expect.stringContaining('verified.ordering') })
    expect((await reader.run(show)).stdout).toContain(requestId)
  })

  test('every block of the page was run', () => page.expectEachTaken())
})
