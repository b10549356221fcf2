import {
  consequenceIdOf,
  type MemberActor,
  type NoticeBody,
  noticesTopic,
  noticeType,
  type Problem,
  type RefusalCode,
  topics,
} from '@holdfast/schemas'
import { type CountryTopics, type DeadLetters, leaseMs, type ServiceContext, takenAt } from '@holdfast/service-kit'
import type { OutgoingRecord, StreamRecord } from '@holdfast/streams'
import { fingerprintOf, requestIdFor } from '@holdfast/trust'
import { acceptRequest, refusalOfSender } from './accept-request.ts'
import { type ReceivedRequest, readRequestRecord } from './read-request-record.ts'

type Dependencies = Pick<ServiceContext, 'streams' | 'idempotency' | 'verify' | 'secret' | 'clock' | 'log'> & {
  readonly deadLetters: DeadLetters
  readonly countryTopics: CountryTopics
}

interface Admitted {
  readonly sender: MemberActor
  readonly received: ReceivedRequest
  readonly key: string
  readonly fingerprint: string
  readonly record: OutgoingRecord
  readonly response: string
}

/**
 * The Kafka door. Works on a batch at once: what can't be read or comes from nobody goes to the dead letters, what a member sent wrongly is answered with a
 * notice, the rest becomes commands. Safe to repeat: a claim left by an owner that died is taken over at once, since the same record makes the same command.
 */
export const onRequests = (deps: Dependencies) => async (records: readonly StreamRecord[]) => {
  const admitted = (await Promise.all(records.map(record => admit(deps, record)))).filter(item => item !== undefined)
  if (admitted.length === 0) return
  const claims = await deps.idempotency.claim(
    admitted.map(({ key, fingerprint }) => ({ key, fingerprint })),
    { leaseMs: leaseMs.publish },
  )
  const fresh = admitted.filter((_item, i) => claims[i]?.outcome === 'acquired' || claims[i]?.outcome === 'inFlight')
  await Promise.all(
    admitted.map((item, i) =>
      claims[i]?.outcome === 'mismatch'
        ? refuse(deps, item.sender, item.received, 'KEY_REUSED', 'this source and id were used with another body', [])
        : undefined,
    ),
  )
  if (fresh.length === 0) return
  await deps.streams.publish(
    topics.commands.name,
    fresh.map(item => item.record),
  )
  await deps.idempotency.complete(fresh.map(({ key, fingerprint, response }) => ({ key, fingerprint, response })))
}

async function admit(deps: Dependencies, record: StreamRecord): Promise<Admitted | undefined> {
  const sender = await deps.verify(record.headers.authorization, takenAt(deps.clock, record))
  if (!sender.ok) return void (await deps.deadLetters.keep(record, `${sender.error.code}: ${sender.error.message}`))
  const read = readRequestRecord(record)
  if (!read.ok) return void (await deps.deadLetters.keep(record, read.error))
  const received = read.value
  if (!received.document.ok) {
    const problems = received.document.error
    return refuse(deps, sender.value, received, 'MALFORMED', `${problems.length} problem(s) in the freeze request`, problems)
  }
  const refusal = refusalOfSender(sender.value, received.document.value)
  if (refusal) return refuse(deps, sender.value, received, refusal.code, refusal.message, [])
  const { receipt, record: command } = acceptRequest(
    requestIdFor(deps.secret, sender.value.country, received.key),
    sender.value,
    received.document.value,
    deps.clock.now(),
    received.traceparent,
  )
  return {
    sender: sender.value,
    received,
    key: `${sender.value.country}/${received.key}`,
    fingerprint: fingerprintOf(sender.value.country, topics.requests.name, received.body),
    record: command,
    response: JSON.stringify(receipt),
  }
}

/** A refusal that its sender can see: a notice with every problem. */
async function refuse(
  deps: Dependencies,
  sender: MemberActor,
  received: ReceivedRequest,
  code: RefusalCode,
  message: string,
  problems: readonly Problem[],
): Promise<undefined> {
  const data: NoticeBody = {
    kind: 'refusedAtDoor',
    country: sender.country,
    eventId: received.eventId,
    code,
    message,
    problems: [...problems],
  }
  const notice = {
    specversion: '1.0',
    id: consequenceIdOf('notice', sender.country, `${received.key}/${code}`),
    source: '/holdfast/intake',
    type: noticeType,
    time: deps.clock.now().toISOString(),
    datacontenttype: 'application/json',
    data,
  }
  const topic = noticesTopic(sender.country)
  await deps.countryTopics.ensure(topic)
  await deps.streams.publish(topic.name, [{ key: received.eventId, value: JSON.stringify(notice) }])
  deps.log.info({ country: sender.country, code }, 'refused at the door')
  return undefined
}
