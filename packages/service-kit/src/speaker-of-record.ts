import { type ReceivedEvent, type Refusal, type Result, readEvent, refused, type Signed } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'
import { type EventVerifier, refusalOfAct, type TokenVerifier, type VerifiedActor } from '@holdfast/trust'
import { type Clock, takenAt } from './clock.ts'

/** An event whose signature is right. */
export interface SignedEvent {
  readonly event: ReceivedEvent
  readonly jws: string
}

/** Who says what a record says. */
export interface Speaker {
  readonly sender: VerifiedActor
  /** Undefined of who has sent a token beside it. */
  readonly signed: SignedEvent | undefined
}

interface Dependencies {
  readonly verify: TokenVerifier
  readonly verifyEvent: EventVerifier
  readonly clock: Clock
}

const unauthenticated = (message: string): Result<never, Refusal> => refused({ code: 'UNAUTHENTICATED', message })
const both = unauthenticated('the record has both headers, authorization and signature: send one of them')
const neither = unauthenticated('the record has neither header: send a signature of the event, or authorization with a token')
const signsItsEvents = unauthenticated(
  'the registry says that this sender signs its events: send the header signature, and not authorization with a token',
)

/** Who says it: by its signature of the event, or by a token beside it, which says nothing of what stands there (ADR 61). A signature is of an event alone, so that one has to be read first. */
export async function speakerOfRecord(
  { verify, verifyEvent, clock }: Dependencies,
  record: StreamRecord,
  type: string,
): Promise<Result<Speaker, Refusal>> {
  const { authorization, signature: jws } = record.headers
  if (!jws) return authorization ? byToken(await verify(authorization, takenAt(clock, record))) : neither
  if (authorization) return both
  const event = readEvent({ headers: record.headers, text: record.value, damage: record.damage }, 'kafka', type)
  if (!event.ok) return unauthenticated(`its signature is of no event that can be read: ${wordsOf(event.error.problems)}`)
  const sender = await verifyEvent(jws, event.value, takenAt(clock, record))
  return sender.ok ? { ok: true, value: { sender: sender.value, signed: { event: event.value, jws } } } : sender
}

function byToken(sender: Result<VerifiedActor, Refusal>): Result<Speaker, Refusal> {
  if (!sender.ok) return sender
  const refusal = refusalOfAct(sender.value)
  if (refusal) return refused(refusal)
  return sender.value.signs ? signsItsEvents : { ok: true, value: { sender: sender.value, signed: undefined } }
}

const wordsOf = (problems: readonly { readonly path: string; readonly message: string }[]): string =>
  problems.map(each => `${each.path || '/'} ${each.message}`).join('; ')

/** What of a signature is kept with what it asked for. @param data where that does not stand in the command as it was signed. */
export const keptOf = ({ event: { id, source, type }, jws }: SignedEvent, data?: Signed['data']): Signed => ({
  type,
  jws,
  id,
  source,
  ...(data ? { data } : {}),
})
