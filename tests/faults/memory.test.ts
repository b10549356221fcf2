import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@holdfast/client'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { createDevelopmentTokens, ensureDevelopmentMembers } from '@holdfast/trust'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../src/cluster-engine.ts'
import { type CollectedMemory, inspectorPort, memoryOnceCollected } from '../src/collected-memory.ts'
import { eventually, submit, testSettings } from '../src/engine.ts'
import { createServiceProcess, type ServiceProcess } from '../src/service-process.ts'

const megabyte = 1024 * 1024
const idleMax = 200 * megabyte
const many = 60_000
/** Where caches and the heap have found their size. */
const warm = 20_000
/** What 40,000 more requests may add to what the heap keeps: 200 bytes of each would be more than this, and their snapshots over 40 MB. */
const heapGrowthMax = 8 * megabyte
/** What they may add to the process, beside the heap in SQLite's caches and in the memory of its threads. */
const residentGrowthMax = 40 * megabyte

const inMegabytes = ({ heapBytes, residentBytes }: CollectedMemory) =>
  `${(heapBytes / megabyte).toFixed(1)} MB on the heap of ${(residentBytes / megabyte).toFixed(1)} MB`

describe('the memory of the standalone engine', () => {
  let dataDir: string
  let engine: ServiceProcess
  let inspectedAt: number
  let token: () => Promise<string>
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'holdfast-memory-'))
    ensureDevelopmentMembers(dataDir)
    inspectedAt = await freePort()
    engine = createServiceProcess(
      'standalone',
      await freePort(),
      { ...testSettings, ...inspectorPort(inspectedAt), HOLDFAST_DATA: dataDir, HOLDFAST_LOG_LEVEL: 'warn' },
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

  test('idle it is under 200 MB, and 60,000 requests do not make it grow with their number', async () => {
    await settled(1_000_001)
    const idle = engine.memoryBytes()
    expect(idle).toBeLessThan(idleMax)
    await postUpTo(1, warm)
    await settled(1_000_002)
    const before = await memoryOnceCollected(engine, inspectedAt)
    await postUpTo(warm, many)
    await settled(1_000_003)
    const after = await memoryOnceCollected(engine, inspectedAt)
    console.log(
      `idle ${Math.round(idle / megabyte)} MB; collected after ${warm} ${inMegabytes(before)}, after ${many} ${inMegabytes(after)}`,
    )
    expect(after.heapBytes - before.heapBytes).toBeLessThan(heapGrowthMax)
    expect(after.residentBytes - before.residentBytes).toBeLessThan(residentGrowthMax)
  })
})
