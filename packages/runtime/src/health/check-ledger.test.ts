import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chainStart, topics } from '@holdfast/schemas'
import { openSqlite } from '@holdfast/sqlite'
import { createEmbeddedStreams } from '@holdfast/streams'
import { chainFact } from '@holdfast/trust'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLogger } from '../log.ts'
import { startLedgerCheck } from './check-ledger.ts'
import { createReadiness } from './readiness.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-check-'))
const file = openSqlite(join(folder, 'holdfast.sqlite'), { durable: true })
const streams = createEmbeddedStreams({ file, partitions: 1 })
const readiness = createReadiness()
const facts = 500

beforeAll(async () => {
  await streams.ensureTopics([topics.ledger])
  const records = Array.from({ length: facts }, (_, nth) => {
    const subject = `request-${nth}`
    const fact = chainFact({
      subject,
      sequence: 1,
      prevhash: chainStart,
      data: { note: `what was said of ${subject}` },
    } as unknown as Parameters<typeof chainFact>[0])
    return { key: subject, value: JSON.stringify(fact) }
  })
  await streams.publish(topics.ledger.name, [...records, { key: 'k', value: '{"refused":true}' }])
})
afterAll(async () => {
  await streams.close()
  await file.close()
  rmSync(folder, { recursive: true })
})

async function checked(): Promise<readonly string[]> {
  const check = startLedgerCheck({ ledgers: [topics.ledger], streams, file: file.path, log: silentLogger, readiness })
  const problems = await check.first
  await check.stop()
  return problems
}

test('a ledger whose facts all have their hashes is intact', async () => {
  expect(await checked()).toEqual([])
  expect(await readiness.reasons()).toEqual([])
})

test('changed, missing and unreadable facts are reported with the file and the way to recover', async () => {
  await file.write(() => {
    file.prepare("UPDATE stream_record SET value = replace(value, 'was said', 'was sold') WHERE key = 'request-7'").run()
    file.prepare("DELETE FROM stream_record WHERE key = 'request-100'").run()
    file.prepare("UPDATE stream_record SET value = substr(value, 1, 50) WHERE key = 'request-499'").run()
  })
  const problems = await checked()
  expect(problems.map(problem => problem.slice(0, 65))).toEqual([
    'partition 0: the fact at offset 7 does not have its hash',
    'partition 0: offsets 100 to 100 are missing',
    expect.stringMatching(/^partition 0: the record at offset 499 cannot be read: /),
  ])
  expect(await readiness.reasons()).toEqual([
    expect.stringMatching(
      new RegExp(`^the ledger in ${file.path} is damaged: partition 0: the fact at offset 7 .*restore the newest backup`),
    ),
  ])
})
