import type { SqliteFile } from '@holdfast/sqlite'

export interface LogEmptier {
  /** Something was deleted of which no byte is to stay: what is asked for together is done once. */
  soon(): void
}

export interface LogEmptierOptions {
  readonly afterMs?: number
  /** Called when the log could not be emptied three times in a row, once until it could: erased data is still in it. */
  readonly onHeldUp?: ((error: unknown) => void) | undefined
}

/** A log of 32 MiB is brought into its database in some 50 ms, during which nothing else is done. */
const withinMs = 2_000
/** A long read holds it up for a moment. */
const failuresTold = 3

/** What was deleted stands in the log of the file until that is empty. Who reads meanwhile holds it up: then it is tried again. */
export function createLogEmptier(
  file: Pick<SqliteFile, 'cutLog' | 'onClose'>,
  { afterMs = withinMs, onHeldUp }: LogEmptierOptions = {},
): LogEmptier {
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  let failures = 0

  async function empty(): Promise<void> {
    timer = undefined
    try {
      await file.cutLog()
      failures = 0
    } catch (error) {
      if (isClosed) return
      failures += 1
      if (failures === failuresTold) onHeldUp?.(error)
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
