import { setTimeout as pause } from 'node:timers/promises'
import type { Phase } from '@holdfast/payment-stop/language'
import pc from 'picocolors'

/** The demo's output: a terminal gets colours and pauses, other outputs plain lines at once. */
export interface Screen {
  readonly colors: ReturnType<typeof pc.createColors>
  heading(text: string): Promise<void>
  /** A paragraph of the story. */
  say(text: string): Promise<void>
  /** A row of a table, with padded cells. */
  row(text: string): Promise<void>
  /** A note to the row above. */
  note(text: string): Promise<void>
  /** A check, and whether its result is as expected. */
  proof(text: string, isAsExpected: boolean): Promise<void>
  line(text?: string): void
}

export interface ScreenOptions {
  readonly write: (text: string) => void
  readonly isTerminal: boolean
  /** Waits so that a reader can follow. */
  readonly paced: boolean
  /** A factor for the pauses, for readers who also watch the desk's page. */
  readonly slower?: number
}

const widthMax = 100

// With some fifty rows and seventy sentences, the story takes about ten seconds.
const sentenceMs = 90
const rowMs = 50

export function createScreen({ write, isTerminal, paced, slower = 1 }: ScreenOptions): Screen {
  // picocolors itself respects NO_COLOR, but on build servers also colours pipes.
  const colors = pc.createColors(isTerminal && pc.isColorSupported)
  const line = (text = '') => write(`${text}\n`)
  const wait = async (ms: number) => {
    if (paced) await pause(ms * slower)
  }
  return {
    colors,
    line,
    async heading(text) {
      line()
      line(colors.bold(text))
      await wait(sentenceMs)
    },
    async say(text) {
      for (const part of wrap(text, widthMax - 2)) line(`  ${part}`)
      await wait(sentenceMs)
    },
    async row(text) {
      line(text)
      await wait(rowMs)
    },
    async note(text) {
      const [first = '', ...rest] = wrap(text, widthMax - 25)
      line(colors.dim(`${' '.repeat(23)}${first}`))
      for (const part of rest) line(colors.dim(`${' '.repeat(25)}${part}`))
    },
    async proof(text, isAsExpected) {
      const [first = '', ...rest] = wrap(text, widthMax - 4)
      line(`  ${isAsExpected ? colors.green('✓') : colors.red('✗ NOT AS EXPECTED:')} ${first}`)
      for (const part of rest) line(`    ${part}`)
      await wait(sentenceMs)
    },
  }
}

export const phaseColor = (colors: Screen['colors'], phase: Phase) =>
  ({ received: colors.yellow, verified: colors.blue, frozen: colors.cyan, recovered: colors.green, closed: colors.magenta })[phase]

/** Wraps text into lines of at most `width` characters. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let current = ''
  for (const word of text.split(' ')) {
    if (current && current.length + 1 + word.length > width) {
      lines.push(current)
      current = word
    } else current = current ? `${current} ${word}` : word
  }
  return [...lines, current]
}
