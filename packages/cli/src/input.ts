import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { Failure, type Terminal } from './terminal.ts'

/** For `-`. */
const standardInput = 'standard input'

/** The ledger takes no fact above 600 kB. */
const lineCharactersMax = 4_000_000

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'it may not be read by this user',
}

const unreadable = (name: string, error: unknown) => {
  const { code, message } = error as NodeJS.ErrnoException
  return new Failure(`${name} can't be read: ${reasons[code ?? ''] ?? message}`)
}

export const nameOf = (file: string): string => (file === '-' ? standardInput : file)

async function* chunksOf(file: string, { stdin }: Terminal): AsyncGenerator<Buffer> {
  const stream: Readable = file === '-' ? stdin : createReadStream(file, { highWaterMark: 1 << 18 })
  try {
    for await (const chunk of stream) yield chunk
  } catch (error) {
    throw unreadable(nameOf(file), error)
  }
}

/** The bytes of a file, or of standard input for `-`; no more than `bytesMax` and one chunk are read. Throws Failure when it can't be read. */
export async function readBytes(file: string, terminal: Terminal, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of chunksOf(file, terminal)) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > bytesMax) break
  }
  return Buffer.concat(chunks)
}

/** Undefined when the bytes are not UTF-8. A byte order mark is passed over. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

export interface Line {
  /** Counts from 1. */
  readonly number: number
  readonly text: string
}

/**
 * Reads the lines of a file of any size, in portions, and shows on a terminal how far it is. Empty lines are counted and left out.
 * Throws Failure when the file can't be read or a line is longer than any fact.
 */
export async function* readLines(file: string, terminal: Terminal): AsyncGenerator<readonly Line[]> {
  const size =
    file === '-'
      ? undefined
      : await stat(file)
          .then(stats => stats.size)
          .catch(() => undefined)
  const progress = createProgress(terminal, size)
  const decoder = new TextDecoder()
  let rest = ''
  let number = 0
  const linesOf = (texts: readonly string[]) => {
    const lines: Line[] = []
    for (const text of texts) {
      number++
      if (text !== '' && text !== '\r') lines.push({ number, text })
    }
    return lines
  }
  try {
    for await (const chunk of chunksOf(file, terminal)) {
      progress.advance(chunk.length)
      const texts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = texts.pop() ?? ''
      if (rest.length > lineCharactersMax)
        throw new Failure(
          `line ${number + texts.length + 1} of ${nameOf(file)} is longer than ${lineCharactersMax} characters: this is no stream of facts`,
        )
      yield linesOf(texts)
    }
    yield linesOf([rest + decoder.decode()])
  } finally {
    progress.end()
  }
}

/** Nothing is shown of what is read in less than this. */
const quietMs = 500

function createProgress(terminal: Terminal, size: number | undefined) {
  let bytes = 0
  let shownAt = performance.now()
  let isShown = false
  return {
    advance(more: number) {
      bytes += more
      if (performance.now() - shownAt < quietMs) return
      shownAt = performance.now()
      isShown = true
      const share = size ? ` of ${megabytes(size)}, ${Math.floor((100 * bytes) / size)} %` : ''
      terminal.showProgress(`${megabytes(bytes)}${share}`)
    },
    end() {
      if (isShown) terminal.showProgress(undefined)
    },
  }
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`
