import type { Message } from './messages.ts'

/** Who of the bank speaks. Once money is held, some things are not one person's to say. */
export type BankPerson = 'first' | 'second'

export interface Reply {
  readonly status: number
  readonly text: string
}

export interface AnswerSender {
  /** Sends until the engine has said yes or no; while it can't be reached or says "not now" it is asked again. Throws once the bank stops. */
  send(message: Pick<Message, 'body' | 'mediaType'>, token: string): Promise<Reply>
}

/** What says "not now". */
const passing: ReadonlySet<number> = new Set([409, 429, 502, 503, 504])
const attemptMs = 15_000
const firstPauseMs = 200
const pauseMsMax = 5_000

export const createAnswerSender = (url: string, signal: AbortSignal): AnswerSender => ({
  async send(message, token) {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, pauseMsMax)) {
      signal.throwIfAborted()
      const reply = await attempt(url, message, token, signal)
      if (reply && !passing.has(reply.status)) return reply
      await pause(pauseMs, signal)
    }
  },
})

/** One try; undefined where there is no answer to be had. */
export async function attempt(
  engine: string,
  { body, mediaType }: Pick<Message, 'body' | 'mediaType'>,
  token: string,
  signal: AbortSignal,
): Promise<Reply | undefined> {
  try {
    const response = await fetch(new URL('/v1/answers', engine), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': mediaType },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(attemptMs)]),
    })
    return { status: response.status, text: await response.text() }
  } catch {
    return undefined
  }
}

/** Throws when the bank stops. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  await new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal.addEventListener('abort', stop, { once: true })
  })
}
