import assert from 'node:assert/strict'
import { within } from '@holdfast/streams'
import { checkPath } from '../folders/check-path.ts'
import { putFile } from '../folders/put-file.ts'

/** An order as it is put into a folder. */
export interface OrderFile {
  readonly folder: string
  readonly orderId: string
  readonly extension: 'json' | 'xml'
  readonly body: string
}

export type DropFile = (file: OrderFile) => Promise<void>

/** Somebody other than the engine's user decides what the folder is. Names no path: what is thrown becomes a fact that both countries read. */
export class UntrustedFolderError extends Error {
  override readonly name = 'UntrustedFolderError'
  constructor() {
    super("others can put another folder in this one's place; dispatch logs where")
  }
}

/**
 * Writes an order as a file that is there whole and on disk, or not at all; doing it again puts the same bytes in the same place. Until then it has a name that begins with a
 * dot, which who collects the files passes over. The folder is never made, and not used while others than the engine's user can exchange it: an order would go to somebody else.
 */
export function createFileDrop(withinMs = 10_000): DropFile {
  /** Folders whose last file is still being written: a disk that hangs holds a thread for each write, and there are four. */
  const hanging = new Set<string>()
  return async file => {
    const { folder } = file
    if (hanging.has(folder)) throw new Error('the folder does not answer')
    hanging.add(folder)
    const writing = write(file).finally(() => hanging.delete(folder))
    // The write itself can't be stopped.
    await within(writing, withinMs, () => new Error(`not written within ${withinMs} ms`))
  }
}

async function write({ folder, orderId, extension, body }: OrderFile): Promise<void> {
  // The id is a UUID by its schema; here it becomes part of a path, so that is looked at once more.
  assert(/^[0-9a-f-]{36}$/.test(orderId), 'an order id is a UUID')
  const { problems } = await checkPath(folder)
  if (problems.length > 0) throw new UntrustedFolderError()
  await putFile(folder, `${orderId}.${extension}`, body)
}
