import { type Clock, takenAt } from '@holdfast/runtime'
import { accepted, type ReceivedEvent, type Refusal, type Result, readEvent, refused, type Signed } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'
import { type CredentialRefusal, type EventVerifier, refusalOfAct, type TokenVerifier, type VerifiedActor } from '@holdfast/trust'

/** An event whose signature is right. */
export interface SignedEvent {
  readonly event: ReceivedEvent
  readonly jws: string
}

/** Who says what a record says. */
export interface RecordSender {
  readonly sender: VerifiedActor
  /** Undefined of who has sent a token beside it. */
  readonly signed: SignedEvent | undefined
}

/** Why nobody is known to say what a record says. */
export interface RefusedSender extends CredentialRefusal {
  /** The name of the event that was signed; undefined where a token stood beside it, which says nothing of the event. */
  readonly named?: Pick<ReceivedEvent, 'id' | 'source'>
}

interface Dependencies {
  readonly verify: TokenVerifier
  readonly verifyEvent: EventVerifier
  readonly clock: Clock
}

const unauthenticated = (message: string): Result<never, Refusal> => refused({ code: 'UNAUTHENTICATED', message })
const both = unauthenticated('the record has both headers, authorization and signature: send one of them')
const neither = unauthenticated('the record has neither header: send a signature of the event, or authorization with a token')
const signsItsEvents: Refusal = {
  code: 'UNAUTHENTICATED',
  message: 'the registry says that this sender signs its events: send the header signature, and not authorization with a token',
}

/** Who says it: by its signature of the event, or by a token beside it, which says nothing of what stands there (ADR 61). A signature is of an event alone, so that one has to be read first. */
export async function senderOfRecord(
  { verify, verifyEvent, clock }: Dependencies,
  record: StreamRecord,
  type: string,
): Promise<Result<RecordSender, RefusedSender>> {
  const { authorization, signature: jws } = record.headers
  if (!jws) return authorization ? byToken(await verify(authorization, takenAt(clock, record))) : neither
  if (authorization) return both
  const event = readEvent({ headers: record.headers, text: record.value, damage: record.damage }, 'kafka', type)
  if (!event.ok) return unauthenticated(`its signature is of no event that can be read: ${wordsOf(event.error.problems)}`)
  const sender = await verifyEvent(jws, event.value, takenAt(clock, record))
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

/** What of a signature is kept with what it asked for. @param data where that does not stand in the command as it was signed. */
export const signatureToStore = ({ event: { id, source, type }, jws }: SignedEvent, data?: Signed['data']): Signed => ({
  type,
  jws,
  id,
  source,
  ...(data ? { data } : {}),
})
