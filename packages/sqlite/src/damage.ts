import { readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Thrown when a file is not an intact database. The message has the file's name and what SQLite found. */
export class DamagedFileError extends Error {
  override readonly name = 'DamagedFileError'
  readonly path: string
  readonly reason: string
  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`${path} is damaged: ${reason}`, options)
    this.path = path
    this.reason = reason
  }
}

/** SQLITE_CORRUPT and SQLITE_NOTADB; the higher bytes only give details. */
export const isDamage = (error: unknown): boolean => {
  const code = ((error as { errcode?: number }).errcode ?? 0) & 0xff
  return code === 11 || code === 26
}

/**
 * Moves the file and SQLite's files next to it away and returns the new path. Deletes an earlier damaged file, so that
 * a bad disk does not fill up.
 */
export function moveDamagedFile(path: string): string {
  const folder = dirname(path)
  const beginning = `${basename(path)}.damaged-`
  for (const name of readdirSync(folder)) if (name.startsWith(beginning)) rmSync(join(folder, name), { force: true })
  const keptAs = `${path}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`
  for (const part of ['', '-wal', '-shm', '-journal']) {
    try {
      renameSync(`${path}${part}`, `${keptAs}${part}`)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return keptAs
}
