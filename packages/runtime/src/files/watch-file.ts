import { statSync } from 'node:fs'

export interface WatchedFileOptions<T> {
  readonly path: string
  /** Throws what is wrong with the file. */
  readonly read: (path: string) => T
  /** How often the file is checked. A check takes about 5 µs. */
  readonly everyMs: number
  /** Called with each new content. */
  readonly onChanged: (value: T) => void
  /** Called once for each new content that is invalid, with its problems. The last valid content stays in force. */
  readonly onRefused: (problems: string) => void
}

export interface WatchedFile<T> {
  /** The content at the start. */
  readonly first: T
  stop(): void
}

/**
 * Reads a file now, and again whenever it changes: overwritten, replaced or deleted. Throws if it is invalid now; later
 * an invalid file must not lock out everyone. Polls the file, because events get lost when an orchestrator replaces a
 * mounted folder.
 */
export function watchFile<T>({ path, read, everyMs, onChanged, onRefused }: WatchedFileOptions<T>): WatchedFile<T> {
  // The stamp is taken before the read, so a write in between is seen next time.
  let seen = stampOf(path)
  const first = read(path)

  function look(): void {
    const stamp = stampOf(path)
    if (stamp === seen) return
    seen = stamp
    let value: T
    try {
      value = read(path)
    } catch (error) {
      onRefused((error as Error).message)
      return
    }
    onChanged(value)
  }

  const looking = setInterval(look, everyMs)
  looking.unref()
  return { first, stop: () => clearInterval(looking) }
}

function stampOf(path: string): string {
  try {
    const { ino, size, mtimeNs } = statSync(path, { bigint: true })
    return `${ino} ${size} ${mtimeNs}`
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code)
  }
}
