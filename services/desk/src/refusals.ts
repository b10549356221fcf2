import type { Refusal } from '@holdfast/schemas'

/** The same words whether there is none or it is not for this country: not even its existence is told. */
export const requestUnknown = { code: 'REQUEST_UNKNOWN', message: 'your country has no request with this id' } as const satisfies Refusal

/** Answered with the problems of the body. */
export const malformedBody = { code: 'MALFORMED', message: 'the body can not be used' } as const satisfies Refusal
