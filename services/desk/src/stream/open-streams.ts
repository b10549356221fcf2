import type { ServerResponse } from 'node:http'
import type { FactStream } from './fact-stream.ts'
import { endEvent } from './live-facts.ts'

export interface OpenStreamLimits {
  /** A comment line this often keeps proxies and clients from taking silence for an end. */
  readonly keepAliveMs: number
  /** A reader that takes nothing of what waits for it for so long is gone, or wants to hold what it was given. */
  readonly stallMs: number
  /** How often all of them are looked at. */
  readonly lookEveryMs: number
}

export const openStreamLimits: OpenStreamLimits = { keepAliveMs: 15_000, stallMs: 60_000, lookEveryMs: 1_000 }

/** For a member whose clock is behind ours, and whose token is let in although it has ended by ours: time for what there is, and to come again. */
const graceMs = 15_000

/** Until when something that takes long is given to who has come with a token that ends. */
export const readsUntil = (tokenEndsAt: Date, now: Date): Date => (tokenEndsAt > now ? tokenEndsAt : new Date(now.getTime() + graceMs))

export interface OpenStream {
  readonly stream: FactStream
  readonly response: ServerResponse
  readonly form: 'events' | 'lines'
  readonly tokenEndsAt: Date
  /** Whether who opened it may still be told anything: its country is a member, the key that signed for it is registered, and its session was not ended. */
  readonly stillSpeaks: (at: Date) => boolean
}

export interface OpenStreams {
  add(open: OpenStream): void
  delete(open: OpenStream): void
  /** Looks at all of them now, as it does by itself: who speaks may have changed. */
  look(): void
  /** Ends all of them: what they were given may be of a past that is there no more. Their readers come again with the place where they stand, and are told whether it is known. */
  endAll(reason: string): void
  /** Ends all of them well. */
  stop(): void
}

/** The streams that are open here. One timer for all: it keeps them alive, ends those whose token has ended or whose key has been revoked, and cuts those whose reader does not take. */
export function createOpenStreams({ keepAliveMs, stallMs, lookEveryMs }: OpenStreamLimits, now: () => Date): OpenStreams {
  const open = new Map<OpenStream, { taken: number; sinceMs: number }>()

  function look(): void {
    const nowMs = performance.now()
    const at = now()
    for (const [one, progress] of open) {
      const { stream, response, form, tokenEndsAt, stillSpeaks } = one
      const { all, waiting } = stream.written()
      const unsent = waiting + response.writableLength
      const taken = all - unsent
      if (unsent === 0 || taken !== progress.taken) open.set(one, { taken, sinceMs: nowMs })
      else if (nowMs - progress.sinceMs >= stallMs) {
        response.destroy()
        continue
      }
      const over =
        at >= tokenEndsAt
          ? 'the token has ended'
          : stillSpeaks(at)
            ? undefined
            : 'the key of the token is no longer registered, or its person has signed out'
      if (over !== undefined) {
        // What is cut is seen to be no whole export; a stream of events has words for it.
        if (form === 'lines') response.destroy()
        else stream.end(endEvent(over))
      } else if (form === 'events' && nowMs - stream.lastWriteMs() >= keepAliveMs) stream.remark(': still here\n\n')
    }
  }

  const timer = setInterval(look, lookEveryMs)
  timer.unref()
  return {
    add: one => void open.set(one, { taken: 0, sinceMs: performance.now() }),
    delete: one => void open.delete(one),
    look,
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
