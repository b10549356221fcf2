import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { StoreUnavailableError } from '@holdfast/stores'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anyRequestKey, describeKeyStoreContract } from '../../../test-kit/src/key-store-contract.ts'
import type { WrappedRequestKey } from '../key-store.ts'
import { createEmbeddedKeyStore } from './key-store.ts'

let folder = ''
const files: SqliteFile[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-encryption-'))
})

afterAll(async () => {
  for (const file of files) await file.close()
  await rm(folder, { recursive: true, force: true })
})

function openFresh(name = `${files.length}`): SqliteFile {
  const file = openSqlite(join(folder, name, 'keys.sqlite'), { durable: true })
  files.push(file)
  return file
}

describeKeyStoreContract('embedded', {
  open: async () => {
    const file = openFresh()
    return [await createEmbeddedKeyStore(file), await createEmbeddedKeyStore(file)]
  },
})

/** The keys of which a file in the folder contains the middle bytes. */
async function heldIn(name: string, keys: readonly WrappedRequestKey[]): Promise<WrappedRequestKey[]> {
  const place = join(folder, name)
  const bytes = await Promise.all((await readdir(place)).map(file => readFile(join(place, file))))
  return keys.filter(({ wrapped }) => bytes.some(file => file.includes(Buffer.from(wrapped, 'base64url').subarray(8, 24))))
}

describe('keys in a file', () => {
  it('are private to their user in all files that SQLite writes', async () => {
    const file = openFresh('modes')
    const store = await createEmbeddedKeyStore(file)
    await store.insert([anyRequestKey()])
    const names = await readdir(join(folder, 'modes'))
    expect(names).toContain('keys.sqlite-wal')
    for (const name of names) expect((await stat(join(folder, 'modes', name))).mode & 0o777).toBe(0o600)
  })

  it('leave no byte of a destroyed key in any file after moves and rewraps, and the others remain', async () => {
    const file = openFresh('shredded')
    const store = await createEmbeddedKeyStore(file)
    const keys = Array.from({ length: 1_000 }, () => anyRequestKey())
    for (let at = 0; at < keys.length; at += 100) await store.insert(keys.slice(at, at + 100))
    const again = keys.map(key => ({ ...key, wrappedBy: 'new', wrapped: anyRequestKey().wrapped }))
    await store.rewrapRequestKeys(again.map(({ keyId, wrapped }) => ({ keyId, from: 'key of SG', wrappedBy: 'new', wrapped })))
    expect(await heldIn('shredded', again)).toHaveLength(again.length)

    const [destroyed, kept] = [again.filter((_, nth) => nth % 3 !== 0), again.filter((_, nth) => nth % 3 === 0)]
    await Promise.all(destroyed.map(({ requestId }) => store.intend(requestId, 'ERASURE_ORDERED', '2024-07-23T09:00:00.000Z')))
    await Promise.all(destroyed.map(({ requestId }) => store.destroy(requestId, '2024-07-23T09:00:01.000Z')))
    expect(await heldIn('shredded', [...destroyed, ...keys])).toEqual([])
    expect(await heldIn('shredded', kept)).toHaveLength(kept.length)
    expect((await store.find(kept.map(({ keyId }) => keyId))).map(each => each?.state === 'present' && each.key)).toEqual(kept)
  })

  it('leave no byte of a destroyed key after a restart, if the process was killed before the log was truncated', async () => {
    const file = openFresh('killed')
    const key = anyRequestKey()
    const store = await createEmbeddedKeyStore(file)
    await store.insert([key])
    await store.intend(key.requestId, 'ERASURE_ORDERED', '2024-07-23T09:00:00.000Z')
    await file.write(() => {
      file.prepare('UPDATE request_key_bytes SET bytes = zeroblob(60)').run()
      file.prepare(`UPDATE destructions SET destroyed_at = '2024-07-23T09:00:01.000Z'`).run()
    })
    expect(await heldIn('killed', [key])).toEqual([key])
    expect((await (await createEmbeddedKeyStore(file)).unfinished(1))[0]).toMatchObject({ destroyedAt: '2024-07-23T09:00:01.000Z' })
    expect(await heldIn('killed', [key])).toEqual([])
  })

  it('are not restored if their request was destroyed', async () => {
    const store = await createEmbeddedKeyStore(openFresh('copy'))
    const [doomed, kept] = [anyRequestKey(), anyRequestKey()]
    await store.intend(doomed.requestId, 'ERASURE_ORDERED', '2024-07-23T09:00:00.000Z')
    await store.destroy(doomed.requestId, '2024-07-23T09:00:01.000Z')
    await store.restore({ requestKeys: [doomed, kept], countryKeys: [], destructions: [] })
    expect(await heldIn('copy', [doomed, kept])).toEqual([kept])
  })

  it('are there after a reopening', async () => {
    const file = openFresh('again')
    const key = anyRequestKey()
    await (await createEmbeddedKeyStore(file)).insert([key])
    await file.close()
    const after = await createEmbeddedKeyStore(openFresh('again'))
    expect(await after.find([key.keyId])).toEqual([{ state: 'present', key }])
  })

  it('are not returned before they are durable', async () => {
    const file = openFresh('durable')
    const store = await createEmbeddedKeyStore(file)
    const key = anyRequestKey()
    let isDurable = false
    // The file reports durability: the caller that stored the first key learns it no sooner than the others.
    file.onCommit(() => () => {
      isDurable = true
    })
    const first = store.insert([key]).then(() => isDurable)
    while ((file.prepare('SELECT count(*) AS keys FROM request_keys').get()?.keys ?? 0) === 0) await new Promise(setImmediate)
    expect(isDurable).toBe(false)
    const others = [store.insert([anyRequestKey({ requestId: key.requestId })]), store.find([key.keyId])]
    expect(await Promise.all([first, ...others.map(other => other.then(() => isDurable))])).toEqual([true, true, true])
  })

  it('can encrypt before they are durable, and report when they are', async () => {
    const file = openFresh('ordered')
    const { ordered, find } = await createEmbeddedKeyStore(file)
    if (!ordered) throw new Error('not ordered')
    expect(ordered.durable()).toBeUndefined()
    const key = anyRequestKey()
    const late = anyRequestKey({ requestId: key.requestId })
    expect([ordered.insert([key]), ordered.insert([late])]).toEqual([[{ state: 'present', key }], [{ state: 'present', key }]])
    const durable = ordered.durable()
    expect(durable).toBeInstanceOf(Promise)
    await durable
    expect([await find([key.keyId, late.keyId]), ordered.durable()]).toEqual([[{ state: 'present', key }, undefined], undefined])
    // Existing keys need no commit.
    ordered.insert([late])
    expect(ordered.durable()).toBeUndefined()
  })

  it('whose commit failed never existed, and the caller that encrypted with them is notified', async () => {
    const file = openFresh('undone')
    const { ordered, find } = await createEmbeddedKeyStore(file)
    const key = anyRequestKey()
    ordered?.insert([key])
    const durable = ordered?.durable()
    // As on a full disk: everything since the last commit is rolled back.
    expect(() =>
      file.writeNow(() => {
        throw new Error('the disk is full')
      }),
    ).toThrow('the disk is full')
    await expect(durable).rejects.toThrow('nothing was written')
    expect(await find([key.keyId])).toEqual([undefined])
  })

  it('are not reported as unknown when the file is closed', async () => {
    const file = openFresh('closed')
    const store = await createEmbeddedKeyStore(file)
    const key = anyRequestKey()
    await store.insert([key])
    await file.close()
    const calls = [
      () => store.find([key.keyId]),
      () => store.insert([key]),
      () => store.countryKeys(['one']),
      () => store.currentCountryKeys(['SG']),
      () => store.intend(key.requestId, 'ERASURE_ORDERED', '2024-07-23T09:00:00.000Z'),
      () => store.destroy(key.requestId, '2024-07-23T09:00:00.000Z'),
      () => store.confirm(key.requestId, '2024-07-23T09:00:00.000Z'),
      () => store.unfinished(1),
      () => store.restore({ requestKeys: [anyRequestKey({ requestId: randomUUID() })], countryKeys: [], destructions: [] }),
      () => store.pagesOfRequestKeys()[Symbol.asyncIterator]().next(),
    ]
    for (const call of calls) await expect(call()).rejects.toThrow(StoreUnavailableError)
  })
})
