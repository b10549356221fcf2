import type { ServerResponse } from 'node:http'
import type { FactStream } from './fact-stream.ts'
import { endEvent } from './live-facts.ts'

export interface OpenStreamLimits {
  /** Interval of comment lines, which keep proxies and clients from closing a silent stream. */
  readonly keepAliveMs: number
  /** A stream is cut if its reader takes nothing of the waiting data for this long. */
  readonly stallMs: number
  /** How often all streams are checked. */
  readonly checkEveryMs: number
}

export const openStreamLimits: OpenStreamLimits = { keepAliveMs: 15_000, stallMs: 60_000, checkEveryMs: 1_000 }

/**
 * For a member whose clock is behind: its token is accepted although it has ended by our clock. Gives time to read the
 * stored facts and reconnect.
 */
const graceMs = 15_000

/** Until when a caller with this token may read a long answer. */
export const readsUntil = (tokenEndsAt: Date, now: Date): Date => (tokenEndsAt > now ? tokenEndsAt : new Date(now.getTime() + graceMs))

export interface OpenStream {
  readonly stream: FactStream
  readonly response: ServerResponse
  readonly form: 'events' | 'lines'
  readonly tokenEndsAt: Date
  /**
   * Whether the caller still has access: its country is a member, the key that signed its token is registered, and its
   * session has not ended.
   */
  readonly stillSpeaks: (at: Date) => boolean
}

export interface OpenStreams {
  add(open: OpenStream): void
  delete(open: OpenStream): void
  /** Checks all streams now, because access may have changed. */
  check(): void
  /**
   * Ends all streams, because their facts may belong to a truncated log. The readers reconnect with their cursor and
   * learn whether it is known.
   */
  endAll(reason: string): void
  /** Ends all streams regularly. */
  stop(): void
}

/**
 * The open streams. One timer keeps them alive, ends those whose token has ended or whose key was revoked, and cuts
 * those whose reader takes nothing.
 */
export function createOpenStreams({ keepAliveMs, stallMs, checkEveryMs }: OpenStreamLimits, now: () => Date): OpenStreams {
  const open = new Map<OpenStream, { taken: number; sinceMs: number }>()

  function check(): void {
    const nowMs = performance.now()
    const at = now()
    for (const [openStream, progress] of open) {
      const { stream, response, form, tokenEndsAt, stillSpeaks } = openStream
      const { all, waiting } = stream.written()
      const unsent = waiting + response.writableLength
      const taken = all - unsent
      if (unsent === 0 || taken !== progress.taken) open.set(openStream, { taken, sinceMs: nowMs })
      else if (nowMs - progress.sinceMs >= stallMs) {
        response.destroy()
        continue
      }
      const over =
        at >= tokenEndsAt
          ? 'The token has ended.'
          : stillSpeaks(at)
            ? undefined
            : 'The key of the token is no longer registered, or the person has signed out.'
      if (over !== undefined) {
        // A cut connection shows that an export is not whole. A stream of events ends with a reason.
        if (form === 'lines') response.destroy()
        else stream.end(endEvent(over))
      } else if (form === 'events' && nowMs - stream.lastWriteMs() >= keepAliveMs) stream.remark(': still here\n\n')
    }
  }

  const timer = setInterval(check, checkEveryMs)
  timer.unref()
  return {
    add: openStream => void open.set(openStream, { taken: 0, sinceMs: performance.now() }),
    delete: openStream => void open.delete(openStream),
    check,
    endAll(reason) {
      for (const { stream, response, form } of open.keys()) {
        if (form === 'lines') response.destroy()
        else stream.end(endEvent(reason))
      }
    },
    stop() {
      clearInterval(timer)
      for (const { stream } of open.keys()) stream.end()
    },
  }
}
