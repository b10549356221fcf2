import { chmodSync, existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { compiledFolder } from './keep-compiled.ts'

/** What the engine puts into its folder, or finds there. */
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
 * From here on whatever this process makes is for its user alone (umask 077), and its folder, where there is one already, is closed to others: it holds what every country said, and
 * keys. Only a folder of the engine's own is closed; one that holds other things may be somebody else's, or the machine's. Throws what has to be done.
 */
export function keepFilesPrivate(folder: string): void {
  process.umask(0o077)
  const stats = statSync(folder, { throwIfNoEntry: false })
  if (!stats?.isDirectory() || (stats.mode & 0o077) === 0) return
  const open = `HOLDFAST_DATA: ${folder} is open to others (mode ${(stats.mode & 0o7777).toString(8).padStart(4, '0')})`
  const others = readdirSync(folder).filter(name => name !== 'lost+found' && name !== compiledFolder)
  if (others.length > 0 && !engineFiles.some(name => existsSync(join(folder, name))))
    throw new Error(`${open} and holds what is not the engine's: name a folder of its own, or close this one with chmod 700`)
  try {
    chmodSync(folder, 0o700)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Error(
      `${open} and can't be closed (${code}); it belongs to user ${stats.uid}: it has to be the engine's user's, with mode 0700`,
    )
  }
}
