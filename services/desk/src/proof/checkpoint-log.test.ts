import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeCheckpoint } from '@holdfast/proof'
import { silentLogger } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { createMemoryLog, createMemoryStreams } from '@holdfast/test-kit/memory-streams'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type CheckpointLog, createCheckpointLog } from './checkpoint-log.ts'
import { createTreeSigner, type TreeSigner } from './tree-signer.ts'

const topic = topics.checkpoints.name

describe('the checkpoints of all desks', () => {
  let folder: string
  let file: SqliteFile
  let log: ReturnType<typeof createMemoryLog>
  let signer: TreeSigner
  let checkpoints: CheckpointLog
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-checkpoints-'))
    file = openSqlite(join(folder, 'desk.sqlite'), { durable: false })
    log = createMemoryLog({ partitions: 1, nowMs: Date.now })
    signer = await createTreeSigner({ keyFor: () => Buffer.alloc(32, 7) }, { HOLDFAST_LEDGER_NUMBER: 1, HOLDFAST_TREE_NUMBER: 1 })
    const streams = createMemoryStreams({ log })
    await streams.ensureTopics([topics.checkpoints])
    checkpoints = open()
  })
  afterEach(async () => {
    await file.close()
    rmSync(folder, { recursive: true })
  })

  const open = () => createCheckpointLog({ streams: createMemoryStreams({ log }), file, log: silentLogger }, signer)

  /** Appends checkpoints of trees of these sizes. */
  async function sign(...sizes: number[]): Promise<void> {
    const origin = signer.originOf(0)
    for (const size of sizes) {
      const checkpoint = { origin, size, root: new Uint8Array(32).fill(size), extensions: [] }
      await checkpoints.append({ ...checkpoint, note: await signer.sign(writeCheckpoint(checkpoint), origin) }, new Date(0))
    }
  }
  const read = async (of = checkpoints) => (await of.readNew()).map(({ size }) => size)

  test('are read once, also by a restarted desk', async () => {
    await sign(1, 2, 3)
    expect(await read()).toEqual([1, 2, 3])
    await sign(4)
    const again = open()
    expect([await read(again), await read(again)]).toEqual([[4], []])
  })

  test.each([
    ['is shorter than it was', [11]],
    ['is as long as it was', [11, 12]],
    ['is longer than it was', [11, 12, 13]],
  ])('are read from the truncation of the topic, while that %s: a tree is compared with all of them', async (_how, fresh) => {
    await sign(1, 2)
    await read()
    await sign(3, 4)
    await read()
    log.cutTail(topic, 0, 2)
    await sign(...fresh)
    const again = open()
    expect((await read(again)).filter(size => size > 10)).toEqual(fresh)
    expect(await read(again)).toEqual([])
    expect(again.newest(signer.originOf(0))?.size).toBe(fresh.at(-1))
  })
})
