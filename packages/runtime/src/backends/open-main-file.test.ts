import { mkdtempSync, rmSync } from 'node:fs'
import { open, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { topics } from '@holdfast/schemas'
import { openSqlite } from '@holdfast/sqlite'
import { createEmbeddedStreams } from '@holdfast/streams'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { silentLogger } from '../log.ts'
import { openMainFile } from './open-main-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-main-'))
const path = join(folder, 'holdfast.sqlite')
afterAll(() => rmSync(folder, { recursive: true }))

beforeEach(async () => {
  for (const part of ['', '-wal', '-mark']) rmSync(`${path}${part}`, { force: true })
  const file = openSqlite(path, { durable: true })
  const streams = createEmbeddedStreams({ file, partitions: 1 })
  await streams.ensureTopics([topics.ledger])
  await streams.publish(
    topics.ledger.name,
    Array.from({ length: 3_000 }, (_, nth) => ({ key: `request-${nth}`, value: JSON.stringify({ note: 'x'.repeat(1_000) }) })),
  )
  await streams.close()
  await file.close()
})

test('an intact file is opened', async () => {
  const { file, whyDamaged } = openMainFile(path, silentLogger)
  expect(whyDamaged()).toBeUndefined()
  await file.close()
})

async function damageInside(): Promise<void> {
  const middle = Math.floor((await stat(path)).size / 2 / 4096) * 4096
  const handle = await open(path, 'r+')
  await handle.write(Buffer.alloc(16_384, 0xff), 0, 16_384, middle)
  await handle.close()
}

test('a large file is opened at once, and damage inside is reported a moment later, with the way to recover', async () => {
  await damageInside()
  const { file, whyDamaged } = openMainFile(path, silentLogger, { atOnceBytesMax: 1_000_000 })
  expect(whyDamaged()).toBeUndefined()
  await expect.poll(whyDamaged, { timeout: 10_000 }).toMatch(new RegExp(`^${path} is damaged: .*restore the newest backup`))
  await file.close()
  expect((await stat(path)).isFile()).toBe(true)
})

test('16 kB of garbage inside prevent the start, and the error names the file and the way to recover', async () => {
  await damageInside()
  expect(() => openMainFile(path, silentLogger)).toThrow(
    new RegExp(`^${path} is damaged: .*: stop the engine, keep the file .* restore the newest backup`),
  )
  // The file is not moved: it may hold data that no backup has.
  expect((await stat(path)).isFile()).toBe(true)
})

test('a truncated file is reported the same way', async () => {
  await truncate(path, Math.floor((await stat(path)).size / 2))
  expect(() => openMainFile(path, silentLogger)).toThrow(new RegExp(`^${path} is damaged: .*restore the newest backup`))
})
