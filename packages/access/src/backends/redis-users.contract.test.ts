import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRedisKeyStore, type KeyStore } from '@holdfast/encryption'
import { paymentStop } from '@holdfast/payment-stop'
import { createRedisConnection } from '@holdfast/stores/redis'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { anyCountryKey, anyRequestKey } from '../../../test-kit/src/key-store-contract.ts'
import { ask, freePort } from '../../../test-kit/src/ports.ts'
import { findRedis, hasRedisServer, type RedisServer, startRedis } from '../../../test-kit/src/redis-server.ts'
import { noDefaultUser, redisOperator, redisUser } from './redis-users.ts'
import { createAccessTable } from './table.ts'

const { principals } = createAccessTable([paymentStop])

// The Redis that is found decides whether this test runs. It uses its own server with access control.
const found = await findRedis()
await found?.stop()

const prefix = 'holdfast'
const passwordOf = (user: string): string => `password of ${user}`
const at = '2024-07-23T09:00:00.000Z'

/** All calls of the key store port, each for a separate request. */
const calls: Record<string, (store: KeyStore) => Promise<unknown>> = {
  find: store => store.find([randomUUID()]),
  insert: store => store.insert([anyRequestKey()]),
  countryKeys: store => store.countryKeys([randomUUID()]),
  currentCountryKeys: store => store.currentCountryKeys(['SG']),
  insertCountryKey: store => store.insertCountryKey(anyCountryKey()),
  intend: store => store.intend(randomUUID(), 'ERASURE_ORDERED', at),
  destroy: async store => {
    const key = anyRequestKey()
    await store.insert([key])
    await store.intend(key.requestId, 'ERASURE_ORDERED', at)
    expect(await store.destroy(key.requestId, at)).toMatchObject({ keys: [{ keyId: key.keyId }] })
  },
  confirm: async store => {
    const requestId = randomUUID()
    await store.intend(requestId, 'RETENTION_OVER', at)
    await store.destroy(requestId, at)
    expect(await store.confirm(requestId, at)).toMatchObject({ confirmedAt: at })
  },
  unfinished: store => store.unfinished(10),
  rewrapRequestKeys: store => rewrapped(keys => store.rewrapRequestKeys(keys)),
  rewrapCountryKeys: store => rewrapped(keys => store.rewrapCountryKeys(keys)),
  pagesOfRequestKeys: store => all(store.pagesOfRequestKeys()),
  pagesOfCountryKeys: store => all(store.pagesOfCountryKeys()),
  pagesOfDestructions: store => all(store.pagesOfDestructions()),
  restore: store => store.restore({ requestKeys: [anyRequestKey()], countryKeys: [anyCountryKey()], destructions: [] }),
}
const rewrapped = (rewrap: KeyStore['rewrapRequestKeys']) =>
  rewrap([{ keyId: randomUUID(), from: 'first', wrappedBy: 'second', wrapped: anyRequestKey().wrapped }])
async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<void> {
  for await (const _ of pages);
}

const everything = Object.keys(calls)
// Services that create keys have these commands.
const encrypting = ['find', 'insert', 'countryKeys', 'currentCountryKeys', 'insertCountryKey', 'rewrapRequestKeys', 'rewrapCountryKeys']
const destroying = [...encrypting, 'intend', 'destroy', 'confirm']
const does: Record<string, readonly string[]> = {
  intake: encrypting,
  ledger: [],
  validation: encrypting,
  dispatch: destroying,
  desk: encrypting,
  standalone: destroying,
  backup: [],
  operator: everything,
}

describe.skipIf(!found || !hasRedisServer())('at a Redis with the users of the table, keys of personal data are available', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-redis-users-'))
  let server: RedisServer

  beforeAll(async () => {
    const aclFile = join(folder, 'users.acl')
    const users = principals.flatMap(({ redis, ...of }) => (redis ? [redisUser({ ...of, redis }, passwordOf(of.name), prefix)] : []))
    writeFileSync(aclFile, `${[noDefaultUser, redisOperator(passwordOf('operator')), ...users].join('\n')}\n`)
    const port = await freePort()
    const answers = async () => (await ask(port, 'PING\r\n'))?.toString().startsWith('-NOAUTH') === true
    server = await startRedis({ port, appendonly: true, settings: ['--aclfile', aclFile], answers })
  })
  afterAll(async () => {
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  async function storeOf(user: string): Promise<KeyStore> {
    const silent = { info: () => {}, warn: () => {} }
    const connection = createRedisConnection(server.url, silent, { prefix, username: user, password: passwordOf(user) })
    onTestFinished(() => connection.close())
    // A loaded machine may need longer than a call waits.
    await expect.poll(() => connection.ping().then(() => 'there'), { timeout: 10_000 }).toBe('there')
    return createRedisKeyStore(connection)
  }
  const isDone = (work: Promise<unknown>): Promise<boolean> =>
    work.then(
      () => true,
      (error: Error) => {
        if (/no permissions/i.test(error.message)) return false
        throw error
      },
    )

  test('to every user in the table', () => {
    expect([...principals.map(({ name }) => name), 'operator'].sort()).toEqual(Object.keys(does).sort())
  })

  test.each(Object.keys(does))('to %s for its work, and nothing more', async user => {
    const store = await storeOf(user)
    const done: string[] = []
    for (const [name, call] of Object.entries(calls)) if (await isDone(call(store))) done.push(name)
    expect(done).toEqual(everything.filter(name => does[user]?.includes(name)))
  })

  test('after a restart, which reads each transaction again', async () => {
    const keys = [anyRequestKey(), anyRequestKey()]
    const store = await storeOf('dispatch')
    await store.insert(keys)
    // An earlier call of this file may have inserted the country's key.
    const country = await store.insertCountryKey(anyCountryKey())
    await server.restart()
    const after = await storeOf('dispatch')
    expect((await after.find(keys.map(({ keyId }) => keyId))).map(found => found?.state)).toEqual(['present', 'present'])
    expect((await after.countryKeys([country.keyId])).map(found => found?.keyId)).toEqual([country.keyId])
  })

  test('to no connection without a password', async () => {
    for (const text of ['DBSIZE', 'AUTH default any', 'AUTH any', 'HELLO 3 AUTH default any'])
      expect((await ask(server.port, `${text}\r\n`))?.toString(), text).toMatch(/^-(NOAUTH|WRONGPASS)/)
  })
})
