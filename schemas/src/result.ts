/** The result of a function with an expected refusal. Faults are thrown instead. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E }

export const accepted = <T>(value: T): Result<T, never> => ({ ok: true, value })
export const refused = <E>(error: E): Result<never, E> => ({ ok: false, error })
