import type { Logger } from './log.ts'

/** Something that runs until it is stopped. */
export interface Running {
  stop(): Promise<void>
}

/**
 * Runs a start that registers the stop of each started part in a stack. Returns the result with a `stop` for all of it.
 * Stops in reverse order, and continues if one fails. If the start itself throws, stops all started parts and throws
 * that error.
 */
export async function startTogether<T extends object>(
  log: Pick<Logger, 'error'>,
  start: (stack: AsyncDisposableStack) => Promise<T>,
): Promise<T & Running> {
  const stack = new AsyncDisposableStack()
  let started: T
  try {
    started = await start(stack)
  } catch (error) {
    await disposeAll(stack).catch(failure => log.error({ err: failure }, 'Stopping after a failed start failed too'))
    throw error
  }
  let stopped: Promise<void> | undefined
  return {
    ...started,
    stop() {
      stopped ??= disposeAll(stack)
      return stopped
    },
  }
}

/** Disposes of the whole stack. Throws the first failure, or an AggregateError with its message if there are more. */
async function disposeAll(stack: AsyncDisposableStack): Promise<void> {
  try {
    await stack.disposeAsync()
  } catch (error) {
    const failures = inOrder(error)
    const [first] = failures
    if (failures.length === 1) throw first
    throw new AggregateError(failures, first instanceof Error ? first.message : String(first))
  }
}

/** A stack's error has the last failure outside and the first one innermost. */
const inOrder = (error: unknown): unknown[] => (error instanceof SuppressedError ? [...inOrder(error.suppressed), error.error] : [error])

/** Starts several parts at once. The stack stops each one that started, even if another did not. */
export async function startAtOnce(stack: AsyncDisposableStack, starting: readonly Promise<Running>[]): Promise<void> {
  const settled = await Promise.allSettled(starting)
  for (const each of settled) if (each.status === 'fulfilled') stack.defer(() => each.value.stop())
  const failed = settled.find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}
