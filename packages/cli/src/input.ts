import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { Failure, type Terminal } from './terminal.ts'

/** The name of `-` in messages. */
const standardInput = 'standard input'

/** The ledger accepts no fact above 600 kB. */
const lineCharactersMax = 4_000_000

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'the file does not exist',
  EISDIR: 'it is a directory',
  EACCES: 'this user has no read permission',
}

const unreadable = (name: string, error: unknown) => {
  const { code, message } = error as NodeJS.ErrnoException
  return new Failure(`${name} cannot be read: ${reasons[code ?? ''] ?? message}`)
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

/**
 * Returns the bytes of a file, or of standard input for `-`. Reads at most `bytesMax` and one chunk. Throws Failure if
 * it cannot be read.
 */
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

/** Returns undefined if the bytes are not UTF-8. Skips a byte order mark. */
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
 * Reads the lines of a file of any size in portions, and shows its progress on a terminal. Counts empty lines but does
 * not return them. Throws Failure if the file cannot be read or a line is longer than any fact.
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
          `line ${number + texts.length + 1} of ${nameOf(file)} is longer than ${lineCharactersMax} characters: this is not a stream of facts`,
        )
      yield linesOf(texts)
    }
    yield linesOf([rest + decoder.decode()])
  } finally {
    progress.end()
  }
}

/** No progress is shown for less than this. */
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
