import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inNamespace, notificationsTopic, topics } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { sharedServers } from '@holdfast/test-kit/shared-servers'
import { type MembersFile, membersFileName } from '@holdfast/trust'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clusterBackend } from '../src/backends.ts'
import { clientsOf, type Engine, eventually, reaches } from '../src/engine.ts'
import { verifyExport } from '../src/load.ts'
import { missingServers } from '../src/real-servers.ts'
import { register } from '../src/registry.ts'
import { openPage } from './src/open-page.ts'
import { createReader } from './src/reader.ts'
import { hasTool } from './src/required-tool.ts'

const page = openPage('member/kafka.md')
const event = page.take('sh', 'event.json').text
const signAndSend = page.take('sh', 'holdfast sign').text
const signByOpenssl = page.take('sh', 'openssl').text
const readNotifications = page.take('sh', 'kcat -C').text
const engineKeys = page.take('sh', 'engine-keys').text

const { brokers = '', namespace } = sharedServers() ?? {}
const inTopics = (commands: string) =>
  commands
    .replace(topics.requests.name, inNamespace(namespace, topics.requests.name))
    .replace(notificationsTopic('SG').name, inNamespace(namespace, notificationsTopic('SG').name))

const hasKcat = hasTool('kafka', ['kcat', '-V'], 'Debian: apt-get install kcat')
const hasSigners = hasTool('kafka', ['jq', '--version'], 'Debian: apt-get install jq')

test('docs/member/kafka.md has no block that is not taken here', () => page.expectEachTaken())

describe.skipIf(missingServers() || !hasKcat || !hasSigners)('docs/member/kafka.md', () => {
  const reader = createReader()
  let engine: Engine
  beforeAll(async () => {
    engine = await clusterBackend.start()
    reader.uses({ url: engine.deskUrl, dataDir: engine.dataDir })
    const keygen = 'npx holdfast keygen --member SG --kid sg-1 --out sg.jwk > sg-entry.json\n'
    const openssl = openPage('member/authenticate.md').take('sh', 'openssl genpkey').text
    expect(await reader.run(keygen + openssl)).toMatchObject({ code: 0 })
    const [made] = JSON.parse(reader.read('members.json')).members
    const members = (JSON.parse(readFileSync(join(engine.dataDir, membersFileName), 'utf8')) as MembersFile).members
    const present = members.find(({ country }) => country === 'SG')?.keys.keys ?? []
    register(engine, 'SG', { keys: { keys: [...present, ...made.keys.keys] } })
  })
  afterAll(async () => {
    await engine?.stop()
    reader.remove()
  })

  const sendAlone = signAndSend.split('\n').slice(1).join('\n')
  test.each([
    ['holdfast', signAndSend],
    ['openssl', signByOpenssl + sendAlone],
  ])('a request signed with %s is verified, keeps its signature, and is notified', async (_, commands) => {
    const data = buildRequestNumber(800_000 + Math.floor(Math.random() * 100_000))
    reader.write('request.json', JSON.stringify(data))
    const { desk } = clientsOf(engine, ['SG', 'officer'])
    const requestId = await eventually(async () => {
      expect(await reader.run(event + inTopics(commands), { BROKERS: brokers })).toMatchObject({ code: 0 })
      const list = await desk.list({ caseReference: data.caseReference })
      return list.ok ? list.value.requests[0]?.requestId : undefined
    }, 'the registry has the key, and the request exists')
    const { history } = await reaches(engine, requestId, 'verified')
    expect(history[0]).toMatchObject({
      actor: 'SG/system/ncb',
      data: { request: data, signed: { id: data.caseReference, source: '/ncb/sg' } },
    })
    expect(await verifyExport(engine, ['SG', 'officer'])).toMatchObject({ status: 0 })
    await eventually(async () => {
      expect(await reader.run(inTopics(readNotifications), { BROKERS: brokers })).toMatchObject({ code: 0 })
      const kinds = reader
        .read('notifications.jsonl')
        .split('\n')
        .filter(line => line.includes(requestId))
        .map(line => (JSON.parse(line) as { data: { kind: string } }).data.kind)
      return kinds.includes('received') && kinds.includes('progress') ? true : undefined
    }, 'the notifications are there')
  })

  test('the keys of the engine can be read', async () => {
    expect(await reader.run(engineKeys)).toMatchObject({ code: 0 })
    expect(JSON.parse(reader.read('engine.jwks')).keys).not.toEqual([])
  })
})
