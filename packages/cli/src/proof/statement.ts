import { type Checkpoint, exportsNameOf, readCheckpoint } from '@holdfast/proof'

/** What an engine says of an export, by its signature. */
export interface Statement extends Pick<Checkpoint, 'size' | 'root'> {
  readonly engine: string
  /** Whom it was given to. */
  readonly country: string
  readonly at: Date
  /** Of how many partitions the proof has a tree. */
  readonly trees: number
  /** SHA-256 in hex of the lines of the proof before it, each with its line feed: places and hashes are signed by that. */
  readonly lines: string
  /** The one request that it is of. */
  readonly requestId?: string
}

/** Undefined where the text is no such statement. */
export function readStatement(text: string, engine: string): Statement | undefined {
  const read = readCheckpoint(text)
  if (!read.ok || read.value.origin !== exportsNameOf(engine)) return undefined
  const { size, root, extensions } = read.value
  const [country, at, trees, lines, requestId] = ['for ', 'at ', 'trees ', 'lines ', 'of '].map(word =>
    extensions.find(line => line.startsWith(word))?.slice(word.length),
  )
  const given = new Date(at ?? '')
  if (country === undefined || trees === undefined || lines === undefined || Number.isNaN(given.getTime())) return undefined
  return { engine, size, root, country, at: given, trees: Number(trees), lines, ...(requestId === undefined ? {} : { requestId }) }
}
