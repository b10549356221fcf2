import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { configSchemaWithPort } from '../config/config.ts'
import { silentLogger } from '../log.ts'
import { openKeyStore } from './open-key-store.ts'

const disk = vi.hoisted(() => ({ fault: undefined as Error | undefined }))
vi.mock('node:fs', async importOriginal => {
  const fs = await importOriginal<typeof import('node:fs')>()
  return {
    ...fs,
    fdatasync: (handle: number, done: (error: Error | null) => void) =>
      disk.fault ? setImmediate(done, disk.fault) : fs.fdatasync(handle, done),
  }
})

const folder = mkdtempSync(join(tmpdir(), 'holdfast-keys-disk-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('an engine whose key file no longer accepts writes is not ready, even after the disk recovers', async () => {
  const { store, ping, close } = await openKeyStore(configSchemaWithPort(0).parse({ HOLDFAST_DATA: folder }), silentLogger)
  await ping()
  disk.fault = new Error('EIO: i/o error, fdatasync')
  await expect(store.intend('a-request', 'RETENTION_OVER', '2026-11-30T00:00:00.000Z')).rejects.toThrow('EIO')
  disk.fault = undefined
  await expect(ping()).rejects.toThrow(/keys\.sqlite: the disk failed to store writes: EIO.* Restart the engine/)
  await close()
})
