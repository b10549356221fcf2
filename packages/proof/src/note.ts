import { accepted, type Result, refused } from '@holdfast/schemas'
import { base64Of, bytesOfBase64 } from './bytes.ts'

// A text with the signatures of one or more keys (c2sp.org/signed-note).

export interface NoteSignature {
  /** Who signed, by the name of the key. */
  readonly name: string
  /** The first four bytes of the hash of name, kind and public key: which of the keys of that name it is. */
  readonly keyId: Uint8Array
  /** What the key made, in the form of its kind. */
  readonly bytes: Uint8Array
}

export interface Note {
  /** What was signed, with its last line feed. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/** A checkpoint has some 200 characters and 150 more for each signature. */
const noteCharactersMax = 100_000
const signaturesMax = 64
const signatureBytesMin = 5
/** Key names have neither spaces, as Unicode has them, nor a plus. */
const linePattern = /^\u2014 ([^\s+]+) (\S+)$/u

export const isKeyName = (name: string): boolean => /^[^\s+]{1,300}$/u.test(name)

/** Reads a note; whether a signature is right is another question. Refused with what is wrong with it, in a few words. */
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
