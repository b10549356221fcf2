import { chmodSync, existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { compiledFolder } from './keep-compiled.ts'

/** The files that the engine creates in its folder. */
const engineFiles = [
  'holdfast.sqlite',
  'desk.sqlite',
  'engine-secret',
  'development-keys.json',
  'members.json',
  'directory.json',
  'webhook-secrets',
]

/**
 * Makes all later files of this process private (umask 077), and closes an existing data folder to other users: it
 * holds data of every country, and keys. Closes only a folder with nothing but the engine's files; another one may
 * belong to another program. Throws what must be done.
 */
export function keepFilesPrivate(folder: string): void {
  process.umask(0o077)
  const stats = statSync(folder, { throwIfNoEntry: false })
  if (!stats?.isDirectory() || (stats.mode & 0o077) === 0) return
  const open = `HOLDFAST_DATA: ${folder} is open to others (mode ${(stats.mode & 0o7777).toString(8).padStart(4, '0')})`
  const others = readdirSync(folder).filter(name => name !== 'lost+found' && name !== compiledFolder)
  if (others.length > 0 && !engineFiles.some(name => existsSync(join(folder, name))))
    throw new Error(`${open} and has files that are not the engine's. Use a folder of its own, or close this one with chmod 700`)
  try {
    chmodSync(folder, 0o700)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Error(
      `${open} and cannot be closed (${code}). It belongs to user ${stats.uid}; it must belong to the engine's user, with mode 0700`,
    )
  }
}
