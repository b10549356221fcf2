import type { Refusal } from '@holdfast/schemas'

/**
 * The same answer for an unknown request and a foreign one: even the existence of a foreign request is not revealed.
 */
export const requestUnknown = { code: 'REQUEST_UNKNOWN', message: 'Your country has no request with this id.' } as const satisfies Refusal

/** Sent with the problems of the body. */
export const malformedBody = { code: 'MALFORMED', message: 'The body is not valid.' } as const satisfies Refusal
