import { spawnSync } from 'node:child_process'
import { inNamespace, topics } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { sharedServers } from '@holdfast/test-kit/shared-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clusterBackend } from '../src/backends.ts'
import { clientsOf, type Engine, eventually, reaches, tokenOf } from '../src/engine.ts'
import { missingServers } from '../src/real-servers.ts'

const { brokers = '', namespace } = sharedServers() ?? {}
const requestsTopic = inNamespace(namespace, topics.requests.name)
const hasKcat = spawnSync('kcat', ['-V']).status === 0
if (!hasKcat) {
  if (process.env.HOLDFAST_REQUIRE?.includes('kafka')) throw new Error('Kafka is required, and kcat is not installed')
  console.log('The kcat journey is skipped: kcat is not installed')
}

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
})
