import type { SqliteFile } from '@holdfast/sqlite'

export interface LogEmptier {
  /** Something was deleted of which no byte is to stay: what is asked for together is done once. */
  soon(): void
}

/** A log of 32 MiB is brought into its database in some 50 ms, during which nothing else is done. */
const withinMs = 2_000

/** What was deleted stands in the log of the file until that is empty. Who reads meanwhile holds it up: then it is tried again. */
export function createLogEmptier(file: SqliteFile, afterMs = withinMs): LogEmptier {
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  async function empty(): Promise<void> {
    timer = undefined
    await file.cutLog().catch(soon)
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
