import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Creates a complete, durable file, unless there is one already; returns whether it did. In contrast to a rename, a
 * link fails if another process was first. In contrast to an exclusive open, it never exposes a half-written file.
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
    // The name is durable only with its folder, even if another process just created it. A key lost in a power loss
    // would be created again.
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
