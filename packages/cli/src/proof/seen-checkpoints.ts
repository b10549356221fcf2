import { type Checkpoint, type Note, readCheckpoint, readNote } from '@holdfast/proof'
import { parseJson } from '@holdfast/schemas'
import { decodeText, nameOf, readBytes } from '../input.ts'
import { Failure, type Terminal } from '../terminal.ts'

/** A checkpoint as a witness stores it. */
export interface SeenCheckpoint extends Checkpoint {
  readonly note: Note
}

/**
 * The size after some days of a witness that sees a checkpoint of each of 256 partitions every minute. It can start
 * another file then.
 */
const fileBytesMax = 1_000_000_000

/**
 * Reads the checkpoints of a file: one note, or the file of a witness with a line for each. Throws Failure if there is
 * none or a line cannot be read: no record of a witness may be skipped.
 */
export async function readSeenCheckpoints(file: string, terminal: Terminal): Promise<SeenCheckpoint[]> {
  const bytes = await readBytes(file, terminal, fileBytesMax)
  const text = bytes.length > fileBytesMax ? undefined : decodeText(bytes)
  if (text === undefined) throw new Failure(`${nameOf(file)} is not a file of checkpoints`)
  const seen = text.startsWith('{') ? linesOf(file, text) : [seenIn(text)]
  const wrong = seen.find(each => typeof each === 'string')
  if (typeof wrong === 'string') throw new Failure(`${nameOf(file)}: ${wrong}`)
  return seen.filter(each => typeof each === 'object')
}

function linesOf(file: string, text: string): (SeenCheckpoint | string | undefined)[] {
  return text
    .split('\n')
    .filter(line => line !== '')
    .map((line, i) => {
      const read = parseJson(line)
      const kept = read.ok ? (read.value as { checkpoint?: unknown; refused?: unknown } | null) : null
      // Stored as evidence: the witness did not accept it.
      if (typeof kept?.refused === 'string') return undefined
      const seen = typeof kept?.checkpoint === 'string' ? seenIn(kept.checkpoint) : 'no checkpoint'
      return typeof seen === 'string' ? `line ${i + 1} of ${nameOf(file)} cannot be read: ${seen}` : seen
    })
}

function seenIn(text: string): SeenCheckpoint | string {
  const note = readNote(text)
  if (!note.ok) return `it is not a checkpoint: ${note.error}`
  const checkpoint = readCheckpoint(note.value.text)
  return checkpoint.ok ? { ...checkpoint.value, note: note.value } : `it is not a checkpoint: ${checkpoint.error}`
}

/** The largest checkpoint of each tree. */
export function newestOf(seen: readonly SeenCheckpoint[]): Map<string, SeenCheckpoint> {
  const newest = new Map<string, SeenCheckpoint>()
  for (const each of seen) if (each.size >= (newest.get(each.origin)?.size ?? 0)) newest.set(each.origin, each)
  return newest
}
