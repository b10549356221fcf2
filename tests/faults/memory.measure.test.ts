import { Agent } from 'node:http'
import { type EngineProcess, startEngineProcess } from '@holdfast/test-kit/engine-process'
import { sendInWindow } from '@holdfast/test-kit/load'
import { freePort } from '@holdfast/test-kit/ports'
import { expectRatios, reportMeasurement } from '@holdfast/test-kit/ratios'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { sendHttp } from '@holdfast/test-kit/send-http'
import { createDevelopmentTokens } from '@holdfast/trust'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { inspectorPort, memoryOnceCollected } from '../src/collected-memory.ts'
import { reaches, submit } from '../src/engine.ts'

const megabyte = 1024 * 1024
const more = 40_000
/** After this many, caches and heap have their final size. */
const warm = 20_000

describe('the memory of the standalone engine', () => {
  let engine: EngineProcess
  let inspectedAt: number
  let token: () => Promise<string>
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })

  beforeAll(async () => {
    inspectedAt = await freePort()
    engine = await startEngineProcess({ env: { ...inspectorPort(inspectedAt), HOLDFAST_LOG_LEVEL: 'warn' } })
    const tokens = createDevelopmentTokens(engine.dataDir)
    token = () => tokens({ country: 'SG', role: 'system', person: 'load' })
  })
  afterAll(async () => {
    agent.destroy()
    await engine?.stop()
  })

  const post = async (number: number) => {
    const headers = { authorization: `Bearer ${await token()}`, 'idempotency-key': `memory-${number}` }
    const body = JSON.stringify(buildRequestNumber(number))
    const sent = await sendHttp(`${engine.url}/v1/requests`, { body, headers, agent, answerMsMax: 60_000 })
    if (!('status' in sent) || sent.status !== 202) throw new Error(`${number} got ${JSON.stringify(sent)}`)
  }
  const postUpTo = (from: number, to: number) => sendInWindow({ atOnce: 64, count: to - from }, nth => post(from + nth))
  /** Waits until all earlier requests are assessed: requests are assessed in order, so a new one shows it. */
  const settled = async (mark: number) => {
    const requestId = await submit(engine, ['SG', 'system', 'load'], buildRequestNumber(mark), `mark-${mark}`)
    await reaches(engine, requestId, 'verified', 60_000)
  }

  test('does not grow with the number of requests: 60,000 take what 20,000 took', async () => {
    await settled(1_000_001)
    reportMeasurement('memory of the idle standalone engine', engine.memoryBytes() / megabyte, 'MB')
    let last = warm
    await postUpTo(1, warm)
    await settled(1_000_002)
    // 40,000 snapshots would add 40 MB to the heap. SQLite's caches and threads add to the process only.
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
