import type { CursorCodec } from '../cursors/cursor-codec.ts'
import { positionAfter, positionNumbers, type StreamPosition } from '../cursors/stream-position.ts'
import type { DataDecrypter } from '../personal-data/data-decrypter.ts'
import type { TakenFact } from '../projection/request-projection.ts'
import { createFollowers } from './followers.ts'

/** A batch of facts for the streams of one country, built once for all of them. */
export interface LiveBatch {
  /** The facts of the country, by arrival; at least one. */
  readonly facts: readonly TakenFact[]
  /** The position after the batch. */
  readonly position: StreamPosition
  /** Too large for the memory of each stream, which reads it by pages. */
  readonly isLong: boolean
  /** The batch as events of a stream that is right before it; undefined if no fact is of this request. */
  readonly text: (requestId: string | undefined) => Buffer | undefined
}

/** The end of all batches that were published. */
export interface LiveEnd {
  readonly arrival: number
  readonly position: StreamPosition
}

export interface LiveFacts {
  end(): LiveEnd
  /** The projection was recreated and is at this position. Streams of the old one must end. */
  beginAgain(startingAt: LiveEnd): void
  /**
   * Notifies the streams of the countries with access to these facts. To be called with each batch, in the order of
   * arrival. If it returns a promise, the next batch must wait for it, because facts are being decrypted for a stream.
   */
  publish(facts: readonly TakenFact[], partition: number, next: number): Promise<void> | undefined
  /** Returns a function that stops it. */
  follow(country: string, listener: (batch: LiveBatch) => void): () => void
}

/**
 * Maximum size of a batch that streams get directly: one fact can have 600 kB, and a batch up to 1,000 facts while a
 * desk catches up.
 */
const batchCharactersMax = 256_000

/** @param startingAt the position of the projection. */
export function createLiveFacts(cursors: CursorCodec, partitions: number, startingAt: LiveEnd, decrypter: DataDecrypter): LiveFacts {
  const followers = createFollowers<LiveBatch>()
  let end = startingAt

  /** Number of the current file, as in `followLedger`. */
  let generation = 0

  function batchOf(
    country: string,
    facts: readonly TakenFact[],
    lineOf: LineOf | undefined,
    before: StreamPosition,
    position: StreamPosition,
  ): LiveBatch {
    const events = new Map<TakenFact, string>()
    const eventOf = (fact: TakenFact) => {
      const known = events.get(fact)
      if (known) return known
      const event = factEvent(
        cursors.encode(country, 'stream', positionNumbers(positionAfter(before, fact), partitions)),
        lineOf?.(fact) ?? fact.line,
      )
      events.set(fact, event)
      return event
    }
    const texts = new Map<string | undefined, Buffer>()
    return {
      facts,
      position,
      isLong: lineOf === undefined || facts.reduce((sum, { line }) => sum + line.length, 0) > batchCharactersMax,
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
      generation++
    },
    publish(facts, partition, next) {
      const byCountry = new Map<string, TakenFact[]>()
      const followed = new Set<TakenFact>()
      for (const fact of facts)
        for (const country of fact.audiences) {
          if (!followers.has(country)) continue
          followed.add(fact)
          const known = byCountry.get(country)
          if (known) known.push(fact)
          else byCountry.set(country, [fact])
        }
      const notify = (lineOf: LineOf | undefined): void => {
        const before = end.position
        end = endAfter(end, facts.at(-1), partition, next)
        for (const [country, concerned] of byCountry) followers.notify(country, batchOf(country, concerned, lineOf, before, end.position))
      }
      const stored = [...followed]
      const events = decrypter.events(stored.map(({ fact }) => fact))
      if (!(events instanceof Promise)) return void notify(({ line }) => line)
      const of = generation
      return events.then(
        decrypted => {
          if (of === generation) notify(decryptedLines(stored, decrypted))
        },
        // The streams then read the facts by pages, and end if decryption fails again.
        () => {
          if (of === generation) notify(undefined)
        },
      )
    },
    follow: followers.follow,
  }
}

/** The line of a fact as streams get it. */
type LineOf = (fact: TakenFact) => string

/** Serializes each fact once, when the first stream needs it. */
function decryptedLines(stored: readonly TakenFact[], decrypted: readonly TakenFact['fact'][]): LineOf {
  const events = new Map(stored.map((fact, index) => [fact, decrypted[index]]))
  const lines = new Map<TakenFact, string>()
  return fact => {
    const event = events.get(fact)
    if (event === undefined || event === fact.fact) return fact.line
    const line = lines.get(fact) ?? JSON.stringify(event)
    lines.set(fact, line)
    return line
  }
}

function endAfter(end: LiveEnd, last: TakenFact | undefined, partition: number, next: number): LiveEnd {
  const { position: before } = end
  const at = last ? { partition: last.partition, offset: last.offset, hashPrefix: last.hashPrefix } : before.last
  const position: StreamPosition = {
    next: new Map(before.next).set(partition, Math.max(next, before.next.get(partition) ?? 0)),
    ...(at ? { last: at } : {}),
    hashPrefixes: last ? new Map(before.hashPrefixes).set(last.partition, last.hashPrefix) : before.hashPrefixes,
  }
  return { arrival: last?.arrival ?? end.arrival, position }
}

export const factEvent = (id: string, line: string): string => `event: fact\nid: ${id}\ndata: ${line}\n\n`

/** The last event of a stream. */
export const endEvent = (reason: string): string => `event: end\ndata: ${JSON.stringify({ reason })}\n\n`
