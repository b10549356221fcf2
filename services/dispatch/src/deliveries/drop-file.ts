import assert from 'node:assert/strict'
import { within } from '@holdfast/streams'
import { checkPath } from '../folders/check-path.ts'
import { putFile } from '../folders/put-file.ts'

/** An order as a file. */
export interface OrderFile {
  readonly folder: string
  readonly orderId: string
  readonly extension: 'json' | 'xml'
  readonly body: string
}

export type DropFile = (file: OrderFile) => Promise<void>

/**
 * Users other than the engine's can replace the folder. The message contains no path, because it becomes part of a fact
 * that both countries read.
 */
export class UntrustedFolderError extends Error {
  override readonly name = 'UntrustedFolderError'
  constructor() {
    super("others can put another folder in this one's place; dispatch logs where")
  }
}

/**
 * Writes an order as a file that is complete and on disk, or not at all. A repeat writes the same bytes to the same
 * path. Until the file is complete, its name begins with a dot, which collectors must skip.
 *
 * Does not create the folder, and rejects it if users other than the engine's can replace it: they could receive the
 * order.
 */
export function createFileDrop(withinMs = 10_000): DropFile {
  /** Folders with a write in progress. A hanging disk blocks one thread for each write, and Node has four. */
  const hanging = new Set<string>()
  return async file => {
    const { folder } = file
    if (hanging.has(folder)) throw new Error('the folder does not answer')
    hanging.add(folder)
    const writing = write(file).finally(() => hanging.delete(folder))
    // A running write cannot be cancelled.
    await within(writing, withinMs, () => new Error(`not written within ${withinMs} ms`))
  }
}

async function write({ folder, orderId, extension, body }: OrderFile): Promise<void> {
  // The schema makes the id a UUID; it is checked again because it becomes part of a path.
  assert(/^[0-9a-f-]{36}$/.test(orderId), 'an order id is a UUID')
  const { problems } = await checkPath(folder)
  if (problems.length > 0) throw new UntrustedFolderError()
  await putFile(folder, `${orderId}.${extension}`, body)
}
