import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { paymentStop } from '@holdfast/payment-stop'
import type { Fact, UnchainedFact } from '@holdfast/payment-stop/language'
import { configSchemaWithPort, createDrivers, silentLogger, systemClock } from '@holdfast/runtime'
import { chainStart, topics } from '@holdfast/schemas'
import { type ServiceDefinition, startService } from '@holdfast/service-kit'
import { commandEnv } from '@holdfast/test-kit/command-env'
import { buildRequest } from '@holdfast/test-kit/requests'
import { runHoldfast, workIn } from '@holdfast/test-kit/run-holdfast'
import { startProcess } from '@holdfast/test-kit/start-process'
import { chainFact, ensureEngineSecret } from '@holdfast/trust'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const directory = mkdtempSync(join(tmpdir(), 'holdfast-interrupted-'))
workIn(directory)
afterAll(() => rmSync(directory, { recursive: true }))

const factsInAll = 2_000
/** The file size limit in blocks of 1,024 bytes: a restore fails in the middle of the file. */
const fileBlocksMax = 3_000

const env = { HOLDFAST_DATA: join(directory, 'engine') }
const config = configSchemaWithPort(0).parse(env)
const holdfast = (...args: string[]) => runHoldfast(args, { env })

const requestIdOf = (index: number): string => `0b0b2f0e-8a6f-5f0e-9d6e-${String(index).padStart(12, '0')}`
const openedOf = (index: number): Fact =>
  chainFact({
    specversion: '1.0',
    id: `fact-${index}`,
    source: '/holdfast/ledger',
    type: 'holdfast.fact.v1.RequestOpened',
    subject: requestIdOf(index),
    time: '2024-07-23T02:25:00.000Z',
    causationid: `command-${index}`,
    correlationid: requestIdOf(index),
    sequence: 1,
    prevhash: chainStart,
    requestingcountry: 'SG',
    beneficiarycountry: 'TL',
    actor: 'SG/system/ncb',
    data: { request: buildRequest() },
  } as unknown as UnchainedFact)

function writeCopy(name: string, count: number): void {
  const facts = Array.from({ length: count }, (_, index) => openedOf(index))
  const lines = [
    { copyOf: 'freeze.ledger', version: 3, partitions: 1, takenAt: '2024-07-24T00:00:00.000Z' },
    ...facts.map(fact => ({ partition: 0, key: fact.subject, value: JSON.stringify(fact) })),
    { records: count },
  ]
  writeFileSync(join(directory, name), lines.map(line => JSON.stringify(line)).join('\n'))
}

/** Restores in a process with a file size limit. Returns its exit code. */
async function restoreWithFileLimit(): Promise<number | null> {
  const program = new URL('../../bin/holdfast.js', import.meta.url).pathname
  const command = `ulimit -f ${fileBlocksMax}; exec "$@"`
  const child = startProcess('bash', ['-c', command, 'bash', process.execPath, program, 'restore', 'copy.jsonl'], {
    cwd: directory,
    env: { ...commandEnv, ...env },
    stdio: 'ignore',
  })
  return new Promise(resolve => child.once('exit', code => resolve(code)))
}

const idle: ServiceDefinition = { name: 'idle', defaultPort: 0, workflows: [paymentStop], start: async () => undefined }
const startEngine = () => startService(idle, config, { log: silentLogger })

async function factsStored(): Promise<number> {
  const drivers = await createDrivers(config, 'test', systemClock, silentLogger)
  try {
    return await drivers.streams.endOffset(topics.ledger.name, 0)
  } finally {
    await drivers.close()
  }
}

describe('an interrupted restore', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    writeCopy('copy.jsonl', factsInAll)
    writeCopy('other.jsonl', 3)
    ensureEngineSecret(env.HOLDFAST_DATA)
    expect(await restoreWithFileLimit()).not.toBe(0)
  }, 120_000)

  test('has written a part of the ledger, and no service starts on it', async () => {
    const stored = await factsStored()
    expect(stored).toBeGreaterThan(0)
    expect(stored).toBeLessThan(factsInAll)
    await expect(startEngine()).rejects.toThrow(
      /restore of freeze\.ledger from the copy of 2024-07-24.* is incomplete.*run "holdfast restore" again/,
    )
  })

  test('is refused by backup, and does not continue with another copy', async () => {
    expect(await holdfast('backup', 'part.jsonl')).toMatchObject({ code: 2, err: expect.stringContaining('is incomplete') })
    expect(await holdfast('restore', 'other.jsonl')).toMatchObject({ code: 2, err: expect.stringContaining('another copy') })
  })

  test('continues with the same file, and the engine starts with every fact', async () => {
    expect(await holdfast('restore', 'copy.jsonl')).toMatchObject({ code: 0, out: expect.stringContaining(`${factsInAll} facts`) })
    expect(await factsStored()).toBe(factsInAll)
    await (await startEngine()).stop()
    expect(await holdfast('restore', 'copy.jsonl')).toMatchObject({ code: 2, err: expect.stringContaining('the ledger is not empty') })
    expect(await holdfast('backup', 'whole.jsonl')).toMatchObject({ code: 0, out: expect.stringContaining(`${factsInAll} facts`) })
  })
})
