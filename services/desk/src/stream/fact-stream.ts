import type { CursorCodec } from '../cursors/cursor-codec.ts'
import { positionAfter, positionNumbers, type StreamPosition } from '../cursors/stream-position.ts'
import type { PageQueue } from '../page-queue.ts'
import type { DataDecrypter } from '../personal-data/data-decrypter.ts'
import type { FactPage, RequestProjection, StoredFact } from '../projection/request-projection.ts'
import { createGivenFacts, type ExportProver, type ProvedExport } from '../proof/export-proof.ts'
import { hasSameLogPrefix } from './known-position.ts'
import { endEvent, factEvent, type LiveBatch, type LiveFacts } from './live-facts.ts'
import { createPacedText, type ReadText } from './paced-text.ts'

export interface FactStreamOptions {
  readonly country: string
  readonly requestId?: string
  readonly arrival: number
  readonly position: StreamPosition
  /** `events` go on with what happens, `lines` end with what there is. */
  readonly form: 'events' | 'lines'
  /** Of lines: that the facts are followed by their proof, and how the trees go on from sizes that somebody has seen. */
  readonly proof?: Pick<ProvedExport, 'seen'>
}

export interface FactStreamWorld {
  readonly views: RequestProjection
  readonly live: LiveFacts
  readonly turns: PageQueue
  readonly places: CursorCodec
  readonly partitions: number
  readonly prover: ExportProver
  readonly words: DataDecrypter
}

/** The text that one member reads, of facts, and what is said beside them. */
export type FactStream = ReadText

/** Said to readers whose stream was of a ledger that has lost records since. */
export const truncationReason = 'the ledger has lost records: come again, and where the place is not known, begin again from the start'

/**
 * The facts of a country for one reader. A reader that stands at the end is given each batch as it comes, the same text as every other one there. A reader that is
 * behind, as it begins earlier or takes slowly, reads pages from the view by turns with everybody else, until it stands at the end.
 */
export function createFactStream(world: FactStreamWorld, options: FactStreamOptions): FactStream {
  const { views, live, turns, places, partitions, words } = world
  const { country, requestId, form } = options
  const isLive = form === 'events'
  const until = isLive ? undefined : views.lastArrival()
  const only = { ...(requestId ? { requestId } : {}), ...(until === undefined ? {} : { until }) }
  let { arrival, position } = options
  let isBehind = true
  /** A place that this desk had not come to when it was brought may be of a past that is there no more. */
  let isProven = [...position.next].every(([partition, next]) => next <= (views.positions().get(partition) ?? 0))
  let hasAsked = false
  const given = createGivenFacts()
  // What it does not hold for its reader stays in the view until that takes it.
  const paced = createPacedText(askForPage)
  const { readable, write, canTake, isOver, end } = paced
  const seal = () => places.seal(country, 'stream', positionNumbers(position, partitions))

  function askForPage(): void {
    if (!isBehind || hasAsked || !canTake()) return
    hasAsked = true
    turns
      .take(country, () => {
        const page = canTake() ? views.page({ country, arrival, position, ...only }) : undefined
        const lines = page ? words.lines(page.facts.map(({ line }) => line)) : []
        if (lines instanceof Promise) return lines.then(opened => wrote(page, opened))
        return wrote(page, lines)
      })
      .catch(error => readable.destroy(error))
  }

  function wrote(page: FactPage | undefined, lines: readonly string[]): void {
    hasAsked = false
    if (page && !isOver()) writePage(page, lines)
  }

  /** @param lines what is given of its facts. */
  function writePage({ facts, reached, isLast }: FactPage, lines: readonly string[]): void {
    if (isLive && !isProven && hasComeTo({ next: views.positions() })) {
      isProven = true
      if (!hasSameLogPrefix(views, options.position)) end(endEvent(truncationReason))
      if (isOver()) return
    }
    arrival = reached
    const text = lines.map((line, index) => (isLive ? nextEvent(facts[index] as StoredFact, line) : `${line}\n`)).join('')
    // While words were opened more may have been told, which was not for a reader of pages.
    const isAtEnd = isLast && (!isLive || live.end().arrival <= reached)
    if (isAtEnd && isLive && hasComeTo(live.end().position)) isBehind = false
    if (text !== '') write(Buffer.from(text))
    if (options.proof) for (const fact of facts) given.add(fact)
    if (isLast && !isLive) void endLines()
    // Nothing of this page was for this reader, so nobody will ask for the next one.
    else if (text === '' && !isLast) askForPage()
    else if (isLast && !isAtEnd) askForPage()
  }

  /** A reader that takes slowly is given the proof as slowly; nothing more is asked of the view meanwhile. */
  async function endLines(): Promise<void> {
    isBehind = false
    try {
      if (options.proof)
        for await (const line of world.prover.linesOf(given, { country, ...(requestId ? { requestId } : {}), ...options.proof })) {
          await paced.untilTaken()
          if (readable.destroyed) return
          write(Buffer.from(line))
        }
      end()
    } catch (error) {
      readable.destroy(error as Error)
    }
  }

  function nextEvent(fact: StoredFact, line: string): string {
    position = positionAfter(position, fact)
    return factEvent(seal(), line)
  }

  /** A reader that was farther at another desk waits for this one to come up with it. */
  const hasComeTo = (end: Pick<StreamPosition, 'next'>) =>
    [...position.next].every(([partition, next]) => next <= (end.next.get(partition) ?? 0))

  function onBatch(batch: LiveBatch): void {
    const [first] = batch.facts
    const last = batch.facts.at(-1)
    if (!first || !last) return
    isBehind ||= last.arrival > arrival && (first.arrival <= arrival || batch.isLong || !canTake())
    if (isBehind) askForPage()
    if (isBehind || last.arrival <= arrival) return
    const text = batch.text(requestId)
    arrival = last.arrival
    position = batch.position
    if (text) write(text)
  }

  if (isLive) {
    const unfollow = live.follow(country, onBatch)
    readable.once('close', unfollow)
    // The first event tells a client that it is connected, and where to go on if it is cut off before the first fact.
    write(Buffer.from(`event: connected\nid: ${seal()}\ndata: {}\n\n`))
  }
  return paced
}
