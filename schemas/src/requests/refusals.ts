import { z } from 'zod'

/**
 * All refusals, with their HTTP status and title. Only these codes compile. Member systems branch on the codes, so a code
 * keeps its meaning.
 */
export const refusals = {
  MALFORMED: { status: 422, title: 'The document does not have the shape of its schema' },
  QUERY_MALFORMED: { status: 422, title: 'The query parameters are invalid' },
  NOT_HTTP: { status: 400, title: 'The bytes are not a valid HTTP request' },
  TOO_SLOW: { status: 408, title: 'The request took too long to arrive' },
  HEAD_TOO_LARGE: { status: 431, title: 'The head of the request is too large' },
  NOT_JSON: { status: 400, title: 'The body is not JSON' },
  TOO_LARGE: { status: 413, title: 'The body is too large' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'This media type is not accepted' },
  NOT_FOUND: { status: 404, title: 'This address does not exist' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'This address does not support this method' },
  KEY_MISSING: { status: 400, title: 'The Idempotency-Key header is missing or invalid' },
  KEY_IN_FLIGHT: { status: 409, title: 'The first request with this Idempotency-Key is still in progress' },
  KEY_REUSED: { status: 422, title: 'This Idempotency-Key was used with another body' },
  UNAUTHENTICATED: { status: 401, title: 'A valid bearer token or session of a member is needed' },
  TOKEN_REUSED: { status: 401, title: 'The token was already used for another request' },
  TOKEN_TOO_LONG: { status: 401, title: 'A token for commands may be valid for at most ten minutes' },
  SIGN_IN_AGAIN: { status: 401, title: 'This command needs a recent sign-in. Sign in again' },
  FOREIGN_ORIGIN: { status: 403, title: 'A session is valid only for the page of its own desk' },
  NOT_PERMITTED: { status: 403, title: 'This country or role may not do that' },
  NOT_YOUR_COUNTRY: { status: 403, title: 'A member can act for its own country only' },
  REQUEST_UNKNOWN: { status: 404, title: 'There is no such request' },
  WRONG_STATE: { status: 409, title: 'The request is in a state that does not allow this' },
  PERSON_UNPROVED: { status: 403, title: 'This command needs a key or sign-in of the person who gives it' },
  SAME_PERSON: { status: 409, title: 'Another person must approve this' },
  AMOUNT_EXCEEDED: { status: 409, title: 'The amounts would no longer add up' },
  CURRENCY_MISMATCH: { status: 409, title: 'The amount is in another currency than the request' },
  AMOUNT_UNREADABLE: { status: 409, title: 'The amount does not fit the minor units of its currency' },
  HOLD_TOO_LONG: { status: 409, title: 'The hold would end in the past or later than the law of the freezing country allows' },
  EXTENSION_NOT_ALLOWED: { status: 409, title: 'The law of the freezing country does not allow this extension of the hold' },
  NOT_FOLLOWED: { status: 409, title: 'This money cannot have an onward request' },
  ALREADY_OPEN: { status: 409, title: 'The request is open already' },
  HISTORY_FULL: { status: 409, title: 'The history quota is nearly used up. Only commands that advance the request are accepted' },
  HELD_FULL: { status: 429, title: 'The quota of held commands of this member role for the parked request is used up' },
  ORDER_UNKNOWN: { status: 404, title: 'This institution has no such order' },
  NOT_REDRIVABLE: { status: 409, title: 'This dead letter cannot be sent again unchanged' },
  POSITION_UNKNOWN: { status: 410, title: 'This cursor is not valid for this stream. Start again without a cursor' },
  RATE_LIMITED: { status: 429, title: 'This member has exceeded its rate limit. Try again later' },
  STORAGE_LOW: { status: 503, title: 'The engine has too little disk space; nothing was accepted' },
  CLOSED: { status: 503, title: 'The engine is closed until an operator has repaired it; nothing was accepted' },
  UNAVAILABLE: {
    status: 503,
    title: 'A part of the engine is unreachable, so the outcome is unknown. Send the same request again with the same Idempotency-Key',
  },
  INTERNAL: {
    status: 500,
    title: 'The engine failed, so the outcome is unknown. Send the same request again with the same Idempotency-Key',
  },
} as const satisfies Record<string, { status: number; title: string }>

export type RefusalCode = keyof typeof refusals
export const refusalCodeSchema = z.enum(Object.keys(refusals) as [RefusalCode, ...RefusalCode[]])

/** An error with a refusal for the sender. An endpoint responds with this code and logs the rest of the error. */
export interface RefusingError {
  readonly refusalCode: RefusalCode
  /** The message for the sender, if the title of the code is not enough. */
  readonly senderMessage?: string
  /** A stored key cannot be unwrapped until an operator acts. */
  readonly isKeyFault?: true
}

/** An expected no: the code, and a message on this case that names no person or account. */
export interface Refusal {
  readonly code: RefusalCode
  readonly message: string
  /** For a temporary refusal: when to try again. */
  readonly retryAfterMs?: number
  /** For a token that is or must be bound to a key: the error of the challenge (RFC 9449, 7.1). */
  readonly dpopError?: 'invalid_token' | 'invalid_dpop_proof'
}
