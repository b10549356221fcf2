import type { Running } from '@holdfast/runtime'
import { isPseudonymous, personOf, type WorkEvent, workTopic } from '@holdfast/schemas'
import type { PersonalDataCipher } from '@holdfast/sealing/wrappers'
import type { ServiceContext } from '@holdfast/service-kit'
import { offsetAfter, StreamUnavailableError, type Subscription, unchangedUpTo } from '@holdfast/streams'
import type { LiveWork } from '../stream/live-work.ts'
import { actorsOf } from './decrypted-work.ts'
import type { WorkProjection } from './work-projection.ts'
import type { WorkTopics } from './work-topics.ts'

export interface FollowedWork extends Running {
  /**
   * The topic of a country is followed, and was read to where it ended when that began. Throws StreamUnavailableError where that can't be said within some seconds; asked again it goes on.
   */
  ready(country: string): Promise<void>
  /** All before this offset is in the view. Throws StreamUnavailableError where it is not in time. */
  reached(country: string, next: number): Promise<void>
  /** Reads all of them from where the view stands now: it has been begun anew. */
  beginAgain(): Promise<void>
}

/** A record is read back within some milliseconds. */
const withinMs = 5_000

/**
 * Follows the topics of the countries that have one into the view. A topic is looked for when the first person of its country comes, as there are two hundred countries and most of them meet at no desk of this
 * engine; of those that are on record all are followed from the start.
 */
export function followWork(
  { streams, log, words }: Pick<ServiceContext, 'streams' | 'log'> & { readonly words: Pick<PersonalDataCipher, 'openedWithNames'> },
  workTopics: WorkTopics,
  views: WorkProjection,
  live: LiveWork,
): FollowedWork {
  const tails = new Map<string, Promise<Subscription>>()
  const waiting = new Set<{ country: string; next: number; resolve: () => void }>()

  function tellWaiting(country: string): void {
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
    if (!isThere) throw new StreamUnavailableError(`the work of ${country} was not read back in time`)
  }

  /** A topic that lost its tail is read from its beginning again: what another desk has read of it since may be another past. */
  async function forgetWhatIsLost(country: string): Promise<void> {
    const { next, past } = views.readSoFar(country)
    const lasting = await unchangedUpTo(streams, workTopic(country).name, 0, past)
    if (lasting === next) return
    log.warn({ country, next, lasting }, 'the work topic of a country has lost records: what it holds is read anew')
    await views.forget(country)
  }

  /** Who acted, by the actors of the events; it is noted that they were there. Where that can't be had for a moment they are noted when they come to this desk. */
  async function actorsIn(country: string, events: readonly WorkEvent[]): Promise<ReadonlyMap<string, string>> {
    try {
      const names = await actorsOf(words, events)
      const seen = new Map(events.map(({ actor, time }) => [personOf(names.get(actor) ?? actor), Date.parse(time)]))
      const named = [...seen].filter(([person]) => !isPseudonymous(person)).map(([person, lastSeenMs]) => ({ person, lastSeenMs }))
      if (named.length > 0) await views.see(country, named)
      return names
    } catch (error) {
      log.warn({ err: error, country }, 'who has done something at the desk of a country could not be noted')
      return new Map()
    }
  }

  /** Counts the views that were followed: what was read for one that is gone must not be taken by its successor, which lacks all that was before. */
  let generation = 0

  async function begin(country: string): Promise<Subscription> {
    const of = generation
    await workTopics.ensure(country)
    await forgetWhatIsLost(country)
    return streams.tail({
      topic: workTopic(country).name,
      from: new Map([[0, views.readSoFar(country).next]]),
      async onRecords(records) {
        const last = records.at(-1)
        if (!last || of !== generation) return
        const taken = await views.take(country, records)
        if (views.readSoFar(country).next >= offsetAfter(last)) tellWaiting(country)
        const names = await actorsIn(country, taken)
        if (of === generation) live.publish(country, taken, names)
      },
      async onLostPast() {
        await forgetWhatIsLost(country)
        return views.readSoFar(country).next
      },
      onFault: error => log.warn({ err: error, country }, 'the work topic of a country could not be followed for a moment'),
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
