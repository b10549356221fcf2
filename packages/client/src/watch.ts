import type { LedgerFact } from '@holdfast/schemas'
import { createParser } from 'eventsource-parser'
import { type Connection, unreachable } from './call.ts'
import { openStream } from './open-stream.ts'
import { EngineUnreachableError } from './problem-details.ts'
import { pause, pauseMsAfter } from './retries.ts'

export interface WatchOptions {
  /** Only the facts of one request. */
  readonly requestId?: string | undefined
  /** Continues after the fact with this id. */
  readonly lastEventId?: string | undefined
  /** Where to start without `lastEventId`: at the first fact of the ledger, or with new facts (the default). */
  readonly from?: 'start' | 'now' | undefined
  /** Ends the watch without an error. */
  readonly signal?: AbortSignal | undefined
  /** Called for each interruption, with the pause before the next attempt in milliseconds. */
  readonly onInterruption?: ((error: Error, pauseMs: number) => void) | undefined
}

/** A fact and the position after it. Store the position as `lastEventId` once the fact is processed. */
export interface WatchedFact<Fact extends LedgerFact = LedgerFact> {
  readonly id: string
  readonly fact: Fact
}

/** Failures in a row before the watch fails: with pauses of 5 s, about five minutes without an engine. */
const failuresMax = 60
/** Before the first success, a wrong address is likelier than a passing fault. */
const failuresBeforeFirstMax = 5
/** The ledger accepts no fact above 600 kB. */
const eventCharactersMax = 4_000_000

/** The position of a watch, which outlasts its connections. */
interface Progress {
  lastEventId: string | undefined
  fromStart: boolean
  isOpen: boolean
  /** The engine closed the connection because the token expired: the next one uses a new token. */
  needsToken: boolean
}

/**
 * Yields facts as they happen, each once and without gaps, across restarts of the engine and broken connections. A slow
 * consumer holds the engine back; at most one chunk is buffered. The engine ends a stream when its token expires; with
 * a function for tokens the watch continues. Throws RefusedError if the engine refuses, such as with POSITION_UNKNOWN
 * if the ledger was restored and lacks `lastEventId`: then start again from the beginning. Throws
 * EngineUnreachableError if the engine is away for minutes.
 */
export async function* watch<Fact extends LedgerFact>(
  connection: Connection,
  options: WatchOptions = {},
): AsyncGenerator<WatchedFact<Fact>, void, undefined> {
  const { signal } = options
  const progress: Progress = { lastEventId: options.lastEventId, fromStart: options.from === 'start', isOpen: false, needsToken: false }
  let failuresLeft = failuresBeforeFirstMax
  let failures = 0
  while (!signal?.aborted) {
    let error: unknown
    try {
      yield* watchLine<Fact>(connection, options, progress)
      if (progress.needsToken) {
        // Nothing failed. The pause is for a clock so wrong that each token has already expired.
        progress.needsToken = false
        await pause(pauseMsAfter(1, connection.retries), signal).catch(() => undefined)
        continue
      }
      error = unreachable(connection, 'the stream ended')
    } catch (caught) {
      error = caught
    }
    if (signal?.aborted) return
    if (progress.isOpen) {
      failures = 0
      failuresLeft = failuresMax
      progress.isOpen = false
    }
    if (!(error instanceof EngineUnreachableError) || failuresLeft-- === 0) throw error
    const pauseMs = pauseMsAfter(++failures, connection.retries)
    options.onInterruption?.(error, pauseMs)
    // Rejects only when the signal aborts, which ends the loop.
    await pause(pauseMs, signal).catch(() => undefined)
  }
}

/** Yields the facts of one connection until it ends or breaks. */
async function* watchLine<Fact extends LedgerFact>(
  connection: Connection,
  options: WatchOptions,
  progress: Progress,
): AsyncGenerator<WatchedFact<Fact>, void, undefined> {
  const { lastEventId } = progress
  const chunks = await openStream(connection, 'text/event-stream', {
    query: { requestId: options.requestId, from: lastEventId === undefined && progress.fromStart ? 'start' : undefined },
    headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
    signal: options.signal,
  })
  progress.isOpen = true

  const arrived: Array<{ id: string | undefined; event?: string | undefined; data?: string }> = []
  let tooLong = false
  const parser = createParser({
    maxBufferSize: eventCharactersMax,
    // Also called for an id without data: the engine starts a stream with one, so that an early interruption leaves no
    // gap either.
    onId: id => arrived.push({ id }),
    onEvent: ({ id, event, data }) => {
      if (id !== undefined) arrived.pop()
      arrived.push({ id, event, data })
    },
    onError: error => {
      tooLong ||= error.type === 'max-buffer-size-exceeded'
    },
  })
  const decoder = new TextDecoder()
  for await (const chunk of chunks) {
    parser.feed(decoder.decode(chunk, { stream: true }))
    if (tooLong) throw new Error(`an event is longer than ${eventCharactersMax} characters`)
    for (const { id, event, data } of arrived.splice(0)) {
      // An engine that treats "after" as "from" sends the last fact again.
      const isRepeat = id !== undefined && id === progress.lastEventId
      if (id === '') {
        // The position before all facts: the ledger is empty. It cannot be sent as a header; "from the start" has the
        // same effect.
        progress.lastEventId = undefined
        progress.fromStart = true
      } else if (id !== undefined) progress.lastEventId = id
      if (event === 'end') progress.needsToken = true
      if (event === 'fact' && data !== undefined && !isRepeat) yield { id: id ?? '', fact: parseFact<Fact>(data) }
    }
  }
}

/** Types and attributes are not checked: a newer engine may have more of them. */
function parseFact<Fact extends LedgerFact>(text: string): Fact {
  const fact: unknown = JSON.parse(text)
  if (typeof fact === 'object' && fact !== null && 'type' in fact && 'subject' in fact && 'sequence' in fact) return fact as Fact
  throw new Error('the engine sent an event that is not a fact')
}
