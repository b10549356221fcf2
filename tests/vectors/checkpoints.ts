import {
  base64Of,
  bytesOfBase64,
  cosign,
  cosignedAt,
  engineNameOf,
  isSignedBy,
  type Note,
  readCheckpoint,
  readNote,
  readTreeOrigin,
  readVerifierKey,
  type SigningKey,
  signatureTypes,
  signNote,
  treeOriginOf,
  writeCheckpoint,
  writeNote,
  writeVerifierKey,
} from '@holdfast/proof'
import { noteKey } from './test-keys.ts'
import { type Case, refusal, type VectorKind, vectorsOf } from './vector-file.ts'

type NoteSignature = Note['signatures'][number]

interface Input {
  /** The public key of the engine. */
  readonly key: string
  readonly note: string
  /** The witness whose cosignature is required. */
  readonly witness?: string
}

const rule =
  'A checkpoint of an engine is a note (c2sp.org/signed-note) whose text is that of c2sp.org/tlog-checkpoint. Its first line, and the name under which the engine signs it by Ed25519 (type 01), is holdfast/ENGINE/ledger-N/tree-N/partition-N: ENGINE is the first half of the SHA-256 of the public key in lower-case hex; numbers have no zero in front, ledgers and trees count from 1 and partitions from 0. `key` is that public key in base64. Each signature line must be one (base64 in the one way in which it is written, at least 5 bytes); those of other names or other key ids are passed over, and of those under this name and id there must be one and all must be right. Where there is a `witness` (NAME+ID+BASE64, its key of type 04), its cosignature (c2sp.org/tlog-cosignature, Ed25519) must be there too: `cosignedAt` is what it says. The keys here are made for these vectors, and known to everybody.'

const engine = await noteKey('an engine')
const other = await noteKey('another engine')
const witness = await noteKey('a witness')
const place = { engine: engineNameOf(engine.publicKey), ledger: 1, tree: 2, partition: 3 }
const origin = treeOriginOf(place)
const root = new Uint8Array(32).map((_, i) => 5 * i)
const text = writeCheckpoint({ origin, size: 8785, root, extensions: [] })
const witnessName = 'witness.example.sg/w1'
const at = new Date('2024-07-23T02:26:00Z')

const keyOf = ({ publicKey }: SigningKey) => base64Of(publicKey)
const signedBy = async (key: SigningKey, said = text, name = origin) => (await signNote(said, name, key)).signatures
const noteOf = (...signatures: readonly NoteSignature[]): Input => ({ key: keyOf(engine), note: writeNote({ text, signatures }) })
/** Correctly signed, whatever its text. */
const saying = async (said: string, name = said.split('\n')[0] ?? ''): Promise<Input> => ({
  key: keyOf(engine),
  note: writeNote({ text: said, signatures: await signedBy(engine, said, name) }),
})
const named = (name: string) => saying(text.replace(origin, name))

const own = await signedBy(engine)
const strangers = await signedBy(other, text, 'example.com/log')
const signed = noteOf(...own)
const by = (name: string, key: SigningKey, type: 1 | 4 = signatureTypes.cosignature) =>
  writeVerifierKey({ name, type, publicKey: key.publicKey })
const cosigned: Input = { ...noteOf(...own, await cosign(text, witnessName, witness, at)), witness: by(witnessName, witness) }
const wrong = (signatures: readonly NoteSignature[], at = 9) =>
  signatures.map(each => ({ ...each, bytes: each.bytes.map((byte, i) => (i === at ? byte ^ 1 : byte)) }))
/** The digit before the padding has two unused bits. */
const otherwise = (last: string) => `${String.fromCharCode(last.charCodeAt(0) + 1)}=\n`
const edited = (from: string | RegExp, to: string | ((found: string) => string), input = signed): Input => ({
  ...input,
  note: input.note.replace(from, to as string),
})

/** Adds the order of the group to the second half (RFC 8032, 5.1.7). */
const stretched = (signatures: readonly NoteSignature[]) =>
  signatures.map(each => {
    const bytes = Uint8Array.from(each.bytes)
    let sum = 2n ** 252n + 27742317777372353535851937790883648493n
    for (let i = 32; i < 64; i++, sum >>= 8n) {
      sum += BigInt(bytes[i] ?? 0)
      bytes[i] = Number(sum & 255n)
    }
    return { ...each, bytes }
  })

const taken: readonly Case<Input>[] = [
  ['a checkpoint', signed],
  ['of another engine', { key: keyOf(other), ...(await noteUnder(other)) }],
  ['of no fact', await saying(writeCheckpoint({ origin, size: 0, root, extensions: [] }))],
  ['of more than 2^40', await saying(writeCheckpoint({ origin, size: 2 ** 40 + 1, root, extensions: [] }))],
  ['with more lines', await saying(writeCheckpoint({ origin, size: 8785, root, extensions: ['what else', 'ação “€” 😀'] }))],
  ['a stranger signed it too', noteOf(...strangers, ...own)],
  ['a stranger signed it under its name', noteOf(...(await signedBy(other)), ...own)],
  ['a stranger’s signature that is wrong is ignored', noteOf(...wrong(strangers), ...own)],
  ['cosigned', cosigned],
  [
    'cosigned by two',
    {
      ...noteOf(...own, await cosign(text, witnessName, witness, at), await cosign(text, 'witness.example.tl', other, at)),
      witness: cosigned.witness ?? '',
    },
  ],
  [
    'cosigned at another time',
    { ...noteOf(...own, await cosign(text, witnessName, witness, new Date('2094-07-23T02:26:00Z'))), witness: cosigned.witness ?? '' },
  ],
]

const refused: readonly Case<Input>[] = [
  ['by another key', { ...signed, key: keyOf(other) }, 'the name is of the first one'],
  [
    'by another key under this name',
    { key: keyOf(other), note: writeNote({ text, signatures: await signedBy(other) }) },
    'its SHA-256 is not in the name',
  ],
  ['another number of facts', edited('\n8785\n', '\n8786\n'), 'another text was signed'],
  ['another root', edited(base64Of(root), base64Of(root.toReversed())), 'another text was signed'],
  ['a line more', edited('\n\n', '\nof SG\n\n'), 'another text was signed'],
  ['another partition', edited(/partition-3/g, 'partition-4'), 'another text was signed'],
  ['of a stranger alone', noteOf(...strangers), 'the engine has not signed it'],
  ['of a stranger under its name alone', noteOf(...(await signedBy(other))), 'the id is of another key'],
  ['a signature that is wrong', noteOf(...wrong(own)), 'it is of another text'],
  ['a wrong signature next to the right one', noteOf(...own, ...wrong(own)), 'of a known key all must be right'],
  ['a signature that is not reduced', noteOf(...stretched(own)), 'RFC 8032, 5.1.7'],
  ['a signature of a witness alone', noteOf(await cosign(text, origin, engine, at)), 'that is another type'],
  ['a tree of zero', await named(origin.replace('tree-2', 'tree-0')), 'trees count from 1'],
  ['a zero in front', await named(origin.replace('partition-3', 'partition-03')), 'a name is written in one way'],
  ['its engine in capitals', await named(origin.replace(place.engine, place.engine.toUpperCase())), 'a name is written in one way'],
  ['no partition', await named(origin.replace('/partition-3', '')), 'it is the name of no tree'],
  ['a name that has more', await named(`${origin}/old`), 'it is the name of no tree'],
  ['its exports', await named(`holdfast/${place.engine}/exports`), 'it is the name of no tree'],
  ['signed under another name', await saying(text, 'example.com/log'), 'the name is that of the tree'],
  ['a number of facts with a zero in front', await saying(text.replace('8785', '08785')), 'a number is written in one way'],
  ['less than nothing', await saying(text.replace('8785', '-1')), 'no number of leaves'],
  ['a root in another way of base64', await saying(text.replace(/.=\n$/, otherwise)), 'the bytes are the same, and the text is not'],
  ['a root without its padding', await saying(text.replace('=', '')), 'the padding belongs to it'],
  ['a root of 31 bytes', await saying(writeCheckpoint({ origin, size: 8785, root: root.slice(1), extensions: [] })), 'SHA-256 has 32'],
  ['no root', await saying(`${origin}\n8785\n`), 'a checkpoint has three lines'],
  ['an empty line in it', await saying(`${text}\nof SG\n`), 'no line is empty'],
  ['a signature in another way of base64', edited(/.=\n$/, otherwise), 'the bytes are the same, and the text is not'],
  ['a signature in the letters of an URL', edited(/ \S+\n$/, line => line.replaceAll('+', '-').replaceAll('/', '_')), 'standard base64'],
  ['a line that is no signature', edited(/$/, 'and more\n'), 'each line behind the empty one is'],
  ['a hyphen for the dash', edited('\u2014', '-'), 'U+2014'],
  ['no empty line', edited('\n\n', '\n'), 'where do the signatures begin?'],
  ['no last line feed', edited(/\n$/, ''), 'it was cut'],
  ['a tab', await saying(`${text}what\telse\n`), 'no control character but the line feed'],
  ['a space behind it', edited(/\n$/, ' \n'), 'a line ends with its base64'],
  ['a letter for the last line feed', edited(/\n$/, 'a'), 'each line has its end'],
  [
    'its signature under the name of a stranger',
    noteOf(...own.map(each => ({ ...each, name: 'example.com/log' }))),
    'name and id are both its own',
  ],
  ['carriage returns', edited(/\n/g, '\r\n'), 'no control character but the line feed'],
  ['no signature', { ...signed, note: `${text}\n` }, 'it has no signature'],
  ['not cosigned', { ...signed, witness: by(witnessName, witness) }, 'the witness has not seen it'],
  ['cosigned by another', { ...cosigned, witness: by(witnessName, other) }, 'the id is of another key'],
  ['cosigned under another name', { ...cosigned, witness: by('witness.example.tl', witness) }, 'a key signs under its name'],
  [
    'cosigned, and another time',
    { ...noteOf(...own, ...wrong([await cosign(text, witnessName, witness, at)], 7)), witness: by(witnessName, witness) },
    'the time is signed',
  ],
  ['cosigned, and another text', edited('\n8785\n', '\n8786\n', cosigned), 'another text was signed'],
  [
    'signed by the witness as a log does',
    { ...noteOf(...own, ...(await signedBy(witness, text, witnessName))), witness: by(witnessName, witness) },
    'no time is in it',
  ],
  ['a witness whose key is one of a log', { ...cosigned, witness: by(witnessName, witness, signatureTypes.ed25519) }, 'type 04 cosigns'],
  [
    'a witness whose key is one of a log under the id of a witness',
    {
      ...cosigned,
      witness: [...by(witnessName, witness).split('+').slice(0, 2), base64Of(Uint8Array.of(1, ...witness.publicKey))].join('+'),
    },
    'the type is in the id',
  ],
  ['a witness whose id is not its own', { ...cosigned, witness: by(witnessName, witness).replace(/\+./, '+x') }, 'it was changed'],
]

async function noteUnder(key: SigningKey): Promise<Pick<Input, 'note'>> {
  const said = text.replace(place.engine, engineNameOf(key.publicKey))
  return { note: writeNote({ text: said, signatures: await signedBy(key, said, said.split('\n')[0]) }) }
}

export const checkpointVectors = async (): Promise<VectorKind> => ({
  kind: 'checkpoints',
  rule,
  vectors: await vectorsOf([...taken, ...refused], outputOf),
})

async function outputOf(input: Input): Promise<object> {
  const publicKey = bytesOfBase64(input.key) ?? new Uint8Array()
  const note = readNote(input.note)
  const read = note.ok ? readCheckpoint(note.value.text) : note
  const tree = read.ok ? readTreeOrigin(read.value.origin) : undefined
  if (!note.ok || !read.ok || tree?.engine !== engineNameOf(publicKey)) return refusal
  if (!(await isSignedBy(note.value, { name: read.value.origin, type: signatureTypes.ed25519, publicKey }))) return refusal
  const said = { ...tree, size: read.value.size, extensions: read.value.extensions, root: base64Of(read.value.root) }
  if (input.witness === undefined) return said
  const key = readVerifierKey(input.witness)
  const seen = key.ok ? await cosignedAt(note.value, key.value) : undefined
  return seen ? { ...said, cosignedAt: seen.toISOString() } : refusal
}
