import { accepted, type Result, refused } from '@holdfast/schemas'
import { base64Of, bytesOfBase64 } from './bytes.ts'

// A text with the signatures of one or more keys (c2sp.org/signed-note).

export interface NoteSignature {
  /** The name of the signing key. */
  readonly name: string
  /** The first four bytes of the hash of name, type and public key. They identify the key among those of one name. */
  readonly keyId: Uint8Array
  /** The signature, in the form of its type. */
  readonly bytes: Uint8Array
}

export interface Note {
  /** The signed text, with its last line feed. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/** A checkpoint has about 200 characters and 150 more for each signature. */
const noteCharactersMax = 100_000
const signaturesMax = 64
const signatureBytesMin = 5
/** Key names have no Unicode spaces and no plus sign. */
const linePattern = /^\u2014 ([^\s+]+) (\S+)$/u

export const isKeyName = (name: string): boolean => /^[^\s+]{1,300}$/u.test(name)

/** Parses a note without verifying its signatures. The error is a short description. */
export function readNote(note: string): Result<Note, string> {
  if (note.length > noteCharactersMax) return refused('it is too long for a note')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the format allows none but the line feed.
  if (/[\u0000-\u0009\u000b-\u001f]/.test(note) || !note.isWellFormed()) return refused('a note has no control characters but line feeds')
  const end = note.lastIndexOf('\n\n')
  if (end < 0 || !note.endsWith('\n')) return refused('it has no signatures behind an empty line')
  const lines = note.slice(end + 2, -1).split('\n')
  if (lines.length > signaturesMax) return refused(`it has more than ${signaturesMax} signatures`)
  const signatures: NoteSignature[] = []
  for (const line of lines) {
    const [, name, encoded] = linePattern.exec(line) ?? []
    const bytes = encoded === undefined ? undefined : bytesOfBase64(encoded)
    if (name === undefined || bytes === undefined || bytes.length < signatureBytesMin) return refused('a line is no signature')
    signatures.push({ name, keyId: bytes.subarray(0, 4), bytes: bytes.subarray(4) })
  }
  return accepted({ text: note.slice(0, end + 1), signatures })
}

export const writeNote = ({ text, signatures }: Note): string => `${text}\n${signatures.map(signatureLine).join('')}`

const signatureLine = ({ name, keyId, bytes }: NoteSignature): string => `\u2014 ${name} ${base64Of(Uint8Array.of(...keyId, ...bytes))}\n`
