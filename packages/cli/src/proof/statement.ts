import { type Checkpoint, exportsNameOf, readCheckpoint } from '@holdfast/proof'

/** The signed statement of an engine about an export. */
export interface Statement extends Pick<Checkpoint, 'size' | 'root'> {
  readonly engine: string
  /** The country that received the export. */
  readonly country: string
  readonly at: Date
  /** For how many partitions the proof has a tree. */
  readonly trees: number
  /**
   * SHA-256 in hex of the earlier lines of the proof, each with its line feed. It makes the signature cover indexes and
   * hashes.
   */
  readonly lines: string
  /** The request, if the export is of one request only. */
  readonly requestId?: string
}

/** Undefined if the text is not such a statement. */
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
