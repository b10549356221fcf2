import type { CursorCodec } from '../cursors/cursor-codec.ts'
import { positionAfter, positionNumbers, type StreamPosition } from '../cursors/stream-position.ts'
import type { PageQueue } from '../page-queue.ts'
import type { DataDecrypter } from '../personal-data/data-decrypter.ts'
import type { FactPage, RequestProjection, StoredFact } from '../projection/request-projection.ts'
import { createExportedFacts, type ExportProver, type ProvedExport } from '../proof/export-proof.ts'
import { hasSameLogPrefix } from './known-position.ts'
import { endEvent, factEvent, type LiveBatch, type LiveFacts } from './live-facts.ts'
import { createPacedText, type ReadText } from './paced-text.ts'

export interface FactStreamOptions {
  readonly country: string
  readonly requestId?: string
  readonly arrival: number
  readonly position: StreamPosition
  /** `events` continues with new facts, `lines` ends with the last stored fact. */
  readonly form: 'events' | 'lines'
  /** For lines: adds the proof of the facts, with consistency proofs from tree sizes that the caller has seen. */
  readonly proof?: Pick<ProvedExport, 'seen'>
}

export interface FactStreamWorld {
  readonly views: RequestProjection
  readonly live: LiveFacts
  readonly turns: PageQueue
  readonly cursors: CursorCodec
  readonly partitions: number
  readonly prover: ExportProver
  readonly decrypter: DataDecrypter
}

/** The stream of one reader: facts, and events between them. */
export type FactStream = ReadText

/** Sent to readers whose stream came from a ledger that has lost records since. */
export const truncationReason = 'The ledger has lost records. Reconnect. If the position is unknown, read again from the start.'

/**
 * The facts of a country for one reader. Readers at the end share the text of each batch. A reader that is behind,
 * because it starts earlier or reads slowly, gets pages from the projection in the fair queue until it reaches the end.
 */
export function createFactStream(world: FactStreamWorld, options: FactStreamOptions): FactStream {
  const { views, live, turns, cursors, partitions, decrypter } = world
  const { country, requestId, form } = options
  const isLive = form === 'events'
  const until = isLive ? undefined : views.lastArrival()
  const only = { ...(requestId ? { requestId } : {}), ...(until === undefined ? {} : { until }) }
  let { arrival, position } = options
  let isBehind = true
  /** Whether the position is verified. A position that this desk had not reached yet may belong to a truncated log. */
  let isVerified = [...position.next].every(([partition, next]) => next <= (views.positions().get(partition) ?? 0))
  let isReadingPage = false
  const proved = createExportedFacts()
  // Facts beyond the buffer stay in the projection until the reader takes them.
  const paced = createPacedText(readPage)
  const { readable, write, canTake, isOver, end } = paced
  const cursor = () => cursors.encode(country, 'stream', positionNumbers(position, partitions))

  function readPage(): void {
    if (!isBehind || isReadingPage || !canTake()) return
    isReadingPage = true
    turns
      .take(country, () => {
        const page = canTake() ? views.page({ country, arrival, position, ...only }) : undefined
        const lines = page ? decrypter.lines(page.facts.map(({ line }) => line)) : []
        if (lines instanceof Promise) return lines.then(decrypted => onPage(page, decrypted))
        return onPage(page, lines)
      })
      .catch(error => readable.destroy(error))
  }

  function onPage(page: FactPage | undefined, lines: readonly string[]): void {
    isReadingPage = false
    if (page && !isOver()) writePage(page, lines)
  }

  /** @param lines the facts as this reader may see them. */
  function writePage({ facts, reached, isLast }: FactPage, lines: readonly string[]): void {
    if (isLive && !isVerified && hasReached({ next: views.positions() })) {
      isVerified = true
      if (!hasSameLogPrefix(views, options.position)) end(endEvent(truncationReason))
      if (isOver()) return
    }
    arrival = reached
    const text = lines.map((line, index) => (isLive ? nextEvent(facts[index] as StoredFact, line) : `${line}\n`)).join('')
    // During decryption, further batches may have been published, which readers of pages do not get.
    const isAtEnd = isLast && (!isLive || live.end().arrival <= reached)
    if (isAtEnd && isLive && hasReached(live.end().position)) isBehind = false
    if (text !== '') write(Buffer.from(text))
    if (options.proof) for (const fact of facts) proved.add(fact)
    if (isLast && !isLive) void endLines()
    // No fact of this page was for this reader, so the reader will not trigger the next page.
    else if (text === '' && !isLast) readPage()
    else if (isLast && !isAtEnd) readPage()
  }

  /** Writes the proof as slowly as the reader takes it, without reading further facts. */
  async function endLines(): Promise<void> {
    isBehind = false
    try {
      if (options.proof)
        for await (const line of world.prover.linesOf(proved, { country, ...(requestId ? { requestId } : {}), ...options.proof })) {
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
    return factEvent(cursor(), line)
  }

  /** A reader that was further at another desk waits until this desk catches up. */
  const hasReached = (end: Pick<StreamPosition, 'next'>) =>
    [...position.next].every(([partition, next]) => next <= (end.next.get(partition) ?? 0))

  function onBatch(batch: LiveBatch): void {
    const [first] = batch.facts
    const last = batch.facts.at(-1)
    if (!first || !last) return
    isBehind ||= last.arrival > arrival && (first.arrival <= arrival || batch.isLong || !canTake())
    if (isBehind) readPage()
    if (isBehind || last.arrival <= arrival) return
    const text = batch.text(requestId)
    arrival = last.arrival
    position = batch.position
    if (text) write(text)
  }

  if (isLive) {
    const unfollow = live.follow(country, onBatch)
    readable.once('close', unfollow)
    // The first event tells a client that it is connected, and its position before the first fact.
    write(Buffer.from(`event: connected\nid: ${cursor()}\ndata: {}\n\n`))
  }
  return paced
}
