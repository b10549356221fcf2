import type { SqliteFile } from '@holdfast/sqlite'

export interface LogEmptier {
  /** Empties the log soon after a deletion of personal data. Several calls are served together. */
  soon(): void
}

export interface LogEmptierOptions {
  readonly afterMs?: number
  /** Called once when the log could not be emptied three times in a row: erased data is still in it. */
  readonly onHeldUp?: ((error: unknown) => void) | undefined
}

/** Writing a log of 32 MiB into its database takes about 50 ms, which blocks everything else. */
const withinMs = 2_000
/** A long read can block it for a moment. */
const reportedFailures = 3

/**
 * Deleted data stays in the write-ahead log until the log is emptied. A concurrent reader blocks this, so it is
 * retried.
 */
export function createLogEmptier(
  file: Pick<SqliteFile, 'truncateLog' | 'onClose'>,
  { afterMs = withinMs, onHeldUp }: LogEmptierOptions = {},
): LogEmptier {
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  let failures = 0

  async function empty(): Promise<void> {
    timer = undefined
    try {
      await file.truncateLog()
      failures = 0
    } catch (error) {
      if (isClosed) return
      failures += 1
      if (failures === reportedFailures) onHeldUp?.(error)
      soon()
    }
  }

  function soon(): void {
    if (isClosed) return
    timer ??= setTimeout(empty, afterMs)
    timer.unref()
  }

  file.onClose(() => {
    isClosed = true
    clearTimeout(timer)
  })
  return { soon }
}
