import { setTimeout as pause } from 'node:timers/promises'
import { bankMessagesTopic, notificationsTopic, topics } from '@holdfast/schemas'
import type { StreamRecord, Streams, Subscription } from '@holdfast/streams'
import type { KafkaInput } from '../drawing/input.ts'
import { countriesOfSenders, ingressTopics } from '../world.ts'
import { leaksIn } from './leaks.ts'

/** What came of a record: it was taken, or its sender was told why not, or it lies with the dead letters. */
export type PublishedOutcome = 'accepted' | 'refused' | 'dead letter'

export interface PublishedFollower {
  /** Puts records into the topic of a door, in one step. */
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
  /** Waits until each record has come to something; gives the numbers of those that did not. */
  settle(): Promise<number[]>
  /** What was wrong with notices since the last look. */
  takeWrongs(): string[]
  stop(): Promise<void>
}

interface Waiting {
  readonly number: number
  readonly place: string
}

/** From when a door has worked on a record until what came of it can be read here. */
const tellMsMax = 3_000
const readMsMax = 60_000
const groups = new Map<string, string>([
  [topics.requests.name, 'intake'],
  [topics.answers.name, 'dispatch-answers'],
])

/** Names of what came by HTTP, of which is told here too. */
const ofHttp = /^(in-\d+|[0-9a-f]{8}-[0-9a-f-]{27})$/

interface Told {
  readonly kind?: string
  readonly eventId?: string
  readonly place?: string
  readonly code?: string
}

/** Records of which one letter is kept, that of the first. */
interface Crowd {
  readonly topic: string
  readonly partition: number
  readonly first: number
  readonly last: number
  readonly others: number
}
const ofCrowd = /^this letter stands for (\d+) records up to offset (\d+)/

/**
 * Follows what the doors by Kafka answer, and holds it against what was put in.
 * @param recordsNotKept of how many records the log alone says that they were refused, up to now.
 */
export async function followPublished(streams: Streams, recordsNotKept: () => number): Promise<PublishedFollower> {
  const byPlace = new Map<string, Waiting>()
  const byId = new Map<string, Set<Waiting>>()
  const counts = { accepted: 0, refused: 0, 'dead letter': 0 }
  /** Told of events by a name that no input was known to have: one whose name was changed among its bytes. */
  let unclaimed = 0
  let crowds: Crowd[] = []
  /** Of the records that are not kept, those that are settled. */
  let notKeptBefore = 0
  let wrongs: string[] = []

  function end(waiting: Waiting, outcome: PublishedOutcome): void {
    if (byPlace.delete(waiting.place)) counts[outcome]++
  }
  /** What is kept as a dead letter may be told as well. */
  function endNamed(id: string, outcome: PublishedOutcome): void {
    const named = byId.get(id)
    if (!named && !ofHttp.test(id)) unclaimed++
    for (const waiting of named ?? []) end(waiting, outcome)
  }
  function takeNotice({ value, topic }: StreamRecord): void {
    const country = topic.slice(-2).toUpperCase()
    for (const leak of leaksIn(value, country)) if (wrongs.length < 20) wrongs.push(`a notice ${leak}`)
    const { data } = JSON.parse(value) as { data: Told }
    if (data.kind !== 'received' && data.kind !== 'refusedAtDoor' && data.kind !== 'answer') return
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
  /** An answer that is taken is a command; a request has its receipt as well. */
  function takeCommand({ value }: StreamRecord): void {
    const { source, causationid } = JSON.parse(value) as { source?: string; causationid?: string }
    if (source === '/holdfast/dispatch' && causationid !== undefined && byId.has(causationid)) endNamed(causationid, 'accepted')
  }
  /** So is a bank's message, by a name that is made of what it says; it is kept by its own. */
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
  const notices = countriesOfSenders.map(notificationsTopic)
  const messages = countriesOfSenders.map(bankMessagesTopic)
  await streams.ensureTopics([...notices, ...messages])
  const following = await Promise.all([
    ...notices.map(({ name }) => follow(name, takeNotice)),
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

  /** How many of those that wait are known to come to nothing more. */
  const settled = (): number => crowds.reduce((sum, { others }) => sum + others, 0) + recordsNotKept() - notKeptBefore
  const waiting = (): number => byPlace.size - settled()

  /** Which records of a crowd have no letter is not said: as many as it says, of those in its range that came to nothing else. */
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
      // The place is known once it is written, and what comes of it may come before: nothing else is done in between.
      const first = await streams.endOffset(topic, 0)
      for (const [n, { number, value, headers }] of inputs.entries()) {
        const one = { number, place: `${topic}/0/${first + n}` }
        byPlace.set(one.place, one)
        for (const id of idsIn(value, headers)) byId.set(id, (byId.get(id) ?? new Set()).add(one))
      }
      const written = await streams.append(topic, 0, records)
      if (written !== first) throw new Error(`somebody else writes to ${topic}`)
    },
    waiting,
    async settle() {
      await until(async () => waiting() <= 0 || (await areRead()), readMsMax)
      await until(() => waiting() <= 0, tellMsMax)
      endCrowds()
      const notKept = recordsNotKept() - notKeptBefore
      notKeptBefore += notKept
      // Whose name was changed among the bytes was told by another one.
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

/** By which names what comes of a record may be told: which of them it is hangs on how the record is read. */
function idsIn(value: string, headers: Readonly<Record<string, string>>): string[] {
  const ids = [
    headers.ce_id,
    /<(?:MsgId|Id)>([^<]*)</.exec(value)?.[1]?.replaceAll(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => signs[name] ?? ''),
  ]
  try {
    // A mark of the order of bytes is none of the text (RFC 8259, 8.1).
    const { id } = JSON.parse(value.replace(/^\ufeff/, '')) as { id?: unknown }
    if (typeof id === 'string') ids.push(id)
  } catch {
    // Then it has no other name.
  }
  return ids.flatMap(id => (id ? [id.slice(0, 200).toWellFormed()] : []))
}
