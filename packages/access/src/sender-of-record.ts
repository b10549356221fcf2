import type { LogTime } from '@holdfast/runtime'
import { accepted, type ReceivedEvent, type Refusal, type Result, readEvent, refused, type Signed } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'
import { type CredentialRefusal, type EventVerifier, refusalOfAct, type TokenVerifier, type VerifiedActor } from '@holdfast/trust'

/** An event with a valid signature. */
export interface SignedEvent {
  readonly event: ReceivedEvent
  readonly jws: string
}

/** The authenticated sender of a record. */
export interface RecordSender {
  readonly sender: VerifiedActor
  /** Undefined for a sender with a token. */
  readonly signed: SignedEvent | undefined
}

/** Why a record has no authenticated sender. */
export interface RefusedSender extends CredentialRefusal {
  /** The name of the signed event; undefined if the record had a token, which does not cover the event. */
  readonly named?: Pick<ReceivedEvent, 'id' | 'source'>
}

interface Dependencies {
  readonly verify: TokenVerifier
  readonly verifyEvent: EventVerifier
  readonly logTime: Pick<LogTime, 'recordedAtMs'>
}

const unauthenticated = (message: string): Result<never, Refusal> => refused({ code: 'UNAUTHENTICATED', message })
const both = unauthenticated('the record has both headers, authorization and signature. Send one of them')
const neither = unauthenticated('the record has neither header. Send a signature of the event, or authorization with a token')
const signsItsEvents: Refusal = {
  code: 'UNAUTHENTICATED',
  message: 'the registry requires this sender to sign its events. Send the header signature instead of authorization',
}

/**
 * Authenticates the sender: by its signature of the event, or by a token, which does not cover the event (ADR 61). A
 * signature covers the event only, so the event must be parsed first.
 */
export async function senderOfRecord(
  { verify, verifyEvent, logTime }: Dependencies,
  record: StreamRecord,
  type: string,
): Promise<Result<RecordSender, RefusedSender>> {
  const { authorization, signature: jws } = record.headers
  // Not by this machine's clock: a wrong one would refuse a valid token.
  const acceptedAt = new Date(logTime.recordedAtMs(record))
  if (!jws) return authorization ? byToken(await verify(authorization, acceptedAt)) : neither
  if (authorization) return both
  const event = readEvent({ headers: record.headers, text: record.value, problem: record.damage }, 'kafka', type)
  if (!event.ok) return unauthenticated(`its signature covers no readable event: ${wordsOf(event.error.problems)}`)
  const sender = await verifyEvent(jws, event.value, acceptedAt)
  if (!sender.ok) return refused({ ...sender.error, named: { id: event.value.id, source: event.value.source } })
  return accepted({ sender: sender.value, signed: { event: event.value, jws } })
}

function byToken(sender: Result<VerifiedActor, CredentialRefusal>): Result<RecordSender, RefusedSender> {
  if (!sender.ok) return sender
  const refusal = sender.value.signs ? signsItsEvents : refusalOfAct(sender.value)
  return refusal ? refused({ ...refusal, signedFor: sender.value.country }) : accepted({ sender: sender.value, signed: undefined })
}

const wordsOf = (problems: readonly { readonly path: string; readonly message: string }[]): string =>
  problems.map(each => `${each.path || '/'} ${each.message}`).join('; ')

/**
 * The parts of a signature that are stored with the command. @param data the signed data, if the command does not
 * contain it as signed.
 */
export const signatureToStore = ({ event: { id, source, type }, jws }: SignedEvent, data?: Signed['data']): Signed => ({
  type,
  jws,
  id,
  source,
  ...(data ? { data } : {}),
})
