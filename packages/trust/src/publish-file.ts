import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, rmSync, writeFileSync } from 'node:fs'

/**
 * Puts a file in its place whole, or not at all if there is one already; returns whether it did. A link, unlike a rename, fails where another process
 * was first, and unlike an exclusive open it never shows a half-written file.
 */
export function publishFile(path: string, content: string, mode: number): boolean {
  const draft = `${path}.${randomUUID()}.draft`
  try {
    const file = openSync(draft, 'wx', mode)
    try {
      writeFileSync(file, content)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}
