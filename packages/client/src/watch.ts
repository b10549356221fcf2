import type { Fact } from '@holdfast/schemas'
import { createParser } from 'eventsource-parser'
import { type Connection, unreachable } from './call.ts'
import { openStream } from './open-stream.ts'
import { EngineUnreachableError } from './problem-details.ts'
import { pause, pauseMsAfter } from './retries.ts'

export interface WatchOptions {
  /** Only the facts of one request. */
  readonly requestId?: string | undefined
  /** Goes on after the fact with this id. */
  readonly lastEventId?: string | undefined
  /** Where to begin when there is no `lastEventId`: with the first fact of the ledger, or with what happens from now on, the default. */
  readonly from?: 'start' | 'now' | undefined
  /** Ends the watch without an error. */
  readonly signal?: AbortSignal | undefined
  /** Told of each interruption, and of the pause before the next attempt in milliseconds. */
  readonly onInterruption?: ((error: Error, pauseMs: number) => void) | undefined
}

/** A fact and the position after it, to be kept as `lastEventId` once the fact is worked on. */
export interface WatchedFact {
  readonly id: string
  readonly fact: Fact
}

/** Failures in a row before the caller is told: with pauses of 5 s about five minutes without an engine. */
const failuresMax = 60
/** Before the first success a wrong address is likelier than a fault that passes. */
const failuresBeforeFirstMax = 5
/** The ledger takes no fact above 600 kB. */
const eventCharactersMax = 4_000_000

/** How far a watch has come; it outlives the lines it is read from. */
interface Progress {
  lastEventId: string | undefined
  fromStart: boolean
  isOpen: boolean
  /** The engine has ended the line as the token had: the next one goes on with a fresh token. */
  needsToken: boolean
}

/**
 * Follows facts as they happen, through restarts of the engine and cut lines, each fact once and none left out: after a cut it goes on behind the last fact
 * that was given. A slow consumer holds the engine back; no more than one chunk is buffered. The engine ends a stream when its token does; with a function for
 * tokens it goes on by itself. Throws RefusedError when the engine refuses, such as with POSITION_UNKNOWN where the ledger no longer has what `lastEventId` says
 * (it was restored from a copy: begin again from the start), and EngineUnreachableError when it stays away for minutes.
 */
export async function* watch(connection: Connection, options: WatchOptions = {}): AsyncGenerator<WatchedFact, void, undefined> {
  const { signal } = options
  const progress: Progress = { lastEventId: options.lastEventId, fromStart: options.from === 'start', isOpen: false, needsToken: false }
  let failuresLeft = failuresBeforeFirstMax
  let failures = 0
  while (!signal?.aborted) {
    let error: unknown
    try {
      yield* watchLine(connection, options, progress)
      if (progress.needsToken) {
        // Nothing failed. The pause is for a clock so wrong that each token has ended when it comes.
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

/** What one line brings until it ends or is cut. */
async function* watchLine(connection: Connection, options: WatchOptions, progress: Progress): AsyncGenerator<WatchedFact, void, undefined> {
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
    // Also told of an id without data: the engine opens a stream with one, so that a cut before the first fact leaves no gap either.
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
      // An engine that takes "after" for "from" sends the last fact again.
      const isRepeat = id !== undefined && id === progress.lastEventId
      if (id === '') {
        // A position before everything: the ledger is empty. It can't be sent as a header, and "from the start" says the same.
        progress.lastEventId = undefined
        progress.fromStart = true
      } else if (id !== undefined) progress.lastEventId = id
      if (event === 'end') progress.needsToken = true
      if (event === 'fact' && data !== undefined && !isRepeat) yield { id: id ?? '', fact: parseFact(data) }
    }
  }
}

/** Kinds and attributes are not checked: an engine that is newer than this client may know more of them. */
function parseFact(text: string): Fact {
  const fact: unknown = JSON.parse(text)
  if (typeof fact === 'object' && fact !== null && 'type' in fact && 'subject' in fact && 'sequence' in fact) return fact as Fact
  throw new Error('the engine sent an event that is not a fact')
}
