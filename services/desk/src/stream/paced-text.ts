import { Readable } from 'node:stream'

/** A text that one member reads. */
export interface ReadText {
  readonly readable: Readable
  /** Writes text besides the facts, unless the reader's buffer is full. */
  remark(text: string): void
  /** Like `remark`, but if the buffer is full, the reader gets `instead` once when there is space again. */
  notify(text: string, instead: string): void
  /** Bytes written for the reader, and those that the reader has not taken yet. */
  written(): { readonly all: number; readonly waiting: number }
  /** When text was last written. */
  lastWriteMs(): number
  /** Ends it regularly, after all that was written and these last lines. */
  end(lastLines?: string): void
}

/** The writer's interface of such a text. */
export interface PacedText extends ReadText {
  write(text: Buffer): void
  /** Whether the reader takes more now. `write` buffers the text in any case. */
  canTake(): boolean
  /** Resolves once the reader takes more, or has disconnected. */
  untilTaken(): Promise<void>
  /** Whether it has ended, regularly or not. */
  isOver(): boolean
}

/** Bytes that one text holds in memory for its reader. */
const waitingBytesMax = 65_536

/** @param onDrain called when the reader has taken nearly all and needs more. */
export function createPacedText(onDrain: () => void): PacedText {
  let hasEnded = false
  /** The reader has asked for more and got nothing since. It does not ask twice. */
  let isWaiting = false
  let pendingText: string | undefined
  let wake = (): void => undefined
  let all = 0
  let lastWriteMs = performance.now()

  const readable = new Readable({
    highWaterMark: waitingBytesMax,
    read() {
      isWaiting = true
      if (pendingText !== undefined) write(Buffer.from(pendingText))
      pendingText = undefined
      onDrain()
      wake()
    },
  })
  readable.once('close', () => wake())
  const isOver = () => hasEnded || readable.destroyed
  // A reader that asks while it takes its last chunk still has that in its buffer. By the buffer size alone it would
  // wait for ever.
  const canTake = () => !isOver() && (isWaiting || readable.readableLength < waitingBytesMax)

  function write(text: Buffer): void {
    all += text.length
    lastWriteMs = performance.now()
    isWaiting = false
    readable.push(text)
  }

  return {
    readable,
    write,
    canTake,
    isOver,
    async untilTaken() {
      while (!canTake() && !readable.destroyed) await new Promise<void>(resolve => (wake = resolve))
    },
    remark: text => void (canTake() && write(Buffer.from(text))),
    notify(text, instead) {
      if (canTake()) write(Buffer.from(text))
      else pendingText = instead
    },
    written: () => ({ all, waiting: readable.readableLength }),
    lastWriteMs: () => lastWriteMs,
    end(lastLines = '') {
      if (isOver()) return
      hasEnded = true
      if (lastLines !== '') readable.push(Buffer.from(lastLines))
      readable.push(null)
    },
  }
}
