import type { Problem } from '@holdfast/schemas'
import { RefusedError, UnreachedError } from '../api/client.ts'

/** Why an act was not done, as far as that is known. */
export type Failure =
  | { readonly is: 'refused'; readonly code: string; readonly message: string; readonly problems: readonly Problem[] }
  /** The outcome is unknown: the same act again, under the same key, is safe. */
  | { readonly is: 'lost' }
  | { readonly is: 'signInAgain' }

const openCodes: readonly string[] = ['UNAVAILABLE', 'INTERNAL', 'UNKNOWN', 'KEY_IN_FLIGHT']

/** Throws what is no answer of the engine. */
export function failureOf(error: unknown): Failure {
  if (error instanceof UnreachedError) return { is: 'lost' }
  if (!(error instanceof RefusedError)) throw error
  const { code, message, problems } = error
  if (openCodes.includes(code)) return { is: 'lost' }
  return code === 'SIGN_IN_AGAIN' ? { is: 'signInAgain' } : { is: 'refused', code, message, problems }
}
