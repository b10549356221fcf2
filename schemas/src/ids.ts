import { v5 } from 'uuid'

/** Holdfast's own UUIDv5 namespace. Changing it would make every id of every old record unfindable. */
const namespace = 'b9f6c5d4-6a55-5e0f-9d6e-2f6b1c7a8e31'

/** An id that is the same whenever the same thing causes it, so that doing a thing twice makes it once. */
export const deterministicId = (...causes: ReadonlyArray<string | number>): string => v5(causes.join('\u001f'), namespace)

/** A request is what one country asked under one idempotency key. */
export const requestIdOf = (country: string, idempotencyKey: string): string => deterministicId('request', country, idempotencyKey)

/** The child of a request that one report of money moved onward opens. */
export const childRequestIdOf = (parentRequestId: string, reportId: string): string => deterministicId('child', parentRequestId, reportId)

/** A country and an account in it that money was followed to (V26), as a digest: it shows no account where it is kept. */
export const placeIdOf = (country: string, accountNumber: string): string => deterministicId('place', country, accountNumber)

/** What a command, fact, refusal, order or notice is: the n-th consequence of one cause on one request. */
export const consequenceIdOf = (
  kind: 'command' | 'fact' | 'refusal' | 'order' | 'notice',
  requestId: string,
  cause: string,
  index = 0,
): string => deterministicId(kind, requestId, cause, index)
