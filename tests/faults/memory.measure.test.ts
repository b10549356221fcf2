import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@holdfast/client'
import { expectRatios, reportMeasurement } from '@holdfast/test-kit/ratios'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { createDevelopmentTokens, ensureDevelopmentMembers } from '@holdfast/trust'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { freePort } from '../src/cluster-engine.ts'
import { inspectorPort, memoryOnceCollected } from '../src/collected-memory.ts'
import { eventually, submit, testSettings } from '../src/engine.ts'
import { createServiceProcess, type ServiceProcess } from '../src/service-process.ts'

const megabyte = 1024 * 1024
const more = 40_000
/** Where caches and the heap have found their size. */
const warm = 20_000

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

  test('does not grow with the number of requests: 60,000 take what 20,000 took', async () => {
    await settled(1_000_001)
    reportMeasurement('memory of the idle standalone engine', engine.memoryBytes() / megabyte, 'MB')
    let last = warm
    await postUpTo(1, warm)
    await settled(1_000_002)
    // 40,000 snapshots would add 40 MB to the heap. SQLite's caches and threads add to the process alone.
    const bands = {
      'heap after 40,000 more requests': { max: 1.3 },
      'memory of the process after 40,000 more requests': { max: 1.35 },
    }
    await expectRatios(bands, async () => {
      const before = await memoryOnceCollected(engine, inspectedAt)
      await postUpTo(last, last + more)
      last += more
      await settled(1_000_002 + last)
      const after = await memoryOnceCollected(engine, inspectedAt)
      return {
        'heap after 40,000 more requests': { value: after.heapBytes / megabyte, against: before.heapBytes / megabyte, unit: 'MB' },
        'memory of the process after 40,000 more requests': {
          value: after.residentBytes / megabyte,
          against: before.residentBytes / megabyte,
          unit: 'MB',
        },
      }
    })
  })
})
