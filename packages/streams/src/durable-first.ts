import { StreamUnavailableError, type WriteOptions } from './port.ts'

/** Waits for what has to be durable before records are written. Throws StreamUnavailableError where it never will be: then nothing is written. */
export async function durableFirst(after: WriteOptions['after']): Promise<void> {
  try {
    await after
  } catch (error) {
    throw new StreamUnavailableError(`nothing was written: ${(error as Error).message}`, { cause: error })
  }
}
