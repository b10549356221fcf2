import type { PersonalDataCipher } from '@holdfast/encryption/wrappers'
import type { Running } from '@holdfast/runtime'
import { isPseudonymous, personOf, type WorkEvent, workTopic } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { offsetAfter, StreamUnavailableError, type Subscription, unchangedUpTo } from '@holdfast/streams'
import type { LiveWork } from '../stream/live-work.ts'
import { actorsOf } from './decrypted-work.ts'
import type { WorkProjection } from './work-projection.ts'
import type { WorkTopics } from './work-topics.ts'

export interface FollowedWork extends Running {
  /**
   * Follows the topic of a country and waits until it was read to its end at that moment. Throws StreamUnavailableError
   * after some seconds; call again to continue.
   */
  ready(country: string): Promise<void>
  /** Resolves when all records before this offset are stored. Throws StreamUnavailableError if they are not in time. */
  reached(country: string, next: number): Promise<void>
  /** Reads all topics from the positions of the file, because it was recreated. */
  beginAgain(): Promise<void>
}

/** A desk reads back its own record within some milliseconds. */
const withinMs = 5_000

/**
 * Follows the topics of the countries into the projection. Topics on record are followed from the start. Any other is
 * looked up when the first officer of its country comes, because most of 200 countries use no desk of this engine.
 */
export function followWork(
  { streams, log, cipher }: Pick<ServiceContext, 'streams' | 'log'> & { readonly cipher: Pick<PersonalDataCipher, 'decryptWithNames'> },
  workTopics: WorkTopics,
  views: WorkProjection,
  live: LiveWork,
): FollowedWork {
  const tails = new Map<string, Promise<Subscription>>()
  const waiting = new Set<{ country: string; next: number; resolve: () => void }>()

  function resolveWaiting(country: string): void {
    const { next } = views.readSoFar(country)
    for (const each of waiting) if (each.country === country && each.next <= next) each.resolve()
  }

  async function reached(country: string, next: number): Promise<void> {
    if (views.readSoFar(country).next >= next) return
    const isThere = await new Promise<boolean>(resolve => {
      const done = (answer: boolean) => {
        clearTimeout(timer)
        waiting.delete(each)
        resolve(answer)
      }
      const each = { country, next, resolve: () => done(true) }
      const timer = setTimeout(() => done(false), withinMs)
      waiting.add(each)
    })
    if (!isThere) throw new StreamUnavailableError(`The desk work of ${country} was not read back in time`)
  }

  /** Reads a truncated topic from its beginning, because another desk may have written other records since. */
  async function discardTruncated(country: string): Promise<void> {
    const { next, fingerprints } = views.readSoFar(country)
    const unchangedTo = await unchangedUpTo(streams, workTopic(country).name, 0, fingerprints)
    if (unchangedTo === next) return
    log.warn({ country, next, unchangedTo }, 'The work topic of a country has lost records. Reading it again from the start')
    await views.forget(country)
  }

  /**
   * The plaintext actors of the events, which also updates when they were last seen. If decryption fails, this happens
   * when they next use this desk.
   */
  async function actorsIn(country: string, events: readonly WorkEvent[]): Promise<ReadonlyMap<string, string>> {
    try {
      const names = await actorsOf(cipher, events)
      const seen = new Map(events.map(({ actor, time }) => [personOf(names.get(actor) ?? actor), Date.parse(time)]))
      const named = [...seen].filter(([person]) => !isPseudonymous(person)).map(([person, lastSeenMs]) => ({ person, lastSeenMs }))
      if (named.length > 0) await views.see(country, named)
      return names
    } catch (error) {
      log.warn({ err: error, country }, 'The officers who acted at the desk of a country could not be recorded')
      return new Map()
    }
  }

  /**
   * Number of the current file: records that were read for its predecessor must not be stored in it, because it lacks
   * all before.
   */
  let generation = 0

  async function begin(country: string): Promise<Subscription> {
    const of = generation
    await workTopics.ensure(country)
    await discardTruncated(country)
    return streams.tail({
      topic: workTopic(country).name,
      from: new Map([[0, views.readSoFar(country).next]]),
      async onRecords(records) {
        const last = records.at(-1)
        if (!last || of !== generation) return
        const taken = await views.take(country, records)
        if (views.readSoFar(country).next >= offsetAfter(last)) resolveWaiting(country)
        const names = await actorsIn(country, taken)
        if (of === generation) live.publish(country, taken, names)
      },
      async onLogTruncated() {
        await discardTruncated(country)
        return views.readSoFar(country).next
      },
      onFault: error => log.warn({ err: error, country }, 'Reading the work topic of a country failed. Retrying'),
    })
  }

  function tailOf(country: string): Promise<Subscription> {
    const known = tails.get(country)
    if (known) return known
    const tail = begin(country)
    tails.set(country, tail)
    tail.catch(() => tails.delete(country))
    return tail
  }

  async function stopAll(): Promise<void> {
    const all = [...tails.values()]
    tails.clear()
    await Promise.all(all.map(async tail => (await tail.catch(() => undefined))?.stop()))
  }

  const caughtUp = new Set<string>()
  return {
    async ready(country) {
      await tailOf(country)
      if (caughtUp.has(country)) return
      await reached(country, await streams.endOffset(workTopic(country).name, 0))
      caughtUp.add(country)
    },
    reached,
    async beginAgain() {
      generation += 1
      const countries = [...tails.keys()]
      caughtUp.clear()
      await stopAll()
      await Promise.all(countries.map(tailOf))
    },
    async stop() {
      await stopAll()
      for (const { resolve } of waiting) resolve()
    },
  }
}
