import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { paymentStop } from '@holdfast/payment-stop'
import { type Command, commandType } from '@holdfast/payment-stop/language'
import { topics } from '@holdfast/schemas'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { createEmbeddedStreams, recordOf, type Streams, StreamUnavailableError } from '@holdfast/streams'
import { buildRequest } from '@holdfast/test-kit/requests'
import { createEngineSecret } from '@holdfast/trust'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createEmbeddedKeyStore } from '../embedded/key-store.ts'
import { createKeyRing } from '../key-ring.ts'
import { ensureMasterKeys } from '../master-keys.ts'
import { createPersonalDataCipher } from '../personal-data-cipher.ts'
import { decryptStreams } from './decrypted-streams.ts'

let folder: string
let keys: SqliteFile
let log: SqliteFile
let streams: Streams
/** Records each commit of either file. */
let commits: string[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-opened-'))
  keys = openSqlite(join(folder, 'keys.sqlite'), { durable: true })
  log = openSqlite(join(folder, 'log.sqlite'), { durable: true })
  const masterKeys = ensureMasterKeys(folder)
  const ring = createKeyRing({ store: await createEmbeddedKeyStore(keys), masterKeys, clock: () => new Date() })
  const cipher = createPersonalDataCipher({ personalData: paymentStop.personalData, ring, secret: createEngineSecret(Buffer.alloc(32, 7)) })
  streams = decryptStreams(createEmbeddedStreams({ file: log, partitions: 1 }), cipher, topics)
  await streams.ensureTopics([topics.commands])
  // The first request also creates the country keys.
  await streams.publish(topics.commands.name, [commandOn('earlier')])
  commits = []
  keys.onCommit(() => {
    commits.push('keys')
    return () => commits.push('keys are on the disk')
  })
  log.onCommit(() => void commits.push('log'))
})
afterEach(async () => {
  await streams.close()
  await log.close()
  await keys.close()
  rmSync(folder, { recursive: true })
})

const commandOn = (requestId: string) => {
  const command = {
    type: commandType('OpenRequest'),
    subject: requestId,
    actor: 'SG/system/test',
    data: { request: buildRequest() },
  } as unknown as Command
  return recordOf(requestId, command)
}

const end = () => streams.endOffset(topics.commands.name, 0)

test('a command is ordered before its keys are durable, and committed after', async () => {
  const published = streams.publish(topics.commands.name, [commandOn('a')])
  while (!keys.pending()) await Promise.resolve()
  await published
  expect(commits).toEqual(['keys', 'keys are on the disk', 'log'])
  expect(await end()).toBe(2)
})

test('when its keys were rolled back a command never existed, and a repeat is encrypted with stored keys', async () => {
  const published = streams.publish(topics.commands.name, [commandOn('a')])
  published.catch(() => undefined)
  while (!keys.pending()) await Promise.resolve()
  expect(() =>
    keys.writeNow(() => {
      throw new Error('the disk is full')
    }),
  ).toThrow('the disk is full')
  await expect(published).rejects.toThrow(StreamUnavailableError)
  expect(await end()).toBe(1)
  await streams.publish(topics.commands.name, [commandOn('a')])
  expect([await end(), keys.prepare('SELECT count(*) AS there FROM request_keys WHERE request_id = ?').get('a')?.there]).toEqual([2, 2])
})
