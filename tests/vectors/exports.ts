import { createLineVerifier } from '@holdfast/cli/verify-lines'
import { cosign, readCheckpoint, readNote, readVerifierKey, signatureTypes, writeNote, writeVerifierKey } from '@holdfast/proof'
import { again, all, checkpointOf, type Exporting, factLines, type Given, proofOf } from './export-lines.ts'
import { held, withdrawn } from './sample-facts.ts'
import { noteKey } from './test-keys.ts'
import { type Case, refusal, type VectorKind, vectorsOf } from './vector-file.ts'

interface Input {
  readonly lines: readonly string[]
  /** Notes that a witness has stored. */
  readonly seen?: readonly string[]
  readonly witness?: string
}

const rule =
  'An export with its proof, as GET /v1/stream gives it for Accept: application/x-ndjson; proof=tree. `lines` are its lines, where one that `given` names stands for the text there. The facts come first, and are as histories.json wants them. The lines of the proof come behind them: tree, for each partition; positions and inclusion, each on as many lines as it needs; statement, which is the last. `statement` is a note by `key` (Ed25519, base64) under the name holdfast/ENGINE/exports, where ENGINE is half of the SHA-256 of the key: over how many facts there are and the root (RFC 6962) of the tree over their hashes, 32 bytes each, in the order of the lines; then "for " whom, "at " which instant, "trees " how many there are, "lines " the SHA-256 in hex of the lines of the proof before it, each with its line feed, and, of one request, "of " its id. Each tree has a checkpoint by the same key, as checkpoints.json has it, of a partition of its own. A position is the partition of a fact and its leaf, counted from 0. `included` are the facts that are under the checkpoint of their tree, and inclusion shows them there, as trees.json has it. Where there is `seen`, what a witness has kept (each signed by the engine and, where `witness` names one, cosigned by it): it has one or more of one of the trees, and of no other; none is larger than its tree; each that is as large, or from which `consistency` has a proof, is its beginning, and of each tree of which it has any there is such a one. `witnessed` are the facts among the first that the largest of these has. An export without a proof is refused here. The keys here are made for these vectors, and known to everybody.'

const key = await noteKey('an engine that exports')
const other = await noteKey('another engine that exports')
const witnessKey = await noteKey('a witness of exports')
const witnessName = 'witness.example.sg/w2'
const witness = writeVerifierKey({ name: witnessName, type: signatureTypes.cosignature, publicKey: witnessKey.publicKey })
const seenSizes = { 0: 4, 3: 7 }

const linesOf = (gives: readonly Given[], { trees, positions, inclusions, statement }: Awaited<ReturnType<typeof proofOf>>) => [
  ...gives.map(({ name }) => name),
  ...trees,
  ...positions,
  ...inclusions,
  statement,
]
const exported = async (how: Partial<Exporting> = {}): Promise<Input> => ({
  lines: linesOf(how.gives ?? how.lying ?? all, await proofOf({ key, ...how })),
})
async function cosignedNote(partition: number, size: number): Promise<string> {
  const note = await checkpointOf(key, partition, size)
  const text = note.slice(0, note.indexOf('\n\n') + 1)
  const cosignature = await cosign(text, witnessName, witnessKey, new Date('2024-07-24T01:59:00Z'))
  return `${note}${writeNote({ text, signatures: [cosignature] }).slice(text.length + 1)}`
}

const proof = await proofOf({ key, seen: seenSizes })
const lines = linesOf(all, proof)
const facts = all.map(({ name }) => name)
const rest = lines.slice(facts.length)
const seen = await Promise.all([checkpointOf(key, 0, 4), checkpointOf(key, 3, 7)])
const cosigned = await Promise.all([cosignedNote(0, 4), cosignedNote(3, 7)])
const whole: Input = { lines, seen }
const without = (...names: string[]) => all.filter(({ name }) => !names.includes(name))
const ofOne = without('held 1', 'held 2', 'held 3')
const notYetSigned = { 0: 6, 3: 6 }

/** The same with the line of this prefix changed. */
const edited = (part: string, from: string | RegExp, to: string): Input => ({
  lines: lines.map(line => (line.startsWith(`{"type":"holdfast.export-proof.v1","${part}"`) ? line.replace(from, to) : line)),
  seen,
})
const statementOf = async (how: Partial<Exporting>) => (await proofOf({ key, seen: seenSizes, ...how })).statement
const swapped = (order: readonly string[], a: number, b: number) => order.with(a, order[b] ?? '').with(b, order[a] ?? '')

const taken: readonly Case<Input>[] = [
  ['of two requests in two partitions', await exported()],
  ['of one request', await exported({ gives: ofOne, of: withdrawn[0]?.subject ?? '' })],
  ['the last fact came behind the checkpoint', await exported({ signed: notYetSigned })],
  ['nothing at all', await exported({ gives: [] })],
  ['held to what was seen', whole],
  ['nothing was seen of one tree, whose first fact may have come later', { lines, seen: seen.slice(1) }],
  ['held to what a witness has cosigned', { lines, seen: cosigned, witness }],
]

const refused: readonly Case<Input>[] = [
  ['no proof', { lines: facts }, 'nothing says that it is whole'],
  ['the last line is missing', { lines: lines.slice(0, -1) }, 'it was cut'],
  [
    'a history out of its order, as the engine gave it',
    await exported({ gives: [...all.slice(0, 1), ...all.slice(1, 3).reverse(), ...all.slice(3)] }),
    'a fact follows the one before it',
  ],
  [
    'a line of the proof that says nothing that is known',
    { lines: lines.toSpliced(-1, 0, '{"type":"holdfast.export-proof.v1","note":"more"}') },
    'it may be what matters',
  ],
  [
    'a statement under another name',
    { lines: lines.with(-1, await statementOf({ name: 'example.com/exports' })) },
    'the name is that of the exports of the engine',
  ],
  [
    'the positions beyond the trees, and no inclusion',
    {
      lines: lines
        .filter(line => !proof.inclusions.includes(line))
        .map(line => (line === proof.positions[0] ? line.replace(/,(\d+)\]/g, ',90$1]') : line)),
    },
    'the lines of the proof are signed',
  ],
  [
    'a line of no positions',
    { lines: lines.toSpliced(lines.indexOf(proof.positions[0] ?? ''), 0, '{"type":"holdfast.export-proof.v1","positions":[]}') },
    'the lines of the proof are signed',
  ],
  ['a position too many', edited('positions', ',[3,6]]', ',[3,6],[3,2]]'), 'each fact has one'],
  ['the last fact is missing', { lines: [...facts.slice(0, -1), ...rest] }, 'the engine gave seven'],
  [
    'a request is missing, and all that the proof has of it but the signed',
    { lines: [...linesOf(ofOne, await proofOf({ key, gives: ofOne })).slice(0, -1), await statementOf({})] },
    'the engine gave seven',
  ],
  ['facts of two requests in each other’s place', { lines: [...swapped(facts, 1, 3), ...rest] }, 'a history is out of its order'],
  [
    'the requests one behind the other, and their positions',
    {
      lines: [
        ...linesOf(
          [...ofOne, ...without(...ofOne.map(({ name }) => name))],
          await proofOf({ key, gives: [...ofOne, ...without(...ofOne.map(({ name }) => name))] }),
        ).slice(0, -1),
        await statementOf({}),
      ],
    },
    'the order of the lines is signed',
  ],
  ['a history that was rewritten', { lines: [...again.map(({ name }) => name), ...rest] }, 'these are not the facts that the engine gave'],
  [
    'a history that was rewritten, and the statement with it',
    { lines: [...again.map(({ name }) => name), ...rest.slice(0, -1), await statementOf({ lying: again })] },
    'they are no leaves of the tree',
  ],
  ['a fact behind the proof', { lines: [...facts.slice(0, -1), ...rest, facts.at(-1) ?? ''] }, 'the proof is the end'],
  ['the proof before the facts', { lines: [...rest, ...facts] }, 'the proof is the end'],
  ['the statement twice', { lines: [...lines, lines.at(-1) ?? ''] }, 'it has one end'],
  ['a line behind the statement', { lines: [...lines.slice(0, -2), lines.at(-1) ?? '', lines.at(-2) ?? ''] }, 'it has one end'],
  [
    'positions before trees',
    { lines: [...facts, ...proof.positions, ...proof.trees, ...proof.inclusions, proof.statement] },
    'each part has its place',
  ],
  ['a tree is missing', { lines: lines.toSpliced(facts.length, 1) }, 'there were two'],
  ['a tree twice', { lines: lines.toSpliced(facts.length, 0, proof.trees[0] ?? '') }, 'there were two'],
  ['one tree in the place of the other', { lines: lines.with(facts.length + 1, proof.trees[0] ?? '') }, 'a partition has one'],
  [
    'a tree of another engine',
    { lines: lines.with(facts.length, (await proofOf({ key: other })).trees[0] ?? '') },
    'the statement is of another one',
  ],
  ['the size of a tree', edited('tree', '\\n6\\n', '\\n5\\n'), 'it is signed'],
  ['no positions', { lines: lines.filter(line => line !== proof.positions[0]) }, 'the positions of the facts are unknown'],
  ['a position too few', edited('positions', ',[3,6]]', ']'), 'each fact has one'],
  ['another leaf', edited('positions', '[0,2]', '[0,3]'), 'it is not there'],
  ['two facts on one leaf', edited('positions', '[0,2]', '[0,1]'), 'a leaf is one fact'],
  ['another partition', edited('positions', '[0,1]', '[3,2]'), 'it is not there'],
  ['two positions for one another', edited('positions', '[0,1],[3,0]', '[3,0],[0,1]'), 'they are not there'],
  ['no inclusion', { lines: lines.filter(line => !proof.inclusions.includes(line)) }, 'nothing proves their positions'],
  ['an inclusion is missing', { lines: lines.filter(line => line !== proof.inclusions[0]) }, 'nothing proves their positions'],
  ['an inclusion has a hash too few', edited('inclusion', /"proof":\["[^"]*",/, '"proof":['), 'a proof has no hash less'],
  ['an inclusion has a hash twice', edited('inclusion', /"proof":\[("[^"]*")/, '"proof":[$1,$1'), 'a proof has no hash more'],
  ['the inclusions of one another', edited('inclusion', /"partition":./, '"partition":0'), 'they are of one partition'],
  ['for another country', edited('statement', 'for SG', 'for TL'), 'it is signed'],
  ['at another time', edited('statement', 'T02:', 'T03:'), 'it is signed'],
  ['said to be of one request', edited('statement', 'trees 2\\n', `trees 2\\nof ${held[0]?.subject}\\n`), 'it is signed'],
  [
    'another key',
    edited('statement', /"key":".*"/, (await statementOf({ key: other })).match(/"key":".*"/)?.[0] ?? ''),
    'the name is not of that key',
  ],
  ['the statement of another engine', { lines: lines.with(-1, await statementOf({ key: other })) }, 'the trees are of the first one'],
  ['the statement of another export', { lines: lines.with(-1, await statementOf({ gives: ofOne })) }, 'it is of four facts'],
  [
    'of a ledger that lost its end since it was seen',
    { ...(await exported({ signed: { 0: 6, 3: 5 }, gives: without('withdrawn 4'), seen: { 0: 4 } })), seen },
    'the witness has seen seven',
  ],
  [
    'of a ledger that was rewritten since it was seen',
    { ...(await exported({ lying: again, seen: { 0: 4 } })), seen },
    'of seven facts the witness has seen another root',
  ],
  [
    'of a ledger that was rewritten, shown from a smaller size',
    { ...(await exported({ lying: again, seen: { 0: 4, 3: 2 } })), seen: [seen[0] ?? '', await checkpointOf(key, 3, 2)] },
    'the first two were others',
  ],
  [
    'of a ledger that lost its end, shown from a smaller size',
    {
      ...(await exported({ signed: { 0: 6, 3: 5 }, gives: without('withdrawn 4'), seen: { 0: 4, 3: 2 } })),
      seen: [...seen, await checkpointOf(key, 3, 2)],
    },
    'the witness has seen seven',
  ],
  ['no consistency proof from the known tree', { ...(await exported()), seen }, 'no proof leads there'],
  ['a tree of which something was seen is not there', { ...(await exported({ gives: ofOne, signed: { 3: 7 } })), seen }, 'it was left out'],
  [
    'what was seen is of another engine',
    { lines, seen: [await checkpointOf(other, 0, 4), await checkpointOf(other, 3, 7)] },
    'its trees are others',
  ],
  ['what was seen is not cosigned', { ...whole, witness }, 'no witness has cosigned it'],
]

export const exportVectors = async (): Promise<VectorKind> => ({
  kind: 'exports',
  rule,
  given: { lines: factLines },
  vectors: await vectorsOf([...taken, ...refused], outputOf),
})

/** As `holdfast verify --chain --checkpoint` prints it. */
async function outputOf(input: Input): Promise<object> {
  const key = input.witness === undefined ? undefined : readVerifierKey(input.witness)
  const witnessing = input.seen && { seen: input.seen.map(seenIn), witness: key?.ok ? key.value : undefined }
  const verifier = createLineVerifier({ witnessing })
  for (const [at, line] of input.lines.entries()) verifier.add({ number: at + 1, text: factLines[line] ?? line })
  const { proof, problemCount } = await verifier.finish()
  if (!proof?.statement || problemCount > 0) return refusal
  const { statement, included, witnessed } = proof
  const { engine, country, at, requestId, size } = statement
  return {
    engine,
    for: country,
    at: at.toISOString(),
    ...(requestId === undefined ? {} : { of: requestId }),
    facts: size,
    included,
    ...(witnessed === undefined ? {} : { witnessed }),
  }
}

function seenIn(text: string) {
  const note = readNote(text)
  const checkpoint = note.ok ? readCheckpoint(note.value.text) : note
  if (!note.ok || !checkpoint.ok) throw new Error(`no checkpoint: ${text}`)
  return { ...checkpoint.value, note: note.value }
}
