import { createFollowers } from './followers.ts'
import type { TakenFact } from './request-view.ts'
import type { SealedPlaces } from './sealed-places.ts'
import { behind, positionNumbers, type StreamPosition } from './stream-position.ts'

/** What a batch of facts means to the streams of one country, made once for all of them. */
export interface LiveBatch {
  /** Those of the country, by arrival; never none. */
  readonly facts: readonly TakenFact[]
  /** Behind the batch. */
  readonly position: StreamPosition
  /** Too much to stand in the memory of each stream: it is read by pages. */
  readonly isLong: boolean
  /** As events of a stream that stands right before the batch; undefined where none is of this request. */
  readonly text: (requestId: string | undefined) => Buffer | undefined
}

/** Where all that was told until now has led to. */
export interface LiveEnd {
  readonly arrival: number
  readonly position: StreamPosition
}

export interface LiveFacts {
  end(): LiveEnd
  /** The view has been begun anew, and stands here: who follows was told of another one, and has to begin again. */
  beginAgain(startingAt: LiveEnd): void
  /** Tells the streams of the countries that these facts are about, and no other. To be called with each batch that was taken, in the order of arrival. */
  publish(facts: readonly TakenFact[], partition: number, next: number): void
  /** Returns how to stop it. */
  follow(country: string, listener: (batch: LiveBatch) => void): () => void
}

/** What one batch may weigh to be given to streams as it is: a fact alone may weigh 600 kB, and a batch has up to 1,000 when a desk comes up with the ledger. */
const batchCharactersMax = 256_000

/** `startingAt` is where the view stands. */
export function createLiveFacts(places: SealedPlaces, partitions: number, startingAt: LiveEnd): LiveFacts {
  const followers = createFollowers<LiveBatch>()
  let end = startingAt

  function batchOf(country: string, facts: readonly TakenFact[], before: StreamPosition, position: StreamPosition): LiveBatch {
    const events = new Map<TakenFact, string>()
    const eventOf = (fact: TakenFact) => {
      const known = events.get(fact)
      if (known) return known
      const event = factEvent(places.seal(country, 'stream', positionNumbers(behind(before, fact), partitions)), fact.line)
      events.set(fact, event)
      return event
    }
    const texts = new Map<string | undefined, Buffer>()
    return {
      facts,
      position,
      isLong: facts.reduce((sum, { line }) => sum + line.length, 0) > batchCharactersMax,
      text(requestId) {
        const known = texts.get(requestId)
        if (known) return known
        const wanted = requestId === undefined ? facts : facts.filter(fact => fact.requestId === requestId)
        if (wanted.length === 0) return undefined
        const text = Buffer.from(wanted.map(eventOf).join(''))
        texts.set(requestId, text)
        return text
      },
    }
  }

  return {
    end: () => end,
    beginAgain(startingAt) {
      end = startingAt
    },
    publish(facts, partition, next) {
      const before = end.position
      const last = facts.at(-1)
      const position: StreamPosition = {
        next: new Map(before.next).set(partition, Math.max(next, before.next.get(partition) ?? 0)),
        ...(last
          ? { last: { partition: last.partition, offset: last.offset, mark: last.mark } }
          : before.last
            ? { last: before.last }
            : {}),
        marks: last ? new Map(before.marks).set(last.partition, last.mark) : before.marks,
      }
      end = { arrival: last?.arrival ?? end.arrival, position }
      const byCountry = new Map<string, TakenFact[]>()
      for (const fact of facts)
        for (const country of fact.sides) {
          if (!followers.has(country)) continue
          const known = byCountry.get(country)
          if (known) known.push(fact)
          else byCountry.set(country, [fact])
        }
      for (const [country, concerned] of byCountry) {
        followers.tell(country, batchOf(country, concerned, before, position))
      }
    },
    follow: followers.follow,
  }
}

export const factEvent = (id: string, line: string): string => `event: fact\nid: ${id}\ndata: ${line}\n\n`

/** The last words of a stream of events. */
export const endEvent = (reason: string): string => `event: end\ndata: ${JSON.stringify({ reason })}\n\n`
