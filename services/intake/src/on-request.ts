import {
  createNotifiedSigners,
  type RecordSender,
  type RefusedSender,
  type SignedEvent,
  senderOfRecord,
  signatureToStore,
} from '@holdfast/access'
import { leaseMs, storedKeyOf } from '@holdfast/http'
import { type AddressedRecord, type CountryTopics, createFairQueue, type DeadLetters, publishByTopic } from '@holdfast/runtime'
import { type MemberActor, type Receipt, type Refusal, requestType, topics } from '@holdfast/schemas'
import { publishUnlessErased } from '@holdfast/sealing/wrappers'
import type { ServiceContext } from '@holdfast/service-kit'
import type { StreamRecord } from '@holdfast/streams'
import { fingerprintOf, requestIdFor } from '@holdfast/trust'
import { acceptRequest, refusalOfSender } from './accept-request.ts'
import { notificationOfReceipt, notificationOfRefusal, type RefusedSending } from './notification-of-request.ts'
import { type ReceivedRequest, readRequestRecord } from './read-request-record.ts'
import type { ReceivedBefore } from './received-before.ts'

type Dependencies = Pick<
  ServiceContext,
  'streams' | 'idempotency' | 'verify' | 'verifyEvent' | 'secret' | 'signer' | 'clock' | 'logTime' | 'log'
> & {
  readonly receivedBefore: ReceivedBefore
  readonly deadLetters: DeadLetters
  readonly countryTopics: CountryTopics
}

interface Admitted {
  readonly sender: MemberActor
  readonly signed: SignedEvent | undefined
  readonly received: ReceivedRequest
  /** By the log. */
  readonly takenAt: Date
  readonly key: string
  readonly fingerprint: string
  readonly requestId: string
  /** When it was claimed first; undefined where that is not known. */
  readonly firstAt?: string | undefined
}

/** What becomes of a record before its key is looked at. Nobody's is kept; a member's is answered, and kept as well where it is no event of ours. */
interface Judged {
  readonly record: StreamRecord
  readonly letter?: string
  readonly refusal?: RefusedSending
  /** Of what comes from nobody, and was signed by a key that is known: for its country. */
  readonly told?: RefusedSending
  readonly admitted?: Admitted
}

/**
 * The Kafka door. Works on a batch at once: what comes from nobody goes to the dead letters, and whoever is known is told: that it was received, or why not. Safe to repeat:
 * a claim left by an owner that died is taken over at once, since the same record makes the same command, and the same notice.
 */
export function onRequests(deps: Dependencies) {
  const turns = createFairQueue()
  const toldSigner = createNotifiedSigners(deps.clock)
  const refuseSpeaker = (record: StreamRecord, error: RefusedSender): Judged => {
    const { code, message } = error
    const letter = `${code}: ${message}`
    const told = toldSigner(record, error)
    if (!told) return { record, letter }
    const takenAt = new Date(deps.logTime.takenAtMs(record))
    return { record, letter, told: { ...told, sender: { country: told.country }, takenAt, code, message, problems: [] } }
  }
  const judge = async (record: StreamRecord): Promise<Judged> => {
    const speaker = await senderOfRecord(deps, record, requestType)
    if (!speaker.ok) return refuseSpeaker(record, speaker.error)
    await turns.next(speaker.value.sender.country)
    return judgeSent(deps, record, speaker.value)
  }

  return async (records: readonly StreamRecord[]) => {
    const judged = await Promise.all(records.map(judge))
    const refusals = judged.flatMap(({ refusal }) => refusal ?? [])
    const admitted = judged.flatMap(item => item.admitted ?? [])
    const letters = judged.flatMap(({ record, letter, refusal }) =>
      letter === undefined ? [] : { record, reason: letter, isOfMember: refusal !== undefined },
    )
    await deps.deadLetters.keepOfBatch(letters.filter(({ isOfMember }) => !isOfMember))
    await Promise.all(letters.filter(({ isOfMember }) => isOfMember).map(({ record, reason }) => deps.deadLetters.keep(record, reason)))
    const receipts = await admit(deps, admitted, refusals)
    const told = judged.flatMap(each => each.told ?? [])
    await tell(deps, [...[...told, ...refusals].map(each => notificationOfRefusal(deps.signer, each)), ...receipts])
  }
}

function judgeSent(deps: Dependencies, record: StreamRecord, { sender, signed }: RecordSender): Judged {
  const place = `${record.topic}/${record.partition}/${record.offset}`
  const takenAt = new Date(deps.logTime.takenAtMs(record))
  const read = readRequestRecord(record, signed?.event)
  if (!read.ok) {
    const { code, id, source, problems, isEvent } = read.error
    const message = isEvent ? `${problems.length} problem(s) in the freeze request` : `${problems.length} problem(s) in the event`
    const refusal: RefusedSending = { sender, id, source, place, takenAt, code, message, problems }
    return isEvent
      ? { record, refusal }
      : { record, refusal, letter: problems.map(each => `${each.path || '/'} ${each.message}`).join('; ') }
  }
  const { event, key, request } = read.value
  const forbidden = refusalOfSender(sender, request)
  if (forbidden) return { record, refusal: { ...refusedSending({ sender, received: read.value, takenAt }, forbidden), place } }
  const fingerprint = fingerprintOf(sender.country, topics.requests.name, event.data)
  const admitted: Admitted = {
    sender,
    signed,
    received: read.value,
    takenAt,
    key: storedKeyOf(sender.country, key),
    fingerprint,
    requestId: requestIdFor(deps.secret, sender.country, key, fingerprint),
  }
  return { record, admitted }
}

/** Claims the keys and publishes what is new. Gives a receipt for each that was accepted, now or before; adds a refusal for each whose key names something else. */
async function admit(deps: Dependencies, admitted: readonly Admitted[], refusals: RefusedSending[]): Promise<AddressedRecord[]> {
  if (admitted.length === 0) return []
  const at = deps.clock.now().toISOString()
  const claims = await deps.idempotency.claim(
    admitted.map(({ key, fingerprint }) => ({ key, fingerprint, at })),
    { leaseMs: leaseMs.request },
  )
  const otherwise: Admitted[] = []
  const fresh = new Map<string, Admitted>()
  const receipts = new Map<string, AddressedRecord>()
  for (const [i, item] of admitted.entries()) {
    const claim = claims[i]
    if (claim?.outcome === 'mismatch') otherwise.push(item)
    else if (claim?.outcome === 'replay')
      keepFirst(receipts, item.requestId, notificationOfReceipt(deps.signer, item.received.event, JSON.parse(claim.response) as Receipt))
    else if (claim?.outcome === 'acquired' || claim?.outcome === 'inFlight') keepFirst(fresh, item.key, { ...item, firstAt: claim.firstAt })
  }
  for (const item of await acceptAll(deps, otherwise)) {
    // Taken before the store forgot it, and the key was used for something else meanwhile: it is a repeat.
    if (item.isKnown) keepFirst(receipts, item.requestId, notificationOfReceipt(deps.signer, item.received.event, item.receipt))
    else refusals.push(refusedSending(item, keyReused))
  }
  if (fresh.size > 0) {
    const items = await acceptAll(deps, [...fresh.values()])
    const gone = new Set(
      await publishUnlessErased(
        deps.streams,
        topics.commands.name,
        items.map(({ record }) => record),
      ),
    )
    const [taken, refused] = [items.filter(({ record }) => !gone.has(record)), items.filter(({ record }) => gone.has(record))]
    await deps.idempotency.complete(taken.map(({ key, fingerprint, receipt }) => ({ key, fingerprint, response: JSON.stringify(receipt) })))
    for (const { requestId, received, receipt } of taken)
      keepFirst(receipts, requestId, notificationOfReceipt(deps.signer, received.event, receipt))
    refusals.push(...refused.map(item => refusedSending(item, wordsGone)))
  }
  return [...receipts.values()]
}

/** With the instant at which each was received first, where the ledger knows of it. */
async function acceptAll({ receivedBefore, clock }: Dependencies, admitted: readonly Admitted[]) {
  const instants = await receivedBefore(admitted.map(({ requestId }) => requestId))
  const now = clock.now().toISOString()
  return admitted.map(item => {
    const { requestId, sender, received, signed, firstAt = now } = item
    const before = instants.get(requestId)
    return {
      ...item,
      isKnown: before !== undefined,
      ...acceptRequest({
        requestId,
        sender,
        request: received.request,
        receivedAt: before ?? firstAt,
        traceparent: received.event.traceparent,
        signed: signed && signatureToStore(signed),
      }),
    }
  })
}

/** One that is in a batch twice is one. */
function keepFirst<T>(map: Map<string, T>, key: string, value: T): void {
  if (!map.has(key)) map.set(key, value)
}

/** It was asked before, has ended since, and two persons or the end of its time had its words destroyed. */
const wordsGone: Refusal = {
  code: 'WRONG_STATE',
  message: 'this request was taken before, and its words were destroyed: send another one under a new id',
}

const keyReused: Refusal = { code: 'KEY_REUSED', message: 'this source and id were used with another body' }

const refusedSending = (
  { sender, received: { event }, takenAt }: Pick<Admitted, 'sender' | 'received' | 'takenAt'>,
  refusal: Refusal,
): RefusedSending => ({ sender, id: event.id, source: event.source, place: '', takenAt, ...refusal, problems: [] })

async function tell({ streams, countryTopics, log }: Dependencies, notices: readonly AddressedRecord[]): Promise<void> {
  if (notices.length === 0) return
  await publishByTopic(streams, countryTopics, notices)
  log.info({ notices: notices.length }, 'told what became of what was sent')
}
