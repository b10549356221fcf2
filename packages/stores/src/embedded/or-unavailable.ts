import { StoreUnavailableError } from '../errors.ts'

const unavailable = (path: string, error: unknown): StoreUnavailableError =>
  new StoreUnavailableError(`The store in ${path} failed: ${(error as Error).message}`, { cause: error })

/** Runs work on the file; what SQLite throws (disk full, file closed) becomes a StoreUnavailableError, as callers of any store expect. */
export async function orUnavailable<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw unavailable(path, error)
  }
}

/** The same for work that is done when this returns. */
export function atOnceOrUnavailable<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw unavailable(path, error)
  }
}
