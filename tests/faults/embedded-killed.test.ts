import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type Retries } from '@holdfast/client'
import type { Fact } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { createChainVerifier, createDevelopmentTokens, ensureDevelopmentMembers } from '@holdfast/trust'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../src/cluster-engine.ts'
import { eventually, testSettings } from '../src/engine.ts'
import { createServiceProcess, type ServiceProcess } from '../src/service-process.ts'

const requests = 400
const clients = 20
const patient: Retries = { attemptsMax: 200, pauseMs: 50, pauseMaxMs: 500 }

describe('the embedded engine, killed again and again under a load', () => {
  let dataDir: string
  let engine: ServiceProcess

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'holdfast-embedded-'))
    ensureDevelopmentMembers(dataDir)
    engine = createServiceProcess('standalone', await freePort(), { ...testSettings, HOLDFAST_DATA: dataDir }, join(dataDir, 'engine.log'))
    await engine.start()
  })
  afterAll(async () => {
    await engine.kill('SIGTERM')
    await rm(dataDir, { recursive: true, force: true })
  })

  test('has every request it acknowledged, each once, with an unbroken chain', async () => {
    const tokens = createDevelopmentTokens(dataDir)
    const token = () => tokens({ country: 'SG', role: 'system', person: 'load' })
    const client = createClient({ url: engine.url, token, retries: patient })
    const acknowledged = new Set<string>()
    const numbers = Array.from({ length: requests }, (_, i) => i + 1)
    let killed = 0
    const work = async () => {
      for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
        const receipt = await client.submit(buildRequestNumber(number), { idempotencyKey: `embedded-${number}` })
        if (!receipt.ok) throw new Error(JSON.stringify(receipt.error))
        acknowledged.add(receipt.value.requestId)
      }
    }
    const killer = async () => {
      for (const share of [0.8, 0.5, 0.2]) {
        await eventually(async () => (numbers.length < requests * share ? true : undefined), 'some are sent', 60_000)
        await engine.kill('SIGKILL')
        killed += 1
        await engine.start()
      }
    }
    await Promise.all([killer(), ...Array.from({ length: clients }, work)])
    expect(killed).toBe(3)
    expect(acknowledged.size).toBe(requests)

    const officer = createClient({ url: engine.url, token })
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

  test('a second engine on the same folder is refused with words that say why', async () => {
    const second = createServiceProcess(
      'standalone',
      await freePort(),
      { ...testSettings, HOLDFAST_DATA: dataDir },
      join(dataDir, 'second.log'),
    )
    await expect(second.start()).rejects.toThrow(/another process holds it/)
  })
})
