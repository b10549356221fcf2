import { StoreUnavailableError } from '../errors.ts'

const unavailable = (path: string, error: unknown): StoreUnavailableError =>
  new StoreUnavailableError(`The store in ${path} failed: ${(error as Error).message}`, { cause: error })

/** Runs work on the file. SQLite's errors (disk full, file closed) become StoreUnavailableError, as with any store. */
export async function orUnavailable<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw unavailable(path, error)
  }
}

/** As `orUnavailable`, for synchronous work. */
export function orUnavailableSync<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw unavailable(path, error)
  }
}
