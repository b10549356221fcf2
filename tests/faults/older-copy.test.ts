import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Order } from '@holdfast/payment-stop/language'
import { type DeadLetter, ordersTopic, topics } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { clientsOf, eventsIn, reaches, submit } from '../src/engine.ts'

let engine: EmbeddedEngine
let number = 0
beforeAll(async () => {
  engine = await startEmbeddedEngine()
})
afterAll(() => engine.stop())

const logOf = (dataDir: string) => join(dataDir, 'holdfast.sqlite')

/** Submits requests and waits until each is verified: then its order is sent or about to be. */
async function submitted(count: number): Promise<string[]> {
  const numbers = Array.from({ length: count }, () => ++number)
  const ids = await Promise.all(
    numbers.map(each =>
      submit(engine, ['SG', 'system'], buildRequestNumber(each, { requestingCountry: 'SG', beneficiaryCountry: 'TL' }), `key-${each}`),
    ),
  )
  for (const id of ids) await reaches(engine, id, 'verified')
  return ids
}

async function shown(): Promise<string[]> {
  const { desk } = clientsOf(engine, ['SG', 'officer'])
  const ids: string[] = []
  for (let after: string | undefined; ; ) {
    const page = await desk.list({ limit: 100, ...(after ? { after } : {}) })
    if (!page.ok) throw new Error(JSON.stringify(page.error))
    ids.push(...page.value.requests.map(({ requestId }) => requestId))
    if (!page.value.nextCursor) return ids.sort()
    after = page.value.nextCursor
  }
}

const ordered = async () => (await eventsIn<Order>(engine.streams, { name: ordersTopic('TL').name })).map(({ subject }) => subject).sort()

test('after a log is restored from an older copy, 60 new requests exist, the lost ones are reported, and no old order is sent again', async () => {
  const kept = await submitted(46)
  await expect.poll(ordered, { timeout: 30_000 }).toEqual(kept.toSorted())
  await engine.restart(dataDir => copyFileSync(logOf(dataDir), `${logOf(dataDir)}.copy`))
  const lost = await submitted(14)
  await engine.restart(dataDir => {
    // The fingerprint too: an operator who restores a copy has read what is missing and accepts the loss.
    for (const part of ['', '-wal', '-shm', '-mark']) rmSync(`${logOf(dataDir)}${part}`, { force: true })
    copyFileSync(`${logOf(dataDir)}.copy`, logOf(dataDir))
  })
  const fresh = await submitted(60)
  expect(await shown()).toEqual([...kept, ...fresh].sort())
  await expect.poll(ordered, { timeout: 30_000 }).toEqual([...kept, ...fresh].sort())
  const letters = await eventsIn<DeadLetter>(engine.streams, topics.deadLetters)
  expect([...new Set(letters.map(({ data }) => data.key))].sort()).toEqual(lost.toSorted())
})
