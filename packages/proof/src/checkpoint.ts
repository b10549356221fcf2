import { accepted, type Result, refused } from '@holdfast/schemas'
import { base64Of, bytesOfBase64 } from './bytes.ts'
import type { TreeHead } from './consistency.ts'

/** The signed head of a log's tree (c2sp.org/tlog-checkpoint). */
export interface Checkpoint extends TreeHead {
  /** The name of the log. */
  readonly origin: string
  /** Further lines of the log. */
  readonly extensions: readonly string[]
}

const hashBytes = 32

/** The text of the note. */
export const writeCheckpoint = ({ origin, size, root, extensions }: Checkpoint): string =>
  [origin, String(size), base64Of(root), ...extensions].map(line => `${line}\n`).join('')

/** Parses the text of a note. The error is a short description. */
export function readCheckpoint(text: string): Result<Checkpoint, string> {
  const [origin = '', written = '', encoded = '', ...rest] = text.split('\n')
  const extensions = rest.slice(0, -1)
  if (origin === '' || rest.at(-1) !== '' || extensions.includes('')) return refused('it does not have the lines of a checkpoint')
  const size = /^(?:0|[1-9]\d{0,15})$/.test(written) ? Number(written) : Number.NaN
  if (!Number.isSafeInteger(size)) return refused('its size is no number of leaves')
  const root = bytesOfBase64(encoded)
  return root?.length === hashBytes ? accepted({ origin, size, root, extensions }) : refused('its root is no SHA-256')
}
