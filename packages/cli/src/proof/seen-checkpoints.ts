import { type Checkpoint, type Note, readCheckpoint, readNote } from '@holdfast/proof'
import { parseJson } from '@holdfast/schemas'
import { decodeText, nameOf, readBytes } from '../input.ts'
import { Failure, type Terminal } from '../terminal.ts'

/** A checkpoint that a witness has seen, as it keeps it. */
export interface SeenCheckpoint extends Checkpoint {
  readonly note: Note
}

/** A witness that sees a checkpoint of each of 256 partitions every minute has this much after some days, and may begin another file. */
const fileBytesMax = 1_000_000_000

/**
 * The checkpoints in a file: one note, or the file of a witness, a line for each that it saw. Throws Failure where there is none in it, or a line can't be read: what a witness keeps must not be passed over.
 */
export async function readSeenCheckpoints(file: string, terminal: Terminal): Promise<SeenCheckpoint[]> {
  const bytes = await readBytes(file, terminal, fileBytesMax)
  const text = bytes.length > fileBytesMax ? undefined : decodeText(bytes)
  if (text === undefined) throw new Failure(`${nameOf(file)} is no file of checkpoints`)
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
      // Kept as evidence: it is none that the witness bears out.
      if (typeof kept?.refused === 'string') return undefined
      const seen = typeof kept?.checkpoint === 'string' ? seenIn(kept.checkpoint) : 'no checkpoint'
      return typeof seen === 'string' ? `line ${i + 1} of ${nameOf(file)} can't be read: ${seen}` : seen
    })
}

function seenIn(text: string): SeenCheckpoint | string {
  const note = readNote(text)
  if (!note.ok) return `it is no checkpoint: ${note.error}`
  const checkpoint = readCheckpoint(note.value.text)
  return checkpoint.ok ? { ...checkpoint.value, note: note.value } : `it is no checkpoint: ${checkpoint.error}`
}

/** The largest one of each tree. */
export function newestOf(seen: readonly SeenCheckpoint[]): Map<string, SeenCheckpoint> {
  const newest = new Map<string, SeenCheckpoint>()
  for (const each of seen) if (each.size >= (newest.get(each.origin)?.size ?? 0)) newest.set(each.origin, each)
  return newest
}
