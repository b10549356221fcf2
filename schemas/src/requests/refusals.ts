import { z } from 'zod'

/**
 * Every expected no, with its HTTP status and words. A code that is not here does not compile;
 * a code here is part of the surface: members' systems branch on it.
 */
export const refusals = {
  MALFORMED: { status: 422, title: 'The document does not have the shape of its schema' },
  QUERY_MALFORMED: { status: 422, title: 'The query parameters can not be used' },
  NOT_HTTP: { status: 400, title: 'The bytes are no HTTP request that can be taken' },
  TOO_SLOW: { status: 408, title: 'The request did not come in time' },
  HEAD_TOO_LARGE: { status: 431, title: 'The head of the request is too large' },
  NOT_JSON: { status: 400, title: 'The body is not JSON' },
  TOO_LARGE: { status: 413, title: 'The body is too large' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'This media type is not taken here' },
  NOT_FOUND: { status: 404, title: 'There is nothing at this address' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'This address does not take this method' },
  KEY_MISSING: { status: 400, title: 'The Idempotency-Key header is missing or not usable' },
  KEY_IN_FLIGHT: { status: 409, title: 'The first request with this Idempotency-Key is still being worked on' },
  KEY_REUSED: { status: 422, title: 'This Idempotency-Key was used with another body' },
  UNAUTHENTICATED: { status: 401, title: 'A valid bearer token or session of a member is needed' },
  TOKEN_REUSED: { status: 401, title: 'The token was used for something else' },
  TOKEN_TOO_LONG: { status: 401, title: 'A token that acts lives ten minutes at most' },
  SIGN_IN_AGAIN: { status: 401, title: 'Who gives this command has to have signed in a moment ago' },
  FOREIGN_ORIGIN: { status: 403, title: 'A session counts for the page of its own desk alone' },
  NOT_PERMITTED: { status: 403, title: 'This country or role may not do that' },
  NOT_YOUR_COUNTRY: { status: 403, title: 'A member asks in the name of its own country only' },
  REQUEST_UNKNOWN: { status: 404, title: 'There is no such request' },
  WRONG_STATE: { status: 409, title: 'The request is in a state that does not allow this' },
  PERSON_UNPROVED: { status: 403, title: 'Who gives this has to be proved by a key or a sign-in of its own' },
  SAME_PERSON: { status: 409, title: 'A second person must do this' },
  AMOUNT_EXCEEDED: { status: 409, title: 'The amounts would no longer add up' },
  CURRENCY_MISMATCH: { status: 409, title: 'The amount is in another currency than the request' },
  AMOUNT_UNREADABLE: { status: 409, title: 'The amount does not fit the minor units of its currency' },
  HOLD_TOO_LONG: { status: 409, title: 'The hold would end in the past or later than the law of the freezing country allows' },
  EXTENSION_NOT_ALLOWED: { status: 409, title: 'The law of the freezing country does not let this hold be extended so' },
  NOT_FOLLOWED: { status: 409, title: 'No request may follow this money' },
  ALREADY_OPEN: { status: 409, title: 'The request is open already' },
  HISTORY_FULL: { status: 409, title: 'The history has room left only for what moves the request on' },
  HELD_FULL: { status: 429, title: 'The engine holds as many commands of this country and role for the parked request as it may' },
  ORDER_UNKNOWN: { status: 404, title: 'There is no such order for this institution' },
  NOT_REDRIVABLE: { status: 409, title: 'This dead letter can not be sent again as it is' },
  POSITION_UNKNOWN: { status: 410, title: 'This place is not one of this stream: begin again' },
  RATE_LIMITED: { status: 429, title: 'This member asks for more than its share just now' },
  STORAGE_LOW: { status: 503, title: 'The engine has too little room left to take anything in; nothing was accepted' },
  CLOSED: { status: 503, title: 'The engine takes nothing in until it has been set right; nothing was accepted' },
  UNAVAILABLE: { status: 503, title: 'A part of the engine is not reachable; whether this was accepted is not known' },
  INTERNAL: { status: 500, title: 'The engine failed; whether this was accepted is not known' },
} as const satisfies Record<string, { status: number; title: string }>

export type RefusalCode = keyof typeof refusals
export const refusalCodeSchema = z.enum(Object.keys(refusals) as [RefusalCode, ...RefusalCode[]])

/** What an error carries for the sender of a request. An endpoint answers with this code; what else the error says stays inside. */
export interface RefusingError {
  readonly refusalCode: RefusalCode
  /** The message of the refusal, where that of the code does not say enough. */
  readonly forSender?: string
  /** A stored key can't be unwrapped until an operator has acted. */
  readonly isKeyFault?: true
}

/** An expected no: the code says which, the message says it of this case without naming a person or account. */
export interface Refusal {
  readonly code: RefusalCode
  readonly message: string
  /** Of a no that will pass: when it is worth asking again. */
  readonly retryAfterMs?: number
  /** Of a no to who sent a token that is bound to a key, or has to be: what it is called in the challenge (RFC 9449, 7.1). */
  readonly dpopError?: 'invalid_token' | 'invalid_dpop_proof'
}
