import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Readable by the group, which collects the files. */
const mode = 0o640

/**
 * Writes a file into an existing folder, complete and on disk or not at all; replaces a file of the same name. Until it
 * is complete, its name begins with a dot.
 *
 * Other users with write access can make this fail but cannot redirect it: the draft is a new file, and neither the
 * draft nor the rename follows a link.
 */
export async function putFile(folder: string, name: string, content: string | Uint8Array): Promise<void> {
  const draft = join(folder, `.${randomUUID()}.part`)
  try {
    const file = await open(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, mode)
    try {
      // The engine's umask has removed the group's permission.
      await file.chmod(mode)
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, join(folder, name))
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined)
    throw error
  }
  // The name is on disk only after an fsync of the folder.
  const opened = await open(folder)
  try {
    await opened.sync()
  } finally {
    await opened.close()
  }
}
