import { Readable } from 'node:stream'

/** A text that one member reads. */
export interface ReadText {
  readonly readable: Readable
  /** Says something beside the text, unless the reader has not even taken that. */
  remark(text: string): void
  /** The same where it matters: a reader that can take no more is told these other words instead, once, when it can. */
  tell(text: string, instead: string): void
  /** Bytes that were written for the reader, and of those the ones that it has not taken from here. */
  written(): { readonly all: number; readonly waiting: number }
  /** When something was last written. */
  lastWriteMs(): number
  /** Ends it well, behind what was written and these last words. */
  end(lastWords?: string): void
}

/** Such a text as who writes it has it. */
export interface PacedText extends ReadText {
  write(text: Buffer): void
  /** Whether the reader takes more now; what is written although it does not is kept for it. */
  canTake(): boolean
  /** Resolves once the reader takes more, or has gone. */
  untilTaken(): Promise<void>
  /** It has ended, well or not. */
  isOver(): boolean
}

/** What one text holds in memory for its reader. */
const waitingBytesMax = 65_536

/** @param onAsked the reader has taken what there was, or nearly, and asks for more. */
export function createPacedText(onAsked: () => void): PacedText {
  let hasEnded = false
  /** The reader has asked for more and was given nothing since: it does not ask a second time. */
  let isWaiting = false
  let owed: string | undefined
  let wake = (): void => undefined
  let all = 0
  let lastWriteMs = performance.now()

  const readable = new Readable({
    highWaterMark: waitingBytesMax,
    read() {
      isWaiting = true
      if (owed !== undefined) write(Buffer.from(owed))
      owed = undefined
      onAsked()
      wake()
    },
  })
  readable.once('close', () => wake())
  const isOver = () => hasEnded || readable.destroyed
  // Who asks while it takes its last chunk still has that in its buffer, and would wait for ever for who went by the buffer alone.
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
    tell(text, instead) {
      if (canTake()) write(Buffer.from(text))
      else owed = instead
    },
    written: () => ({ all, waiting: readable.readableLength }),
    lastWriteMs: () => lastWriteMs,
    end(lastWords = '') {
      if (isOver()) return
      hasEnded = true
      if (lastWords !== '') readable.push(Buffer.from(lastWords))
      readable.push(null)
    },
  }
}
