import type { CursorCodec } from '../cursors/cursor-codec.ts'
import { positionAfter, positionNumbers, type StreamPosition } from '../cursors/stream-position.ts'
import type { DataDecrypter } from '../personal-data/data-decrypter.ts'
import type { TakenFact } from '../projection/request-projection.ts'
import { createFollowers } from './followers.ts'

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
  /**
   * Tells the streams of the countries that these facts are about, and no other. To be called with each batch that was taken, in the order of arrival. Where it gives a promise, the next batch has to wait for that: somebody follows, and the words
   * of a fact have to be opened for him.
   */
  publish(facts: readonly TakenFact[], partition: number, next: number): Promise<void> | undefined
  /** Returns how to stop it. */
  follow(country: string, listener: (batch: LiveBatch) => void): () => void
}

/** What one batch may weigh to be given to streams as it is: a fact alone may weigh 600 kB, and a batch has up to 1,000 when a desk comes up with the ledger. */
const batchCharactersMax = 256_000

/** @param startingAt where the view stands. */
export function createLiveFacts(places: CursorCodec, partitions: number, startingAt: LiveEnd, words: DataDecrypter): LiveFacts {
  const followers = createFollowers<LiveBatch>()
  let end = startingAt

  /** Counts the views that were followed. */
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
        places.seal(country, 'stream', positionNumbers(positionAfter(before, fact), partitions)),
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
        for (const country of fact.sides) {
          if (!followers.has(country)) continue
          followed.add(fact)
          const known = byCountry.get(country)
          if (known) known.push(fact)
          else byCountry.set(country, [fact])
        }
      const tell = (lineOf: LineOf | undefined): void => {
        const before = end.position
        end = endBehind(end, facts.at(-1), partition, next)
        for (const [country, concerned] of byCountry) followers.tell(country, batchOf(country, concerned, lineOf, before, end.position))
      }
      const stored = [...followed]
      const events = words.events(stored.map(({ fact }) => fact))
      if (!(events instanceof Promise)) return void tell(({ line }) => line)
      const of = generation
      return events.then(
        opened => {
          if (of === generation) tell(lineWithWords(stored, opened))
        },
        // They read it by pages, and come again where that fails as well.
        () => {
          if (of === generation) tell(undefined)
        },
      )
    },
    follow: followers.follow,
  }
}

/** What is given of a fact. */
type LineOf = (fact: TakenFact) => string

/** As text once for each fact, when the first stream wants it. */
function lineWithWords(stored: readonly TakenFact[], opened: readonly TakenFact['fact'][]): LineOf {
  const withWords = new Map(stored.map((fact, index) => [fact, opened[index]]))
  const lines = new Map<TakenFact, string>()
  return fact => {
    const event = withWords.get(fact)
    if (event === undefined || event === fact.fact) return fact.line
    const line = lines.get(fact) ?? JSON.stringify(event)
    lines.set(fact, line)
    return line
  }
}

function endBehind(end: LiveEnd, last: TakenFact | undefined, partition: number, next: number): LiveEnd {
  const { position: before } = end
  const at = last ? { partition: last.partition, offset: last.offset, mark: last.mark } : before.last
  const position: StreamPosition = {
    next: new Map(before.next).set(partition, Math.max(next, before.next.get(partition) ?? 0)),
    ...(at ? { last: at } : {}),
    marks: last ? new Map(before.marks).set(last.partition, last.mark) : before.marks,
  }
  return { arrival: last?.arrival ?? end.arrival, position }
}

export const factEvent = (id: string, line: string): string => `event: fact\nid: ${id}\ndata: ${line}\n\n`

/** The last words of a stream of events. */
export const endEvent = (reason: string): string => `event: end\ndata: ${JSON.stringify({ reason })}\n\n`
