import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inNamespace, topics } from '@holdfast/schemas'
import { commandEnv } from '@holdfast/test-kit/command-env'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { sharedServers } from '@holdfast/test-kit/shared-servers'
import { startProcess } from '@holdfast/test-kit/start-process'
import { type MembersFile, membersFileName } from '@holdfast/trust'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clusterBackend } from '../src/backends.ts'
import { clientsOf, type Engine, eventually, reaches, tokenOf } from '../src/engine.ts'
import { runHoldfast } from '../src/holdfast-command.ts'
import { verifyExport } from '../src/load.ts'
import { missingServers } from '../src/real-servers.ts'
import { register } from '../src/registry.ts'

const { brokers = '', namespace } = sharedServers() ?? {}
const requestsTopic = inNamespace(namespace, topics.requests.name)
const hasKcat = spawnSync('kcat', ['-V']).status === 0
if (!hasKcat) {
  if (process.env.HOLDFAST_REQUIRE?.includes('kafka')) throw new Error('Kafka is required, and kcat is not installed')
  console.log('The kcat journey is skipped: kcat is not installed')
}

const has = (command: string, word: string): boolean => spawnSync(command, [word]).status === 0
const hasSigners = has('jq', '--version') && has('openssl', 'version')
if (!hasSigners) console.log('The signed kcat journey is skipped: jq or openssl is not installed')

const page = readFileSync(join(import.meta.dirname, '../../docs/integrating.md'), 'utf8')
const exampleOf = (name: string): string =>
  new RegExp(`<!-- example: ${name} -->\\n\`\`\`\\w+\\n(.*?)\`\`\``, 's').exec(page)?.[1] ?? `exit 9 # no example ${name}`

describe.skipIf(missingServers() || !hasKcat)("a stranger's tool", () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await clusterBackend.start()
  })
  afterAll(() => engine?.stop())

  test('kcat publishes a request as a structured CloudEvent, and it reaches verified', async () => {
    const data = buildRequestNumber(700_000 + Math.floor(Math.random() * 100_000))
    const event = {
      specversion: '1.0',
      id: `kcat-${data.caseReference}`,
      source: '/ncb/sg',
      type: 'holdfast.request.v1',
      time: new Date().toISOString(),
      data,
    }
    const token = await tokenOf(engine, ['SG', 'system', 'kcat'])
    const headers = ['-H', `authorization=Bearer ${token}`, '-H', 'content-type=application/cloudevents+json; charset=UTF-8']
    const published = spawnSync('kcat', ['-P', '-b', brokers, '-t', requestsTopic, '-k', 'SG', ...headers], {
      input: JSON.stringify(event),
      encoding: 'utf8',
    })
    expect(published.stderr).toBe('')
    expect(published.status).toBe(0)
    const { desk } = clientsOf(engine, ['SG', 'officer'])
    const requestId = await eventually(async () => {
      const list = await desk.list()
      return list.ok ? list.value.requests.find(view => view.caseReference === data.caseReference)?.requestId : undefined
    }, 'the request exists')
    const { history } = await reaches(engine, requestId, 'verified')
    expect(history[0]?.actor).toBe('SG/system/kcat')
  })

  test.skipIf(!hasSigners)(
    'kcat, jq and openssl sign a request as docs/integrating.md says, and holdfast verify proves its signer',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'holdfast-kcat-'))
      const shell = (script: string): Promise<number | null> =>
        new Promise(resolve => {
          const env = { ...commandEnv, BROKERS: brokers }
          startProcess('bash', ['--norc', '-euo', 'pipefail', '-c', script], { cwd: folder, env, stdio: 'ignore' }).on('exit', resolve)
        })
      const data = buildRequestNumber(800_000 + Math.floor(Math.random() * 100_000))
      writeFileSync(join(folder, 'request.json'), JSON.stringify(data))
      expect(await shell(exampleOf('key'))).toBe(0)
      const membersIn = (path: string) => (JSON.parse(readFileSync(path, 'utf8')) as MembersFile).members
      const keysOf = (path: string) => membersIn(path).find(({ country }) => country === 'SG')?.keys.keys ?? []
      const [own] = keysOf(join(folder, 'members.json'))
      register(engine, 'SG', { keys: { keys: [...keysOf(join(engine.dataDir, membersFileName)), own] } })

      const { desk } = clientsOf(engine, ['SG', 'officer'])
      const requestId = await eventually(async () => {
        expect(await shell(exampleOf('signed').replace(topics.requests.name, requestsTopic))).toBe(0)
        const list = await desk.list({ caseReference: data.caseReference })
        return list.ok ? list.value.requests[0]?.requestId : undefined
      }, 'the registry has the key, and the request exists')
      const { history } = await reaches(engine, requestId, 'verified')
      expect(history[0]).toMatchObject({
        actor: 'SG/system/ncb',
        data: { request: data, signed: { id: data.caseReference, source: '/ncb/sg' } },
      })
      expect(await verifyExport(engine, ['SG', 'officer'])).toMatchObject({ status: 0 })
      // Other tests on this cluster sign with keys that are not in this registry.
      const lines = readFileSync(join(engine.dataDir, 'export.jsonl'), 'utf8').split('\n')
      const told = lines.filter(line => line.includes(`"subject":"${requestId}"`))
      writeFileSync(join(folder, 'facts.jsonl'), told.map(line => `${line}\n`).join(''))
      const verified = await runHoldfast(engine, 'verify', '--members', join(folder, 'members.json'), join(folder, 'facts.jsonl'))
      expect(verified).toMatchObject({ code: 0, out: expect.stringContaining('Proved by signatures: 1 fact is what a member signed') })
      rmSync(folder, { recursive: true })
    },
  )
})
