import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@holdfast/client'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { createDevelopmentTokens, ensureDevelopmentMembers } from '@holdfast/trust'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../src/cluster-engine.ts'
import { eventually, submit, withoutQuotas } from '../src/engine.ts'
import { createServiceProcess, type ServiceProcess } from '../src/service-process.ts'

const megabyte = 1024 * 1024
const idleMax = 200 * megabyte
const many = 100_000
/** Where caches and the heap have found their size. */
const warm = 40_000
/** What 60,000 more requests may add: their snapshots alone would be over 60 MB, so this tells whether they stay in the heap. */
const growthMax = 40 * megabyte

describe('the memory of the standalone engine', () => {
  let dataDir: string
  let engine: ServiceProcess
  let token: () => Promise<string>
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'holdfast-memory-'))
    ensureDevelopmentMembers(dataDir)
    engine = createServiceProcess(
      'standalone',
      await freePort(),
      { ...withoutQuotas, HOLDFAST_DATA: dataDir, HOLDFAST_LOG_LEVEL: 'warn' },
      join(dataDir, 'engine.log'),
    )
    await engine.start()
    const tokens = createDevelopmentTokens(dataDir)
    token = () => tokens({ country: 'SG', role: 'system', person: 'load' })
  })
  afterAll(async () => {
    agent.destroy()
    await engine.kill('SIGTERM')
    await rm(dataDir, { recursive: true, force: true })
  })

  const post = async (number: number) => {
    const authorization = `Bearer ${await token()}`
    return new Promise<void>((resolve, reject) => {
      const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': `memory-${number}` }
      const sent = httpRequest(`${engine.url}/v1/requests`, { method: 'POST', agent, headers }, response => {
        response.resume()
        response.once('end', () => (response.statusCode === 202 ? resolve() : reject(new Error(`${number} got ${response.statusCode}`))))
      })
      sent.once('error', reject)
      sent.end(JSON.stringify(buildRequestNumber(number)))
    })
  }
  const postUpTo = async (from: number, to: number) => {
    let next = from
    await Promise.all(
      Array.from({ length: 64 }, async () => {
        while (next < to) await post(next++)
      }),
    )
  }
  /** Everything sent so far has been assessed: a request sent now has been, and they are worked on in order. */
  const settled = async (mark: number) => {
    const desk = createClient({ url: engine.url, token })
    const requestId = await submit(
      { intakeUrl: engine.url, deskUrl: engine.url, dataDir } as never,
      ['SG', 'system', 'load'],
      buildRequestNumber(mark),
      `mark-${mark}`,
    )
    await eventually(
      async () => {
        const shown = await desk.show(requestId)
        return shown.ok && shown.value.request.phase === 'verified' ? true : undefined
      },
      'everything is assessed',
      60_000,
    )
  }

  test('idle it is under 200 MB, and 100,000 requests do not make it grow with their number', async () => {
    await settled(1_000_001)
    const idle = engine.memoryBytes()
    expect(idle).toBeLessThan(idleMax)
    await postUpTo(1, warm)
    await settled(1_000_002)
    const before = engine.memoryBytes()
    await postUpTo(warm, many)
    await settled(1_000_003)
    const after = engine.memoryBytes()
    console.log(
      `idle ${Math.round(idle / megabyte)} MB, after ${warm} ${Math.round(before / megabyte)} MB, after ${many} ${Math.round(after / megabyte)} MB`,
    )
    expect(after - before).toBeLessThan(growthMax)
  })
})
