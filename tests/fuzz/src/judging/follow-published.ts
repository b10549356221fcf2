import { setTimeout as pause } from 'node:timers/promises'
import { bankMessagesTopic, notificationsTopic, topics } from '@holdfast/schemas'
import type { StreamRecord, Streams, Subscription } from '@holdfast/streams'
import type { KafkaInput } from '../drawing/input.ts'
import { countriesOfSenders, ingressTopics } from '../world.ts'
import { leaksIn } from './leaks.ts'

/** The outcome of a record: accepted, notified as refused, or a dead letter. */
export type PublishedOutcome = 'accepted' | 'refused' | 'dead letter'

export interface PublishedFollower {
  /** Appends records to an ingress topic, in one step. */
  publish(
    topic: string,
    inputs: ReadonlyArray<{
      readonly number: number
      readonly sent: KafkaInput
      readonly value: string
      readonly headers: Readonly<Record<string, string>>
    }>,
  ): Promise<void>
  waiting(): number
  readonly counts: { readonly [O in PublishedOutcome]: number }
  /** Waits until each record has an outcome. Returns the numbers of those without one. */
  settle(): Promise<number[]>
  /** Problems of notifications since the last call. */
  takeWrongs(): string[]
  stop(): Promise<void>
}

interface Waiting {
  readonly number: number
  readonly place: string
}

/** How long the outcome of a processed record can take to be readable here. */
const tellMsMax = 3_000
const readMsMax = 60_000
const groups = new Map<string, string>([
  [topics.requests.name, 'intake'],
  [topics.answers.name, 'dispatch-answers'],
])

/** Prefixes of ids of HTTP inputs, whose outcomes appear here too. */
const ofHttp = /^(in-\d+|[0-9a-f]{8}-[0-9a-f-]{27})$/

interface Told {
  readonly kind?: string
  readonly eventId?: string
  readonly place?: string
  readonly code?: string
}

/** Records with one dead letter for all, that of the first. */
interface Crowd {
  readonly topic: string
  readonly partition: number
  readonly first: number
  readonly last: number
  readonly others: number
}
const ofCrowd = /^this dead letter stands for (\d+) records up to offset (\d+)/

/**
 * Follows the outcomes of records in the topics and compares them with the inputs.
 * @param recordsNotKept how many refused records only the log has reported up to now.
 */
export async function followPublished(streams: Streams, recordsNotKept: () => number): Promise<PublishedFollower> {
  const byPlace = new Map<string, Waiting>()
  const byId = new Map<string, Set<Waiting>>()
  const counts = { accepted: 0, refused: 0, 'dead letter': 0 }
  /** Outcomes under an unknown id: that of a record whose id was changed among its bytes. */
  let unclaimed = 0
  let crowds: Crowd[] = []
  /** How many of the records without a dead letter are settled. */
  let notKeptBefore = 0
  let wrongs: string[] = []

  function end(waiting: Waiting, outcome: PublishedOutcome): void {
    if (byPlace.delete(waiting.place)) counts[outcome]++
  }
  /** A dead letter can have a notification too. */
  function endNamed(id: string, outcome: PublishedOutcome): void {
    const named = byId.get(id)
    if (!named && !ofHttp.test(id)) unclaimed++
    for (const waiting of named ?? []) end(waiting, outcome)
  }
  function takeNotification({ value, topic }: StreamRecord): void {
    const country = topic.slice(-2).toUpperCase()
    for (const leak of leaksIn(value, country)) if (wrongs.length < 20) wrongs.push(`a notification ${leak}`)
    const { data } = JSON.parse(value) as { data: Told }
    if (data.kind !== 'received' && data.kind !== 'refusedAtIngress' && data.kind !== 'answer') return
    const outcome = data.kind === 'received' ? 'accepted' : 'refused'
    const waiting = data.place === undefined ? undefined : byPlace.get(data.place)
    if (waiting) end(waiting, outcome)
    else if (data.place === undefined) endNamed(data.eventId ?? '', outcome)
  }
  function takeLetter({ value }: StreamRecord): void {
    const { data } = JSON.parse(value) as { data: { topic: string; partition: number; offset: number; reason: string } }
    const [, count, last] = ofCrowd.exec(data.reason) ?? []
    if (count !== undefined)
      crowds.push({ topic: data.topic, partition: data.partition, first: data.offset, last: Number(last), others: Number(count) - 1 })
    const waiting = byPlace.get(`${data.topic}/${data.partition}/${data.offset}`)
    if (data.reason === '' && wrongs.length < 20) wrongs.push('a dead letter has no reason')
    if (waiting) end(waiting, 'dead letter')
  }
  /** An accepted answer is a command; a request has a receipt as well. */
  function takeCommand({ value }: StreamRecord): void {
    const { source, causationid } = JSON.parse(value) as { source?: string; causationid?: string }
    if (source === '/holdfast/dispatch' && causationid !== undefined && byId.has(causationid)) endNamed(causationid, 'accepted')
  }
  /**
   * The same for an ISO 20022 message, under an id that follows from its content. Its dead letter has the record's id.
   */
  function takeMessage({ value }: StreamRecord): void {
    const { data } = JSON.parse(value) as { data: { messageIdentification: string } }
    endNamed(data.messageIdentification, 'accepted')
  }

  const follow = (topic: string, take: (record: StreamRecord) => void): Promise<Subscription> =>
    streams.tail({
      topic,
      from: 'end',
      onRecords: records => records.forEach(take),
      onFault: error => void wrongs.push(`${topic} could not be read: ${error}`),
    })
  const notifications = countriesOfSenders.map(country => notificationsTopic(country))
  const messages = countriesOfSenders.map(country => bankMessagesTopic(country))
  await streams.ensureTopics([...notifications, ...messages])
  const following = await Promise.all([
    ...notifications.map(({ name }) => follow(name, takeNotification)),
    ...messages.map(({ name }) => follow(name, takeMessage)),
    follow(topics.deadLetters.name, takeLetter),
    follow(topics.commands.name, takeCommand),
  ])

  async function areRead(): Promise<boolean> {
    for (const topic of ingressTopics) {
      const end = await streams.endOffset(topic, 0)
      const positions = await streams.positions(groups.get(topic) ?? '', topic)
      if ((positions.get(0) ?? 0) < end) return false
    }
    return true
  }

  async function until(is: () => boolean | Promise<boolean>, withinMs: number): Promise<void> {
    const untilMs = performance.now() + withinMs
    while (!(await is()) && performance.now() < untilMs) await pause(20)
  }

  /** How many of the waiting records will have no further outcome. */
  const settled = (): number => crowds.reduce((sum, { others }) => sum + others, 0) + recordsNotKept() - notKeptBefore
  const waiting = (): number => byPlace.size - settled()

  /** The log only counts records without a dead letter: settles as many of its range as have no other outcome. */
  function endCrowds(): void {
    for (const { topic, partition, first, last, others } of crowds) {
      let left = others
      for (let offset = first; offset <= last && left > 0; offset++) {
        const one = byPlace.get(`${topic}/${partition}/${offset}`)
        if (!one) continue
        end(one, 'dead letter')
        left--
      }
    }
    crowds = []
  }

  return {
    counts,
    async publish(topic, inputs) {
      const records = inputs.map(({ sent, value, headers }) => ({ key: sent.key, value, headers }))
      // The offset is known after the write, and an outcome can come before. Nothing else runs in between.
      const first = await streams.endOffset(topic, 0)
      for (const [n, { number, value, headers }] of inputs.entries()) {
        const one = { number, place: `${topic}/0/${first + n}` }
        byPlace.set(one.place, one)
        for (const id of idsIn(value, headers)) byId.set(id, (byId.get(id) ?? new Set()).add(one))
      }
      const written = await streams.append(topic, 0, records)
      if (written !== first) throw new Error(`another producer writes to ${topic}`)
    },
    waiting,
    async settle() {
      await until(async () => waiting() <= 0 || (await areRead()), readMsMax)
      await until(() => waiting() <= 0, tellMsMax)
      endCrowds()
      const notKept = recordsNotKept() - notKeptBefore
      notKeptBefore += notKept
      // A record with a changed id was notified under that id.
      const left = [...byPlace.values()]
      const vanished = left.slice(0, Math.max(0, left.length - unclaimed - notKept))
      for (const waiting of left) end(waiting, 'refused')
      counts.refused -= vanished.length
      byId.clear()
      unclaimed = 0
      return vanished.map(({ number }) => number)
    },
    takeWrongs() {
      const taken = wrongs
      wrongs = []
      return taken
    },
    async stop() {
      await Promise.all(following.map(each => each.stop()))
    },
  }
}

const signs: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The ids under which a record's outcome can appear: they depend on how the record is read. */
function idsIn(value: string, headers: Readonly<Record<string, string>>): string[] {
  const ids = [
    headers.ce_id,
    /<(?:MsgId|Id)>([^<]*)</.exec(value)?.[1]?.replaceAll(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => signs[name] ?? ''),
  ]
  try {
    // A byte order mark is no part of the text (RFC 8259, 8.1).
    const { id } = JSON.parse(value.replace(/^\ufeff/, '')) as { id?: unknown }
    if (typeof id === 'string') ids.push(id)
  } catch {
    // Then it has no other id.
  }
  return ids.flatMap(id => (id ? [id.slice(0, 200).toWellFormed()] : []))
}
