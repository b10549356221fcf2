import { existsSync } from 'node:fs'
import { type Directory, type DirectoryChecks, readDirectory } from '@holdfast/directory'
import { watchFile } from '@holdfast/runtime'

/** The directory in force: it changes whenever the file changes and is valid. */
export interface WatchedDirectory {
  current(): Directory
  /** Called with each new one. Returns a function that stops it. */
  onChange(listener: () => void): () => void
  stop(): void
}

export interface WatchOptions extends DirectoryChecks {
  readonly path: string
  /** A missing file counts as an empty directory, because one may be created later. By default the file is required. */
  readonly optional?: boolean
  /** How often the file is checked. Default: 1,000 ms. */
  readonly everyMs?: number
  /** Called once for each new valid file. */
  onChanged(directory: Directory): void
  /** Called once for each invalid file, with all its problems. The last valid directory stays in force. */
  onRefused(problems: string): void
}

/** Reads the directory and watches its file. Throws if the first one is invalid. */
export function watchDirectory(options: WatchOptions): WatchedDirectory {
  const { path, optional = false, everyMs = 1_000 } = options
  const listeners = new Set<() => void>()
  const file = watchFile<Directory>({
    path,
    everyMs,
    read: () => (optional && !existsSync(path) ? new Map() : readDirectory(path, options)),
    onChanged(directory) {
      current = directory
      options.onChanged(directory)
      for (const listener of listeners) listener()
    },
    onRefused: problems => options.onRefused(problems),
  })
  let current = file.first
  return {
    current: () => current,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop: file.stop,
  }
}
