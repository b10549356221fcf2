import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Whoever moves the files on reads them by the group. */
const mode = 0o640

/**
 * Puts a file into a folder that is there, whole and on disk or not at all; one of the same name is replaced. Until then it has a name that begins with a dot. Whoever may write the
 * folder too can make it fail, and can't turn it aside: a draft is a new file, and neither that nor the last rename goes through a link.
 */
export async function putFile(folder: string, name: string, content: string | Uint8Array): Promise<void> {
  const draft = join(folder, `.${randomUUID()}.part`)
  try {
    const file = await open(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, mode)
    try {
      // The engine's umask has taken the group's right away.
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
  // The name is on disk once the folder is.
  const opened = await open(folder)
  try {
    await opened.sync()
  } finally {
    await opened.close()
  }
}
