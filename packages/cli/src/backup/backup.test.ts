import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fact, UnchainedFact } from '@holdfast/payment-stop/language'
import { configSchemaWithPort, createDrivers, openPartitionRecord, silentLogger, systemClock } from '@holdfast/runtime'
import { chainStart, topics } from '@holdfast/schemas'
import { buildRequest } from '@holdfast/test-kit/requests'
import { runHoldfast, workIn } from '@holdfast/test-kit/run-holdfast'
import { chainFact } from '@holdfast/trust'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const directory = mkdtempSync(join(tmpdir(), 'holdfast-backup-'))
workIn(directory)
afterAll(() => rmSync(directory, { recursive: true }))

const holdfast = (args: readonly string[], env: Record<string, string>) => runHoldfast(args, { env })

const requestId = '0b0b2f0e-8a6f-5f0e-9d6e-2f6b1c7a8e31'
function factOf(sequence: number, type: string, data: object, prevhash: string): Fact {
  return chainFact({
    specversion: '1.0',
    id: `fact-${sequence}`,
    source: '/holdfast/ledger',
    type: `holdfast.fact.v1.${type}`,
    subject: requestId,
    time: '2024-07-23T02:25:00.000Z',
    causationid: `command-${sequence}`,
    correlationid: requestId,
    sequence,
    prevhash,
    requestingcountry: 'SG',
    beneficiarycountry: 'TL',
    actor: 'SG/system/ncb',
    data,
  } as unknown as UnchainedFact)
}
const opened = factOf(1, 'RequestOpened', { request: buildRequest() }, chainStart)
const facts = [opened, factOf(2, 'RequestWithdrawn', { reason: 'The victim was paid back' }, opened.hash)]

const folder = (name: string) => ({ HOLDFAST_DATA: join(directory, name) })
const copy = (name: string, lines: readonly string[]) => writeFileSync(join(directory, name), lines.join('\n'))
let lines: string[]

beforeAll(async () => {
  const drivers = await createDrivers(configSchemaWithPort(0).parse(folder('engine')), 'cli', systemClock, silentLogger)
  await drivers.streams.ensureTopics([topics.ledger, topics.work])
  await drivers.streams.append(
    topics.ledger.name,
    0,
    facts.map(fact => ({ key: requestId, value: JSON.stringify(fact) })),
  )
  await drivers.close()
  expect(await holdfast(['backup', 'copy.jsonl'], folder('engine'))).toMatchObject({ code: 0, err: '' })
  lines = readFileSync(join(directory, 'copy.jsonl'), 'utf8').split('\n')
}, 60_000)

// Each test starts the command once or twice, as a separate process.
describe('a copy of the ledger', { timeout: 60_000 }, () => {
  test('is readable by its user only, because it holds names and accounts', () => {
    expect(statSync(join(directory, 'copy.jsonl')).mode & 0o777).toBe(0o600)
    expect(lines.join()).toContain(buildRequest().victim.name)
  })

  test.each([
    ['in which a fact was changed', () => lines.map(line => line.replace('paid back', 'not paid')), 1, 'is not what its hash says'],
    [
      'that lacks a fact in its middle',
      () => lines.toSpliced(1, 1).map(line => line.replace('"records":2', '"records":1')),
      1,
      'is missing before',
    ],
    ['that is incomplete', () => lines.slice(0, 2), 2, 'it is incomplete'],
    ['of another version', () => lines.map(line => line.replace('"version":3', '"version":2')), 2, 'not a copy that this version can read'],
    ['that has another number of records than it says', () => lines.toSpliced(2, 1), 2, 'it has 1 records instead of 2'],
  ])('%s is not restored, and nothing is written', async (what, wrong, code, words) => {
    copy('wrong.jsonl', wrong())
    const target = folder(`into ${what}`)
    const restored = await holdfast(['restore', 'wrong.jsonl'], target)
    expect(restored).toMatchObject({ code, err: expect.stringContaining(words) })
    expect(existsSync(target.HOLDFAST_DATA)).toBe(false)
  })

  test.each([[['copy.jsonl']], [['--ledger', 'copy.jsonl']]])('is recognised by verify %j, which says what checks it', async words => {
    const { code, out, err } = await holdfast(['verify', ...words], {})
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(/copy\.jsonl is a backup of "holdfast backup".* "holdfast restore" checks all of it/)
  })

  test('is restored to an empty engine only, and is readable by its user only', async () => {
    const target = folder('restored')
    expect(await holdfast(['restore', 'copy.jsonl'], target)).toMatchObject({
      code: 0,
      err: expect.stringMatching(/engine-secret is missing. Put back the secret/),
    })
    expect(statSync(join(target.HOLDFAST_DATA, 'holdfast.sqlite')).mode & 0o077).toBe(0)
    expect(await holdfast(['restore', 'copy.jsonl'], target)).toMatchObject({
      code: 2,
      err: expect.stringContaining('the ledger is not empty'),
    })
  })
})

describe('a copy of an engine with two workflows', { timeout: 60_000 }, () => {
  const ledger = { ...topics.ledger, name: 'check.ledger' }
  const ofCheck = [{ ...opened, subject: '1b0b2f0e-8a6f-5f0e-9d6e-2f6b1c7a8e31' }].map(({ hash: _, ...fact }) =>
    chainFact(fact as UnchainedFact),
  )
  const open = (name: string) => createDrivers(configSchemaWithPort(0).parse(folder(name)), 'cli', systemClock, silentLogger)
  const lineOf = (fact: Fact) => ({ key: fact.subject, value: JSON.stringify(fact) })

  beforeAll(async () => {
    const { streams, close } = await open('both')
    const [spec, other] = [
      { ...topics.ledger, partitions: 2 },
      { ...ledger, partitions: 3 },
    ]
    await streams.ensureTopics([spec, other])
    const record = await openPartitionRecord(streams, systemClock)
    await record.add({ topic: topics.ledger.name, partitions: 2 }, { topic: ledger.name, partitions: 3 })
    await streams.append(topics.ledger.name, 1, facts.map(lineOf))
    await streams.append(ledger.name, 2, ofCheck.map(lineOf))
    await close()
  })

  test('has both ledgers, and a restore writes both', async () => {
    expect(await holdfast(['backup', 'both.jsonl'], folder('both'))).toMatchObject({
      code: 0,
      out: expect.stringMatching(/3 facts of 2 requests/),
    })
    expect(JSON.parse(readFileSync(join(directory, 'both.jsonl'), 'utf8').split('\n')[0] ?? '')).toMatchObject({
      ledgers: { 'check.ledger': 3 },
    })
    expect(await holdfast(['restore', 'both.jsonl'], folder('both again'))).toMatchObject({ code: 0 })
    const { streams, close } = await open('both again')
    const values: string[] = []
    for (const [topic, partition] of [
      [topics.ledger.name, 1],
      [ledger.name, 2],
    ] as const)
      for await (const records of streams.read(topic, partition, 0, await streams.endOffset(topic, partition)))
        values.push(...records.map(({ value }) => value))
    await close()
    expect(values).toEqual([...facts, ...ofCheck].map(fact => JSON.stringify(fact)))
  })

  test('is not intact if a fact of the second is changed', async () => {
    const changed = readFileSync(join(directory, 'both.jsonl'), 'utf8').split('\n')
    copy(
      'changed.jsonl',
      changed.map(line => (line.includes('"check.ledger","partition"') ? line.replace('SG/system/ncb', 'SG/system/xyz') : line)),
    )
    expect(await holdfast(['restore', 'changed.jsonl'], folder('never'))).toMatchObject({
      code: 1,
      err: expect.stringMatching(/NOT INTACT, 1 problems/),
    })
  })
})
