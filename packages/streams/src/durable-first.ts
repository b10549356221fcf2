import { StreamUnavailableError, type WriteOptions } from './port.ts'

/**
 * Waits until the prerequisite of a write is durable. Throws StreamUnavailableError if it never will be; the caller
 * then writes nothing.
 */
export async function durableFirst(after: WriteOptions['after']): Promise<void> {
  try {
    await after
  } catch (error) {
    throw new StreamUnavailableError(`nothing was written: ${(error as Error).message}`, { cause: error })
  }
}
