import { statSync } from 'node:fs'
import type { Directory, DirectoryChecks } from './directory.ts'
import { readDirectory } from './read-directory.ts'

/** The directory that is in force: another one whenever the file has changed and is right. */
export interface WatchedDirectory {
  current(): Directory
  /** Tells of each new one. Returns how to stop it. */
  onChange(listener: () => void): () => void
  stop(): void
}

export interface WatchOptions extends DirectoryChecks {
  readonly path: string
  /** No file is an empty directory: for where one may come later. Without it there has to be one. */
  readonly optional?: boolean
  /** How often the file is looked at. Default 1,000 ms: a look costs 10 µs. */
  readonly everyMs?: number
  /** Told once of each new file. */
  onTaken(directory: Directory): void
  /** Told once of each file that is refused, with everything that is wrong with it; the former directory stays in force. */
  onRefused(problems: string): void
}

/**
 * Reads the directory and goes on looking whether its file has changed. Throws when the first one is not right. It looks at the file, not for events: those get lost
 * where a mounted folder is exchanged whole, as orchestrators do it.
 */
export function watchDirectory(options: WatchOptions): WatchedDirectory {
  const { path, optional = false, everyMs = 1_000 } = options
  const listeners = new Set<() => void>()
  let seen = stampOf(path)
  const read = (): Directory => (optional && stampOf(path) === noFile ? new Map() : readDirectory(path, options))
  let current = read()

  function look(): void {
    const stamp = stampOf(path)
    if (stamp === seen) return
    seen = stamp
    try {
      current = read()
    } catch (error) {
      options.onRefused((error as Error).message)
      return
    }
    options.onTaken(current)
    for (const listener of listeners) listener()
  }

  const looking = setInterval(look, everyMs)
  looking.unref()
  return {
    current: () => current,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop: () => clearInterval(looking),
  }
}

const noFile = 'ENOENT'

/** Another one whenever the file is another one: replaced, rewritten, gone. */
function stampOf(path: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(path)
    return `${ino} ${size} ${mtimeMs}`
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code)
  }
}
