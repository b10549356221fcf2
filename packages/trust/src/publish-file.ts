import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Puts a file in its place whole and on disk, or not at all if there is one already, which is on disk then too; returns whether it did. A link, unlike a rename, fails where another process
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
    const isOurs = linkUnlessThere(draft, path)
    // The name is on disk once the folder is, also where another process has put it there a moment ago: who uses a key that is gone after a power loss would make another one.
    const folder = openSync(dirname(path), 'r')
    try {
      fsyncSync(folder)
    } finally {
      closeSync(folder)
    }
    return isOurs
  } finally {
    rmSync(draft, { force: true })
  }
}

function linkUnlessThere(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
