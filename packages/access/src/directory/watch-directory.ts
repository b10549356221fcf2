import { existsSync } from 'node:fs'
import { type Directory, type DirectoryChecks, readDirectory } from '@holdfast/directory'
import { watchFile } from '@holdfast/runtime'

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
  /** How often the file is looked at. Default 1,000 ms. */
  readonly everyMs?: number
  /** Told once of each new file. */
  onTaken(directory: Directory): void
  /** Told once of each file that is refused, with everything that is wrong with it; the former directory stays in force. */
  onRefused(problems: string): void
}

/** Reads the directory and goes on looking whether its file has changed. Throws when the first one is not right. */
export function watchDirectory(options: WatchOptions): WatchedDirectory {
  const { path, optional = false, everyMs = 1_000 } = options
  const listeners = new Set<() => void>()
  const file = watchFile<Directory>({
    path,
    everyMs,
    read: () => (optional && !existsSync(path) ? new Map() : readDirectory(path, options)),
    onTaken(directory) {
      current = directory
      options.onTaken(directory)
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
