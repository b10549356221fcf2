import { hash } from 'node:crypto'
import {
  base64Of,
  bytesOfBase64,
  bytesOfHex,
  consistencyProof,
  createGrowingTree,
  inclusionProof,
  isConsistent,
  isSameHash,
  leafHash,
  type NodeReader,
  rootByInclusion,
  rootOf,
} from '@holdfast/proof'
import { type Case, refusal, type VectorKind, vectorsOf } from './vector-file.ts'

interface Head {
  readonly size: number
  readonly root: string
}
interface Leaf {
  readonly index: number
  /** In hex. */
  readonly entry: string
}
type Inclusion = Head & { readonly leaves: readonly Leaf[]; readonly proof: readonly string[] }
interface Consistency {
  readonly old: Head
  readonly new: Head
  readonly proof: readonly string[]
}
type Input = { readonly entries: readonly string[] } | Inclusion | Consistency

const rule =
  'The trees of RFC 6962, 2.1, with SHA-256. An entry is in hex; the leaf that it makes is hashed with 00 before it, and a node with 01 before its two hashes. Hashes are in base64 (RFC 4648, section 4, with its padding, each in the one way in which it is written). `entries` have a `root`. `leaves` are in the tree of `size` and `root` if `proof` says so: the roots of the largest subtrees that hold none of them, from left to right, no hash more and none less; the leaves are in their order, each once. For one leaf these are the hashes of RFC 6962, 2.1.1, in the order of the tree. The tree `old` is the beginning of the tree `new` if `proof` is the one of RFC 6962, 2.1.2: of two trees of one size the same root and no hash, and from a tree of no leaf, whose root is the SHA-256 of nothing, no hash. Sizes go to 2^53 - 1; that a root is of a size is for who signs both to say, as some sizes need the same hashes.'

/** The nodes of the tree of these hashed leaves, each made by growing it. */
export const nodesOver =
  (leaves: readonly Uint8Array[]): NodeReader =>
  (level, index) => {
    const tree = createGrowingTree()
    for (const leaf of leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)) tree.append(leaf)
    return tree.root()
  }

/** Those that implementations of RFC 6962 share. */
const shared = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const small = nodesOver(shared.map(bytesOfHex).map(leafHash))

/** A tree larger than any real one: all leaves but a few are equal, so their subtrees are equal. */
const huge = 2 ** 40
const others = [7, 2 ** 33, huge, huge + 3]
const hugeEntry = (index: number) => (others.includes(index) ? `0${others.indexOf(index)}` : '')
const ofHuge: NodeReader = (level, index) => {
  const width = 2 ** level
  if (level === 0) return leafHash(bytesOfHex(hugeEntry(index)))
  if (others.some(other => Math.floor(other / width) === index))
    return nodeOf(ofHuge(level - 1, 2 * index), ofHuge(level - 1, 2 * index + 1))
  alike[level] ??= nodeOf(ofHuge(level - 1, 2 * index), ofHuge(level - 1, 2 * index + 1))
  return alike[level]
}
const alike: Uint8Array[] = []
const nodeOf = (left: Uint8Array, right: Uint8Array) =>
  new Uint8Array(hash('sha256', Buffer.concat([Uint8Array.of(1), left, right]), 'buffer'))

const headOf = (size: number, node = small): Head => ({ size, root: base64Of(rootOf(node, size)) })
const included = (size: number, indexes: readonly number[], node = small, entryOf = (index: number) => shared[index] ?? ''): Inclusion => ({
  ...headOf(size, node),
  leaves: indexes.map(index => ({ index, entry: entryOf(index) })),
  proof: [...inclusionProof(node, size, indexes)].map(base64Of),
})
const goesOn = (from: number, to: number, node = small): Consistency => ({
  old: headOf(from, node),
  new: headOf(to, node),
  proof: consistencyProof(node, from, to).map(base64Of),
})

const another = headOf(1).root
/** The same bytes: the last digit before the padding has two unused bits. */
const writtenOtherwise = (text: string) => text.replace(/.=$/, last => `${String.fromCharCode(last.charCodeAt(0) + 1)}=`)
const one = included(8, [5])
const several = included(7, [1, 4, 6])
const onward = goesOn(3, 7)
const changedAt = (proof: readonly string[], at: number) => proof.with(at, another)

const taken: readonly Case<Input>[] = [
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8].map((size): Case<Input> => [`the root of ${size}`, { entries: shared.slice(0, size) }]),
  ...[
    [1, 0],
    [8, 0],
    [8, 5],
    [3, 2],
    [5, 1],
    [7, 0],
    [7, 3],
    [7, 4],
    [7, 6],
  ].map(([size = 0, index = 0]): Case<Input> => [`leaf ${index} of ${size}`, included(size, [index])]),
  ['two neighbours, where one hash serves both', included(8, [2, 3])],
  ['the first and the last', included(8, [0, 7])],
  ['several, of which the last has no neighbour', several],
  ['those in the middle', included(8, [2, 3, 4, 5])],
  ['all, by no hash', included(5, [0, 1, 2, 3, 4])],
  ['the last of more than 2^40', included(huge + 1, [huge], ofHuge, hugeEntry)],
  ['several of more than 2^40', included(huge + 5, [7, 2 ** 33, huge + 3], ofHuge, hugeEntry)],
  ...[
    [1, 2],
    [1, 8],
    [2, 5],
    [3, 7],
    [4, 7],
    [4, 8],
    [5, 6],
    [5, 8],
    [6, 7],
    [6, 8],
    [7, 8],
  ].map(([from = 0, to = 0]): Case<Input> => [`from ${from} to ${to}`, goesOn(from, to)]),
  ['from 8 to the same 8', goesOn(8, 8)],
  ['from 2^40 to one more', goesOn(huge, huge + 1, ofHuge)],
  ['from 2^33 and 3 to 2^40 and 5', goesOn(2 ** 33 + 3, huge + 5, ofHuge)],
]

const refused: readonly Case<Input>[] = [
  ['a leaf, and another root', { ...one, root: another }, 'the root is of another tree'],
  ['a leaf, and another size', { ...one, size: 9 }, 'another size needs other hashes'],
  ['another leaf', { ...one, leaves: [{ index: 5, entry: '40414244' }] }, 'it is not in the tree'],
  ['a leaf in the place of its neighbour', { ...one, leaves: [{ index: 4, entry: '40414243' }] }, 'left and right are not the same'],
  ['a leaf behind the end', { ...one, leaves: [{ index: 8, entry: '40414243' }] }, 'leaves count from 0'],
  ['a leaf, and a hash too many', { ...one, proof: [...one.proof, another] }, 'a proof has no hash more'],
  ['a leaf, and a hash too few', { ...one, proof: one.proof.slice(0, -1) }, 'a proof has no hash less'],
  ['a leaf, and another hash', { ...one, proof: changedAt(one.proof, 1) }, 'the root comes out otherwise'],
  [
    'a leaf, and the hashes from the leaf up',
    { ...one, proof: [one.proof[1], one.proof[2], one.proof[0]] as string[] },
    'they are from left to right',
  ],
  [
    'a node for a leaf',
    { ...headOf(2), leaves: [{ index: 0, entry: Buffer.concat([small(0, 0), small(0, 1)]).toString('hex') }], size: 1, proof: [] },
    'a leaf is hashed with 00 before it',
  ],
  [
    'a hash in another way of base64',
    { ...one, proof: one.proof.with(0, writtenOtherwise(one.proof[0] ?? '')) },
    'the bytes are the same, and the text is not',
  ],
  ['a hash without its padding', { ...one, proof: one.proof.map(text => text.replace('=', '')) }, 'the padding belongs to it'],
  ['a hash of 31 bytes', { ...one, proof: changedAt(one.proof, 0).with(0, base64Of(new Uint8Array(31))) }, 'SHA-256 has 32'],
  [
    'several, and one of them another',
    { ...several, leaves: several.leaves.with(1, { index: 4, entry: '3032' }) },
    'it is not in the tree',
  ],
  ['several, and one left out', { ...several, leaves: several.leaves.slice(1) }, 'the hashes are of three'],
  ['several, and one twice', { ...several, leaves: [several.leaves[0], ...several.leaves] as Leaf[] }, 'each once'],
  ['several in another order', { ...several, leaves: several.leaves.toReversed() }, 'in the order of the tree'],
  ['several, and a hash too many', { ...several, proof: [another, ...several.proof] }, 'a proof has no hash more'],
  ['several, and a hash too few', { ...several, proof: several.proof.slice(1) }, 'a proof has no hash less'],
  [
    'several, and two hashes in each other’s place',
    { ...several, proof: [several.proof[1], several.proof[0], ...several.proof.slice(2)] as string[] },
    'they are from left to right',
  ],
  ['all, and a hash', { ...included(5, [0, 1, 2, 3, 4]), proof: [another] }, 'none is needed'],
  [
    'one of more than 2^40 in the place that 32 bits leave of it',
    { ...included(huge + 1, [huge], ofHuge, hugeEntry), size: 1, leaves: [{ index: 0, entry: hugeEntry(huge) }] },
    'sizes have more than 32 bits',
  ],
  ['onward from another root', { ...onward, old: { size: 3, root: another } }, 'those leaves were others'],
  ['onward to another root', { ...onward, new: { size: 7, root: another } }, 'the new tree is another'],
  ['onward from another size', { ...onward, old: { ...onward.old, size: 2 } }, 'the root is of three'],
  ['onward to another size', { ...onward, new: { ...onward.new, size: 9 } }, 'another size needs other hashes'],
  ['onward, and a hash too many', { ...onward, proof: [...onward.proof, another] }, 'a proof has no hash more'],
  ['onward, and a hash too few', { ...onward, proof: onward.proof.slice(0, -1) }, 'a proof has no hash less'],
  ['onward, and another hash', { ...onward, proof: changedAt(onward.proof, 2) }, 'one of the roots comes out otherwise'],
  ['onward, and no hash', { ...onward, proof: [] }, 'nothing is shown'],
  ['back', { ...onward, old: onward.new, new: onward.old }, 'a tree does not shrink'],
  [
    'back to one, which has the root of more',
    { old: { size: 2 ** 30, root: another }, new: headOf(1), proof: [] },
    'a tree does not shrink',
  ],
  ['from 8 to another 8', { ...goesOn(8, 8), new: { size: 8, root: another } }, 'of one size there is one tree'],
  ['from 8 to the same 8, and a hash', { ...goesOn(8, 8), proof: [another] }, 'none is needed'],
  ['from nothing that is something', { ...goesOn(0, 8), old: { size: 0, root: another } }, 'the root of no leaf is the SHA-256 of nothing'],
  ['from nothing, and a hash', { ...goesOn(0, 8), proof: [another] }, 'none is needed'],
  [
    'from 2^40 to one more, and another root',
    { ...goesOn(huge, huge + 1, ofHuge), old: { size: huge, root: another } },
    'those leaves were others',
  ],
]

export const treeVectors = async (): Promise<VectorKind> => ({
  kind: 'trees',
  rule,
  vectors: await vectorsOf([...taken, ...refused], outputOf),
})

function outputOf(input: Input): object {
  if ('entries' in input) {
    const tree = createGrowingTree()
    for (const entry of input.entries) tree.append(leafHash(bytesOfHex(entry)))
    return { root: base64Of(tree.root()) }
  }
  const proof = input.proof.map(hashOf)
  if (proof.includes(undefined)) return refusal
  const hashes = proof.flatMap(each => each ?? [])
  if ('leaves' in input) {
    const leaves = input.leaves.map(({ index, entry }) => ({ index, hash: leafHash(bytesOfHex(entry)) }))
    const root = rootByInclusion(input.size, leaves, hashes)
    const isThere = root && isSameHash(root, hashOf(input.root) ?? new Uint8Array())
    return isThere ? { proved: 'inclusion', leafHashes: leaves.map(leaf => base64Of(leaf.hash)) } : refusal
  }
  const [older, newer] = [input.old, input.new].map(({ size, root }) => ({ size, root: hashOf(root) ?? new Uint8Array() }))
  return older && newer && isConsistent(older, newer, hashes) ? { proved: 'consistency' } : refusal
}

function hashOf(text: string): Uint8Array | undefined {
  const bytes = bytesOfBase64(text)
  return bytes?.length === 32 ? bytes : undefined
}
