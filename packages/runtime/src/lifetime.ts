import type { Logger } from './log.ts'

/** Something that runs until it is stopped. */
export interface Running {
  stop(): Promise<void>
}

/**
 * Runs a start that puts the stop of each thing it starts into a stack, and returns what was started with a `stop` for all of it. The last started is stopped first, and each is stopped also
 * where another fails. Where the start itself throws, all that it has started is stopped, and its own error is thrown.
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

/** Disposes of everything in the stack. Throws the first failure, and an AggregateError with its message where there were more. */
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

/** What a stack throws has the last failure outside and the first one innermost. */
const inOrder = (error: unknown): unknown[] => (error instanceof SuppressedError ? [...inOrder(error.suppressed), error.error] : [error])

/** Starts several at once, and has the stack stop each that started, also where another one did not. */
export async function startAtOnce(stack: AsyncDisposableStack, starting: readonly Promise<Running>[]): Promise<void> {
  const settled = await Promise.allSettled(starting)
  for (const each of settled) if (each.status === 'fulfilled') stack.defer(() => each.value.stop())
  const failed = settled.find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}
