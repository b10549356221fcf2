import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

export interface DroppedFile {
  readonly folder: string
  readonly orderId: string
  readonly extension: 'json' | 'xml'
  readonly body: string
}

export type DropFile = (file: DroppedFile) => Promise<void>

/** Whoever moves the files on reads them by the group. */
const mode = 0o640

/**
 * Writes an order as a file that is there whole and on disk, or not at all; doing it again puts the same bytes in the same place. Until then it has a name that begins with a
 * dot, which who collects the files passes over. The folder is never made.
 */
export function createFileDrop(withinMs = 10_000): DropFile {
  /** Folders whose last file is still being written: a disk that hangs holds a thread for each write, and there are four. */
  const hanging = new Set<string>()
  return async file => {
    const { folder } = file
    if (hanging.has(folder)) throw new Error('the folder does not answer')
    hanging.add(folder)
    const writing = write(file).finally(() => hanging.delete(folder))
    // Who waits no longer is told why; the write itself can't be stopped.
    writing.catch(() => undefined)
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => late.reject(new Error(`not written within ${withinMs} ms`)), withinMs)
    try {
      await Promise.race([writing, late.promise])
    } finally {
      clearTimeout(timer)
    }
  }
}

async function write({ folder, orderId, extension, body }: DroppedFile): Promise<void> {
  // The id is a UUID by its schema; here it becomes part of a path, so that is looked at once more.
  assert(/^[0-9a-f-]{36}$/.test(orderId), 'an order id is a UUID')
  const draft = join(folder, `.${orderId}.${randomUUID()}.part`)
  try {
    const file = await open(draft, 'wx', mode)
    try {
      await file.writeFile(body)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, join(folder, `${orderId}.${extension}`))
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined)
    throw error
  }
  // The name is on disk once the folder is.
  const opened = await open(folder)
  try {
    await opened.sync()
  } finally {
    await opened.close()
  }
}
