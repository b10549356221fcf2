import { existsSync, mkdirSync, statSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

/** In the engine's folder. */
export const compiledFolder = 'compiled'

/**
 * Has Node keep what it makes of the sources, so that a process that is started again is up sooner: 0.3 s instead of 0.6 s of a core until the ledger is loaded. To be called before anything else is imported. Code is
 * loaded from there, so it is kept only where this user alone can write.
 */
export function keepCompiled({ HOLDFAST_DATA }: Readonly<Record<string, string | undefined>>): void {
  const data = HOLDFAST_DATA || '.holdfast'
  const folder = join(data, compiledFolder)
  try {
    if (existsSync(data) && !isOurs(data)) return
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (isOurs(folder)) enableCompileCache(folder)
  } catch {
    // What is wrong with the folder is said by who needs it.
  }
}

function isOurs(folder: string): boolean {
  const { uid, mode } = statSync(folder)
  return uid === process.getuid?.() && (mode & 0o022) === 0
}
