import { createClient, type Retries } from '@holdfast/client'
import type { Fact, PaymentStopTypes } from '@holdfast/payment-stop/language'
import { type EngineProcess, startEngineProcess } from '@holdfast/test-kit/engine-process'
import { sendInWindow } from '@holdfast/test-kit/load'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { createServiceProcess } from '@holdfast/test-kit/service-process'
import { createChainVerifier, createDevelopmentTokens } from '@holdfast/trust'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, testSettings } from '../src/engine.ts'

const requests = 400
const clients = 20
const patient: Retries = { attemptsMax: 200, pauseMs: 50, pauseMaxMs: 500 }

describe('the embedded engine, killed repeatedly under load', () => {
  let engine: EngineProcess

  beforeAll(async () => {
    engine = await startEngineProcess()
  })
  afterAll(() => engine?.stop())

  test('has every acknowledged request once, with an intact chain', async () => {
    const tokens = createDevelopmentTokens(engine.dataDir)
    const token = () => tokens({ country: 'SG', role: 'system', person: 'load' })
    const client = createClient<PaymentStopTypes>({ url: engine.url, token, retries: patient })
    const acknowledged = new Set<string>()
    let sent = 0
    let killed = 0
    const load = sendInWindow({ atOnce: clients, count: requests }, async nth => {
      sent += 1
      const receipt = await client.submit(buildRequestNumber(nth + 1), { idempotencyKey: `embedded-${nth}` })
      if (!receipt.ok) throw new Error(JSON.stringify(receipt.error))
      acknowledged.add(receipt.value.requestId)
    })
    const killer = async () => {
      for (const share of [0.2, 0.5, 0.8]) {
        await eventually(async () => (sent > requests * share ? true : undefined), 'some are sent', 60_000)
        await engine.kill('SIGKILL')
        killed += 1
        await engine.start()
      }
    }
    await Promise.all([killer(), load])
    expect(killed).toBe(3)
    expect(acknowledged.size).toBe(requests)

    const officer = createClient<PaymentStopTypes>({ url: engine.url, token })
    const facts = await eventually(async () => {
      const all: Fact[] = []
      for await (const line of officer.export()) all.push(JSON.parse(line) as Fact)
      return all.length >= requests * 2 ? all : undefined
    }, 'all are verified')
    expect(facts).toHaveLength(requests * 2)
    expect(new Set(facts.map(fact => fact.subject))).toEqual(acknowledged)
    expect(new Set(facts.map(fact => fact.id)).size).toBe(facts.length)
    const verifier = createChainVerifier({ strict: true })
    for (const [i, fact] of facts.entries()) verifier.add(fact, i + 1)
    expect(verifier.finish().problems).toEqual([])
  })

  test('a second engine on the same folder is refused with the reason', async () => {
    const env = { ...testSettings, HOLDFAST_DATA: engine.dataDir }
    const second = await createServiceProcess('standalone', { env, logFile: `${engine.logFile}.second` })
    await expect(second.start()).rejects.toThrow(/another process holds it/)
  })
})
