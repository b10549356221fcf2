import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeClaimsContract, describeIdempotencyContract, describeSnapshotContract } from '../../../test-kit/src/stores-contract.ts'
import { StoreUnavailableError } from '../errors.ts'
import { idempotencyRetentionMs } from '../idempotency.ts'
import { createEmbeddedClaims } from './claims.ts'
import { createEmbeddedIdempotency } from './idempotency.ts'
import { createEmbeddedSnapshots } from './snapshots.ts'

let folder = ''
let nowMs = Date.parse('2024-07-23T09:00:00Z')
const files: SqliteFile[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-stores-'))
})

afterAll(async () => {
  for (const file of files) await file.close()
  await rm(folder, { recursive: true, force: true })
})

function openFresh(): SqliteFile {
  const file = openSqlite(join(folder, `${files.length}.db`), { durable: false })
  files.push(file)
  return file
}

describeIdempotencyContract('embedded', {
  open: async () => createEmbeddedIdempotency(openFresh(), () => nowMs),
  pass: ms => {
    nowMs += ms
  },
})
describeSnapshotContract('embedded', {
  open: async () => {
    const file = openFresh()
    return namespace => createEmbeddedSnapshots(file, namespace)
  },
})
describeClaimsContract('embedded', { open: async () => createEmbeddedClaims(openFresh(), 'freeze') })

describe('embedded stores', () => {
  it('keep their entries after a reopening', async () => {
    const path = join(folder, 'again.db')
    const before = openSqlite(path, { durable: true })
    await createEmbeddedIdempotency(before, () => nowMs).complete([{ key: 'SG:1', fingerprint: 'body', response: 'accepted' }])
    await createEmbeddedSnapshots(before, 'ledger').save(0, undefined, 3, [{ id: 'a', snapshot: 'three', dueAtMs: 100 }])
    const change = { kind: 'join', claimKey: 'uetr:1', country: 'SG' } as const
    const owned = await createEmbeddedClaims(before, 'freeze').own(0, 1)
    await owned.restore({ from: undefined, to: 3, changes: [{ ...change, requestId: 'first' }], isLast: true })
    await before.close()

    const after = openSqlite(path, { durable: true })
    files.push(after)
    expect(await createEmbeddedIdempotency(after, () => nowMs).claim([{ key: 'SG:1', fingerprint: 'body' }], { leaseMs: 1_000 })).toEqual([
      { outcome: 'replay', response: 'accepted' },
    ])
    const snapshots = createEmbeddedSnapshots(after, 'ledger')
    expect(await snapshots.load(0, ['a'])).toEqual({ snapshotOffset: 3, snapshots: new Map([['a', 'three']]) })
    expect(await snapshots.due(0, 100, 1)).toEqual({ snapshotOffset: 3, ids: ['a'] })
    const payments = await createEmbeddedClaims(after, 'freeze').own(0, 1)
    expect(payments.found).toEqual({ state: 'complete', position: 3 })
    expect(await payments.claim({ from: 3, to: 4, changes: [{ ...change, requestId: 'second' }] })).toEqual([{ representative: 'first' }])
  })

  describe('whose claim was rolled back by a failed commit', () => {
    const claim = [{ key: 'SG:1', fingerprint: 'body' }]
    const answer = [{ key: 'SG:1', fingerprint: 'body', response: 'accepted' }]
    const failCommit = (file: SqliteFile) =>
      expect(() =>
        file.writeNow(() => {
          throw new Error('the disk is full')
        }),
      ).toThrow('the disk is full')

    it('confirm the answer only once it is durable', async () => {
      const file = openFresh()
      const store = createEmbeddedIdempotency(file, () => nowMs)
      await store.claim(claim, { leaseMs: 9_000 })
      failCommit(file)
      let isKept = false
      const completed = store.complete(answer).then(() => {
        isKept = true
      })
      await Promise.resolve()
      expect(isKept).toBe(false)
      await completed
      expect(file.pending()).toBeUndefined()
      expect(await store.claim(claim, { leaseMs: 9_000 })).toEqual([{ outcome: 'replay', response: 'accepted' }])
    })

    it('reject the answer when it is rolled back too, so that the caller gets no receipt', async () => {
      const file = openFresh()
      const store = createEmbeddedIdempotency(file, () => nowMs)
      await store.claim(claim, { leaseMs: 9_000 })
      failCommit(file)
      const completed = store.complete(answer)
      failCommit(file)
      await expect(completed).rejects.toBeInstanceOf(StoreUnavailableError)
    })

    it('store the answer to an existing claim without waiting for the disk', async () => {
      const file = openFresh()
      const store = createEmbeddedIdempotency(file, () => nowMs)
      await store.claim(claim, { leaseMs: 9_000 })
      await store.complete(answer)
      expect(file.pending()).toBeDefined()
    })
  })

  it('release a claim whose ingress was killed, after the clock was set back by an hour', async () => {
    const path = join(folder, 'put-back.db')
    const claim = [{ key: 'SG:1', fingerprint: 'body' }]
    const before = openSqlite(path, { durable: true })
    await createEmbeddedIdempotency(before, () => nowMs).claim(claim, { leaseMs: 9_000 })
    await before.close()
    const after = openSqlite(path, { durable: true })
    files.push(after)
    const store = createEmbeddedIdempotency(after, () => nowMs - 3_600_000)
    expect(await store.claim(claim, { leaseMs: 9_000 })).toEqual([{ outcome: 'acquired' }])
    expect(await store.claim(claim, { leaseMs: 9_000 })).toEqual([{ outcome: 'inFlight', retryAfterMs: 9_000 }])
  })

  it('drop an answer after 30 days, with its row', async () => {
    const file = openFresh()
    const store = createEmbeddedIdempotency(file, () => nowMs)
    const claim = { key: 'SG:1', fingerprint: 'body' }
    await store.complete([{ ...claim, response: 'accepted' }])
    nowMs += idempotencyRetentionMs - 1
    expect(await store.claim([claim], { leaseMs: 1_000 })).toEqual([{ outcome: 'replay', response: 'accepted' }])
    nowMs += 1
    await store.claim([{ key: 'SG:2', fingerprint: 'body' }], { leaseMs: 1_000 })
    expect(file.prepare('SELECT key FROM idempotency').all()).toEqual([{ key: 'SG:2' }])
    expect(await store.claim([claim], { leaseMs: 1_000 })).toEqual([{ outcome: 'acquired' }])
  })

  it('drop used tokens once they have expired, however many there are', async () => {
    const file = openFresh()
    const store = createEmbeddedIdempotency(file, () => nowMs)
    const used = () => Number(file.prepare('SELECT count(*) AS used FROM used_tokens').get()?.used)
    let named = 0
    const use = (count: number) =>
      store.claim(
        Array.from({ length: count }, () => ({ key: `SG:${++named}`, fingerprint: 'body', token: { id: `jti ${named}`, keptMs: 1_000 } })),
        { leaseMs: 1_000 },
      )
    await use(1_000)
    expect(used()).toBe(1_000)
    nowMs += 1_000
    for (let n = 0; n < 40; n++) await use(16)
    expect(used()).toBe(640)
  })

  it('ignore an expired answer, even before its row is removed', async () => {
    const store = createEmbeddedIdempotency(openFresh(), () => nowMs)
    const claims = Array.from({ length: 9 }, (_, index) => ({ key: `SG:${index}`, fingerprint: 'body' }))
    await store.complete(claims.map(claim => ({ ...claim, response: 'accepted' })))
    nowMs += idempotencyRetentionMs
    const lastOnes = claims.slice(-2).map(({ key }) => ({ key, fingerprint: 'other body' }))
    for (const claim of lastOnes) expect(await store.claim([claim], { leaseMs: 1_000 })).toEqual([{ outcome: 'acquired' }])
    for (const claim of lastOnes) expect(await store.claim([claim], { leaseMs: 1_000 })).toMatchObject([{ outcome: 'inFlight' }])
  })

  it('say that they are unavailable when the file is closed', async () => {
    const file = openFresh()
    const idempotency = createEmbeddedIdempotency(file, () => nowMs)
    const snapshots = createEmbeddedSnapshots(file, 'ledger')
    const payments = createEmbeddedClaims(file, 'freeze')
    const owned = await payments.own(0, 1)
    await file.close()
    const calls = [
      () => idempotency.claim([{ key: 'SG:1', fingerprint: 'body' }], { leaseMs: 1_000 }),
      () => idempotency.complete([{ key: 'SG:1', fingerprint: 'body', response: '' }]),
      () => idempotency.abandon('SG:1', 'body'),
      () => snapshots.load(0, ['a']),
      () => snapshots.save(0, undefined, 1, []),
      () => snapshots.due(0, 1, 1),
      () => snapshots.clear(0),
      () => payments.own(0, 1),
      () => payments.clear(),
      () => owned.claim({ from: 0, to: 0, changes: [] }),
      () => owned.restore({ from: undefined, to: 0, changes: [], isLast: true }),
      () => owned.isComplete(0),
    ]
    for (const call of calls) await expect(call()).rejects.toThrow(StoreUnavailableError)
  })
})
