import { StoreUnavailableError } from '../errors.ts'

/** Runs work on the file; what SQLite throws (disk full, file closed) becomes a StoreUnavailableError, as callers of any store expect. */
export async function orUnavailable<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new StoreUnavailableError(`The store in ${path} failed: ${(error as Error).message}`, { cause: error })
  }
}
