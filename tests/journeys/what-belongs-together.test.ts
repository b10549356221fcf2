import { copyFileSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@holdfast/client'
import type { PaymentStopTypes } from '@holdfast/payment-stop/language'
import { type Fact, isFact } from '@holdfast/payment-stop/language'
import { configSchemaWithPort, createDrivers, createLog, silentLogger, systemClock } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import { type StartedService, startService } from '@holdfast/service-kit'
import { standalone } from '@holdfast/standalone'
import { hasRedisServer, startRedis } from '@holdfast/test-kit/redis-server'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { developmentToken, ensureEngineSecret } from '@holdfast/trust'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { eventually, testSettings } from '../src/engine.ts'
import { runHoldfastWith } from '../src/holdfast-command.ts'

let folder: string
let engine: StartedService | undefined
let logged: string[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-together-'))
  logged = []
})
afterEach(async () => {
  await stop()
  rmSync(folder, { recursive: true, force: true })
})

async function start(env: Readonly<Record<string, string>> = {}): Promise<void> {
  const config = configSchemaWithPort(0).parse({ ...testSettings, HOLDFAST_DATA: folder, ...env })
  engine = await startService(standalone, config, { log: createLog('standalone', 'error', { write: text => void logged.push(text) }) })
}
async function stop(): Promise<void> {
  await engine?.stop()
  engine = undefined
}

/** Sends the request of this number and waits for the engine's decision. */
async function submit(number: number): Promise<string> {
  const url = engine?.url ?? ''
  const client = (role: 'system' | 'officer') =>
    createClient<PaymentStopTypes>({ url, token: () => developmentToken(folder, { country: 'SG', role, person: 'p' }) })
  const receipt = await client('system').submit(buildRequestNumber(number), { idempotencyKey: `together-${number}` })
  if (!receipt.ok) throw new Error(JSON.stringify(receipt.error))
  const { requestId } = receipt.value
  await eventually(async () => {
    const shown = await client('officer').show(requestId)
    return shown.ok && shown.value.request.sequence > 1 ? true : undefined
  }, 'the request is in the ledger')
  return requestId
}
const path = (name: string): string => join(folder, name)
const partsOf = (name: string): string[] => readdirSync(folder).filter(file => file === name || file.startsWith(`${name}-`))
/** Moves a file and its SQLite companions away. Returns a function that restores them. */
function takeAway(name: string): () => void {
  const names = partsOf(name)
  expect(names).not.toEqual([])
  for (const each of names) renameSync(path(each), path(`kept.${each}`))
  return () => {
    for (const each of partsOf(name)) rmSync(path(each))
    for (const each of names) renameSync(path(`kept.${each}`), path(each))
  }
}
const whyNotReady = async (): Promise<string | undefined> => {
  const answer = await fetch(`${engine?.url}/health/ready`)
  return answer.status === 200 ? undefined : ((await answer.json()) as { detail: string }).detail
}

describe('an engine with files of different engines', () => {
  test('does not start without the engine secret, because a repeat would become a second request', async () => {
    await start()
    const requestId = await submit(1)
    await stop()
    const putBack = takeAway('engine-secret')
    await expect(start()).rejects.toThrow(/engine-secret is missing.* second freeze order.*Put the copy of this file back/)
    expect(partsOf('engine-secret')).toEqual([])
    writeFileSync(path('engine-secret'), 'a'.repeat(64))
    await expect(start()).rejects.toThrow(/engine-secret is not the secret that this ledger was written with/)
    putBack()
    await start()
    expect(await submit(1)).toBe(requestId)
  })

  test('does not start without its master keys, or with other keys under the same id', async () => {
    await start()
    await submit(1)
    await stop()
    const putBack = takeAway('master-keys')
    await expect(start()).rejects.toThrow(/master-keys is missing.*Put the copy of this file back/)
    expect(partsOf('master-keys')).toEqual([])
    writeFileSync(path('master-keys'), `first ${'b'.repeat(64)}\n`)
    await expect(start()).rejects.toThrow(/master-keys cannot decrypt the keys/)
    putBack()
    await start()
    expect(await whyNotReady()).toBeUndefined()
  })

  test('does not start without its data keys, or with an older copy, until they are restored', async () => {
    await start()
    await submit(1)
    await stop()
    for (const name of partsOf('keys.sqlite')) copyFileSync(path(name), path(`older.${name}`))
    await start()
    await submit(2)
    await stop()
    const putBack = takeAway('keys.sqlite')
    await expect(start()).rejects.toThrow(/keys\.sqlite lacks 2 keys.*"holdfast keys restore"/)
    for (const name of partsOf('keys.sqlite')) rmSync(path(name))
    for (const name of readdirSync(folder).filter(each => each.startsWith('older.')))
      renameSync(path(name), path(name.slice('older.'.length)))
    await expect(start()).rejects.toThrow(/keys\.sqlite lacks 1 keys.*an older copy/)
    putBack()
    await start()
    expect(await whyNotReady()).toBeUndefined()
  })

  test('starts after a restore of the keys, although a newer key is lost', async () => {
    const [copy, list] = [path('keys.jsonl'), path('tombstones.jsonl')]
    const holdfast = (...words: string[]) => runHoldfastWith({ HOLDFAST_DATA: folder }, ...words)
    await start()
    await submit(1)
    await stop()
    expect(await holdfast('keys', 'backup', copy)).toMatchObject({ code: 0 })
    expect(await holdfast('keys', 'tombstones', list)).toMatchObject({ code: 0 })
    await start()
    await submit(2)
    await stop()
    takeAway('keys.sqlite')
    await expect(start()).rejects.toThrow('lacks 2 keys')
    expect(await holdfast('keys', 'restore', copy, '--tombstones', list)).toMatchObject({ code: 0 })
    await start()
    await submit(3)
    expect(await whyNotReady()).toBeUndefined()
  })

  test('does not start with the keys of another engine', async () => {
    await start()
    await stop()
    const other = mkdtempSync(join(tmpdir(), 'holdfast-other-'))
    onTestFinished(() => rmSync(other, { recursive: true }))
    await start({ HOLDFAST_DATA: other })
    await stop()
    for (const name of partsOf('keys.sqlite')) rmSync(path(name))
    copyFileSync(join(other, 'keys.sqlite'), path('keys.sqlite'))
    await expect(start()).rejects.toThrow(/has the keys of another engine/)
  })
})

/** The ledger of a version without an identity and with personal data in plaintext. Returns its facts. */
async function writeRecordedLedger(): Promise<readonly Fact[]> {
  const lines = readFileSync(join(import.meta.dirname, '../replay/corrected-answers.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
  const facts = lines.map(line => JSON.parse(line) as Fact)
  ensureEngineSecret(folder)
  const config = configSchemaWithPort(0).parse({ ...testSettings, HOLDFAST_DATA: folder })
  const { streams, close } = await createDrivers(config, 'standalone', systemClock, silentLogger)
  await streams.ensureTopics([topics.ledger])
  const records = facts.map(({ subject }, index) => ({ key: subject, value: lines[index] as string }))
  await streams.publish(topics.ledger.name, records)
  await close()
  return facts
}

test('a ledger without an identity gets one at its first start, which is checked from then on', async () => {
  const facts = await writeRecordedLedger()
  await start()
  await submit(1)
  const opened = facts.find(fact => isFact(fact, 'RequestOpened') && fact.requestingcountry === 'SG')
  const client = createClient<PaymentStopTypes>({
    url: engine?.url ?? '',
    token: () => developmentToken(folder, { country: 'SG', role: 'officer', person: 'p' }),
  })
  const shown = await client.show(opened?.subject ?? '')
  // Plaintext of the older version is still readable.
  expect(shown).toMatchObject({ ok: true, value: { history: expect.arrayContaining([expect.objectContaining({ data: opened?.data })]) } })
  await stop()
  takeAway('keys.sqlite')
  await expect(start()).rejects.toThrow(/lacks \d keys/)
})

test.skipIf(!hasRedisServer())('an engine whose key Redis was flushed is not ready and logs it, also after a restart', async () => {
  const redis = await startRedis({ appendonly: true })
  onTestFinished(() => redis.stop())
  const env = { HOLDFAST_KEYS_REDIS_URL: redis.url }
  await start(env)
  await submit(1)
  expect(await whyNotReady()).toBeUndefined()
  await redis.flush()
  const reason = await eventually(whyNotReady, 'it is not ready')
  expect(reason).toMatch(/has lost its keys: stop the engine, restore them/)
  expect(logged.filter(line => line.includes('the keys are lost'))).toHaveLength(1)
  await stop()
  await expect(start(env)).rejects.toThrow(/lacks 1 keys.*"holdfast keys restore"/)
})
