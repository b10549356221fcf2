import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { instantMs } from '@holdfast/test-kit/instant'
import { startKafka } from '@holdfast/test-kit/kafka-server'
import { sendInWindow } from '@holdfast/test-kit/load'
import { startCluster } from '../cluster.ts'
import { diskBytesOf } from '../disk.ts'
import { startEmbedded } from '../embedded.ts'
import { withEndings } from '../endings.ts'
import type { Footprint, Target } from '../target.ts'

/** The storage of a request, in bytes. */
export interface StoragePerRequest {
  readonly engine: 'embedded' | 'cluster'
  /** `open`: ordered, and no institution has answered. `closed`: recovered. */
  readonly state: 'open' | 'closed'
  readonly diskBytes: number
  readonly redisBytes?: number
}

/** With this many requests, the fixed size of each engine and a write-ahead log of up to 32 MiB are small. */
const requests = 10_000
const underWayMax = 64
const allWithinMs = 600_000
/** States are saved once a second, and the projection is written with a delay. */
const settledMs = 5_000

/** The storage of a request on either engine, while it is open and once it is closed. */
export async function measureStoragePerRequest(tell: (result: StoragePerRequest) => void): Promise<StoragePerRequest[]> {
  const results: StoragePerRequest[] = []
  for (const state of ['open', 'closed'] as const)
    for (const measure of [ofEmbedded, ofCluster]) {
      const result = await measure(state)
      tell(result)
      results.push(result)
    }
  return results
}

/** An embedded engine is measured after its end, when its logs are copied back. */
async function ofEmbedded(state: StoragePerRequest['state']): Promise<StoragePerRequest> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-storage-'))
  try {
    const target = await startEmbedded(undefined, folder, state === 'closed')
    await fill(target, state).finally(target.stop)
    return { engine: 'embedded', state, diskBytes: diskBytesOf(folder) / requests }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const ofCluster = (state: StoragePerRequest['state']): Promise<StoragePerRequest> =>
  withEndings(async endings => {
    const kafka = await startKafka({ lasting: true })
    endings.add(() => kafka.stop())
    const target = await startCluster(kafka, { answering: state === 'closed' })
    endings.add(target.stop)
    const before = await target.footprint()
    await fill(target, state)
    const after = await target.footprint()
    await endings.stop()
    const each = (of: (footprint: Footprint) => number): number => (of(after) - of(before)) / requests
    return {
      engine: 'cluster',
      state,
      diskBytes: each(({ diskBytes }) => diskBytes),
      redisBytes: each(({ redis }) => redis?.bytes ?? Number.NaN),
    }
  })

async function fill(target: Target, state: StoragePerRequest['state']): Promise<void> {
  const submitter = target.submitter()
  const latest = instantMs() + allWithinMs
  try {
    await sendInWindow({ atOnce: underWayMax, count: requests }, () => submitter.submit())
    const { counts } = target.outcomes
    while ((state === 'open' ? counts().ordered : counts().recovered) < requests) {
      if (instantMs() > latest) throw new Error(`not all of ${requests} requests are ${state}`)
      await pause(50)
    }
    await pause(settledMs)
  } finally {
    await submitter.close()
  }
}
