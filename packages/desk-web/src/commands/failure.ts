import type { Problem } from '@holdfast/schemas'
import { RefusedError, UnreachedError } from '../api/client.ts'

/** Why an action was not performed, as far as known. */
export type Failure =
  | { readonly is: 'refused'; readonly code: string; readonly message: string; readonly problems: readonly Problem[] }
  /** The outcome is unknown: repeating with the same key is safe. */
  | { readonly is: 'lost' }
  | { readonly is: 'signInAgain' }

const openCodes: readonly string[] = ['UNAVAILABLE', 'INTERNAL', 'UNKNOWN', 'KEY_IN_FLIGHT']

/** Rethrows errors that are no answer of the engine. */
export function failureOf(error: unknown): Failure {
  if (error instanceof UnreachedError) return { is: 'lost' }
  if (!(error instanceof RefusedError)) throw error
  const { code, message, problems } = error
  if (openCodes.includes(code)) return { is: 'lost' }
  return code === 'SIGN_IN_AGAIN' ? { is: 'signInAgain' } : { is: 'refused', code, message, problems }
}
