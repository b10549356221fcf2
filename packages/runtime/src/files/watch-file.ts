import { statSync } from 'node:fs'

export interface WatchedFileOptions<T> {
  readonly path: string
  /** Throws what is wrong with it. */
  readonly read: (path: string) => T
  /** How often the file is looked at. A look takes some 5 µs. */
  readonly everyMs: number
  /** Told of what the file holds, once for each new one. */
  readonly onTaken: (value: T) => void
  /** Told once of each new file that can't be used, with what is wrong with it: what was read before stays in force. */
  readonly onRefused: (problems: string) => void
}

export interface WatchedFile<T> {
  /** What it held at the start. */
  readonly first: T
  stop(): void
}

/**
 * Reads a file now, and again whenever it is another one: written over, exchanged, gone. Throws what is wrong with it now; later a slip of the pen must not shut out everybody. It looks at the file, not for events: those get
 * lost where a mounted folder is exchanged whole, as orchestrators do it.
 */
export function watchFile<T>({ path, read, everyMs, onTaken, onRefused }: WatchedFileOptions<T>): WatchedFile<T> {
  // Looked at before it is read: what is written meanwhile is seen the next time.
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
    onTaken(value)
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
