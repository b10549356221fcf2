import {
  createNotifiedSigners,
  type RecordSender,
  type RefusedSender,
  type SignedEvent,
  senderOfRecord,
  signatureToStore,
} from '@holdfast/access'
import type { Workflow } from '@holdfast/core'
import { publishUnlessErased } from '@holdfast/encryption/wrappers'
import { leaseMs, storedKeyOf } from '@holdfast/http'
import { type AddressedRecord, type CountryTopics, createFairQueue, type DeadLetters, publishByTopic } from '@holdfast/runtime'
import type { MemberActor, Refusal } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import type { StreamRecord } from '@holdfast/streams'
import { fingerprintOf, requestIdFor } from '@holdfast/trust'
import { acceptRequest, type Receipt } from './accept-request.ts'
import { notificationOfReceipt, notificationOfRefusal, type RefusedSending } from './notification-of-request.ts'
import { type ReceivedRequest, readRequestRecord } from './read-request-record.ts'
import type { ReceivedBefore } from './received-before.ts'

type Dependencies = Pick<
  ServiceContext,
  'streams' | 'idempotency' | 'verify' | 'verifyEvent' | 'secret' | 'signer' | 'clock' | 'logTime' | 'log'
> & {
  readonly workflow: Workflow
  readonly receivedBefore: ReceivedBefore
  readonly deadLetters: DeadLetters
  readonly countryTopics: CountryTopics
}

interface Claimable {
  readonly sender: MemberActor
  readonly signed: SignedEvent | undefined
  readonly received: ReceivedRequest
  /** Log time. */
  readonly takenAt: Date
  readonly key: string
  readonly fingerprint: string
  readonly requestId: string
  /** When it was first claimed; undefined if that is unknown. */
  readonly firstAt?: string | undefined
}

/** The first assessment of a record, before its key is claimed. */
interface Assessed {
  readonly record: StreamRecord
  readonly deadLetterReason?: string
  readonly refusal?: RefusedSending
  /** For the country of a known key that signed a record without an identified sender. */
  readonly toSigner?: RefusedSending
  readonly claimable?: Claimable
}

/**
 * The Kafka ingress. Processes a whole batch: records without an identified sender become dead letters, and identified
 * senders are notified of the receipt or the refusal.
 *
 * Safe to repeat: a claim that a crashed owner left is taken over at once, because the same record makes the same
 * command and the same notification.
 */
export function onRequests(deps: Dependencies) {
  const fairQueue = createFairQueue()
  const notifiedSigner = createNotifiedSigners(deps.clock)
  const refuseSender = (record: StreamRecord, error: RefusedSender): Assessed => {
    const { code, message } = error
    const deadLetterReason = `${code}: ${message}`
    const toSigner = notifiedSigner(record, error)
    if (!toSigner) return { record, deadLetterReason }
    const takenAt = new Date(deps.logTime.recordedAtMs(record))
    return {
      record,
      deadLetterReason,
      toSigner: { ...toSigner, sender: { country: toSigner.country }, takenAt, code, message, problems: [] },
    }
  }
  const assess = async (record: StreamRecord): Promise<Assessed> => {
    const principal = await senderOfRecord(deps, record, deps.workflow.ingress.eventType)
    if (!principal.ok) return refuseSender(record, principal.error)
    await fairQueue.next(principal.value.sender.country)
    return assessSent(deps, record, principal.value)
  }

  return async (records: readonly StreamRecord[]) => {
    const assessed = await Promise.all(records.map(assess))
    const refusals = assessed.flatMap(({ refusal }) => refusal ?? [])
    const claimable = assessed.flatMap(item => item.claimable ?? [])
    const deadLetters = assessed.flatMap(({ record, deadLetterReason, refusal }) =>
      deadLetterReason === undefined ? [] : { record, reason: deadLetterReason, isOfMember: refusal !== undefined },
    )
    await deps.deadLetters.keepOfBatch(deadLetters.filter(({ isOfMember }) => !isOfMember))
    await Promise.all(deadLetters.filter(({ isOfMember }) => isOfMember).map(({ record, reason }) => deps.deadLetters.keep(record, reason)))
    const receipts = await admit(deps, claimable, refusals)
    const toSigner = assessed.flatMap(each => each.toSigner ?? [])
    await notify(deps, [...[...toSigner, ...refusals].map(each => notificationOfRefusal(deps.signer, each)), ...receipts])
  }
}

function assessSent(deps: Dependencies, record: StreamRecord, { sender, signed }: RecordSender): Assessed {
  const recordPosition = `${record.topic}/${record.partition}/${record.offset}`
  const takenAt = new Date(deps.logTime.recordedAtMs(record))
  const { ingress, topics } = deps.workflow
  const read = readRequestRecord(ingress, record, signed?.event)
  if (!read.ok) {
    const { code, id, source, problems, isEvent } = read.error
    const message = isEvent
      ? `The ${ingress.document} has ${problems.length} problem(s). Correct them and send it again under a new id`
      : `The event has ${problems.length} problem(s). Correct them and send it again`
    const refusal: RefusedSending = { sender, id, source, recordPosition, takenAt, code, message, problems }
    return isEvent
      ? { record, refusal }
      : { record, refusal, deadLetterReason: problems.map(each => `${each.path || '/'} ${each.message}`).join('; ') }
  }
  const { event, key, document } = read.value
  const forbidden = ingress.refusalOfSender(sender, document)
  if (forbidden) return { record, refusal: { ...refusedSending({ sender, received: read.value, takenAt }, forbidden), recordPosition } }
  const fingerprint = fingerprintOf(sender.country, topics.requests.name, event.data)
  const claimable: Claimable = {
    sender,
    signed,
    received: read.value,
    takenAt,
    key: storedKeyOf(sender.country, key),
    fingerprint,
    requestId: requestIdFor(deps.secret, sender.country, key, fingerprint),
  }
  return { record, claimable }
}

/**
 * Claims the keys and publishes new requests. Returns a receipt for each accepted request, old or new; adds a refusal
 * for each key that names another request.
 */
async function admit(deps: Dependencies, claimable: readonly Claimable[], refusals: RefusedSending[]): Promise<AddressedRecord[]> {
  if (claimable.length === 0) return []
  const at = deps.clock.now().toISOString()
  const claims = await deps.idempotency.claim(
    claimable.map(({ key, fingerprint }) => ({ key, fingerprint, at })),
    { leaseMs: leaseMs.request },
  )
  const mismatched: Claimable[] = []
  const fresh = new Map<string, Claimable>()
  const receipts = new Map<string, AddressedRecord>()
  for (const [i, item] of claimable.entries()) {
    const claim = claims[i]
    if (claim?.outcome === 'mismatch') mismatched.push(item)
    else if (claim?.outcome === 'replay')
      keepFirst(
        receipts,
        item.requestId,
        notificationOfReceipt(deps.signer, item.sender, item.received.event, JSON.parse(claim.response) as Receipt),
      )
    else if (claim?.outcome === 'acquired' || claim?.outcome === 'inFlight') keepFirst(fresh, item.key, { ...item, firstAt: claim.firstAt })
  }
  for (const item of await acceptAll(deps, mismatched)) {
    // The store has lost the key, which was then used for another document. The ledger knows the request, so this is a
    // repeat.
    if (item.isKnown)
      keepFirst(receipts, item.requestId, notificationOfReceipt(deps.signer, item.sender, item.received.event, item.receipt))
    else refusals.push(refusedSending(item, keyReused))
  }
  if (fresh.size > 0) {
    const items = await acceptAll(deps, [...fresh.values()])
    const erased = new Set(
      await publishUnlessErased(
        deps.streams,
        deps.workflow.topics.commands.name,
        items.map(({ record }) => record),
      ),
    )
    const [accepted, refused] = [items.filter(({ record }) => !erased.has(record)), items.filter(({ record }) => erased.has(record))]
    await deps.idempotency.complete(
      accepted.map(({ key, fingerprint, receipt }) => ({ key, fingerprint, response: JSON.stringify(receipt) })),
    )
    for (const { requestId, sender, received, receipt } of accepted)
      keepFirst(receipts, requestId, notificationOfReceipt(deps.signer, sender, received.event, receipt))
    refusals.push(...refused.map(item => refusedSending(item, dataErased)))
  }
  return [...receipts.values()]
}

/** Adds the instant at which each request was first received, if the ledger knows it. */
async function acceptAll({ workflow, receivedBefore, clock }: Dependencies, claimable: readonly Claimable[]) {
  const instants = await receivedBefore(claimable.map(({ requestId }) => requestId))
  const now = clock.now().toISOString()
  return claimable.map(item => {
    const { requestId, sender, received, signed, firstAt = now } = item
    const before = instants.get(requestId)
    return {
      ...item,
      isKnown: before !== undefined,
      ...acceptRequest({
        workflow,
        requestId,
        sender,
        document: received.document,
        receivedAt: before ?? firstAt,
        traceparent: received.event.traceparent,
        signed: signed && signatureToStore(signed),
      }),
    }
  })
}

/** A duplicate within a batch counts once. */
function keepFirst<T>(map: Map<string, T>, key: string, value: T): void {
  if (!map.has(key)) map.set(key, value)
}

/**
 * The request was accepted before and has ended, and its personal data was erased by order or after its retention
 * period.
 */
const dataErased: Refusal = {
  code: 'WRONG_STATE',
  message: 'This request was accepted before, and its personal data was erased. Send a new request under a new id',
}

const keyReused: Refusal = {
  code: 'KEY_REUSED',
  message: 'This source and id were already used with another body. Send this request under a new id',
}

const refusedSending = (
  { sender, received: { event }, takenAt }: Pick<Claimable, 'sender' | 'received' | 'takenAt'>,
  refusal: Refusal,
): RefusedSending => ({ sender, id: event.id, source: event.source, recordPosition: '', takenAt, ...refusal, problems: [] })

async function notify({ streams, countryTopics, log }: Dependencies, notifications: readonly AddressedRecord[]): Promise<void> {
  if (notifications.length === 0) return
  await publishByTopic(streams, countryTopics, notifications)
  log.info({ notifications: notifications.length }, 'Notifications sent')
}
