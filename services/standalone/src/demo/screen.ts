import { setTimeout as pause } from 'node:timers/promises'
import type { Phase } from '@holdfast/schemas'
import pc from 'picocolors'

/** Where the demo is seen: a terminal gets colours and time to read, anything else plain lines at once. */
export interface Screen {
  readonly colors: ReturnType<typeof pc.createColors>
  heading(text: string): Promise<void>
  /** A paragraph of the story. */
  say(text: string): Promise<void>
  /** A row of a table, as cells that fill their columns. */
  row(text: string): Promise<void>
  /** What belongs to the row above. */
  note(text: string): Promise<void>
  /** What was held against the engine, and whether it is as told. */
  proof(text: string, isSo: boolean): Promise<void>
  line(text?: string): void
}

export interface ScreenOptions {
  readonly write: (text: string) => void
  readonly isTerminal: boolean
  /** Lets a reader follow; otherwise nothing waits. */
  readonly paced: boolean
  /** How many times as long it waits for who reads a page beside it. */
  readonly slower?: number
}

const widthMax = 100

// With some fifty rows and seventy sentences these make the telling last about ten seconds.
const sentenceMs = 90
const rowMs = 50

export function createScreen({ write, isTerminal, paced, slower = 1 }: ScreenOptions): Screen {
  // picocolors' own answer knows NO_COLOR, and on a build server also says yes to a pipe.
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
    async proof(text, isSo) {
      const [first = '', ...rest] = wrap(text, widthMax - 4)
      line(`  ${isSo ? colors.green('✓') : colors.red('✗ NOT AS TOLD:')} ${first}`)
      for (const part of rest) line(`    ${part}`)
      await wait(sentenceMs)
    },
  }
}

export const phaseColor = (colors: Screen['colors'], phase: Phase) =>
  ({ received: colors.yellow, verified: colors.blue, frozen: colors.cyan, recovered: colors.green, closed: colors.magenta })[phase]

/** Lines of at most so many characters, broken between words. */
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
