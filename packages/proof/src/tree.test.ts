import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesOfHex, bytesOfText, hexOf } from './bytes.ts'
import { consistencyProof, isConsistent } from './consistency.ts'
import { inclusionProof, rootByInclusion } from './inclusion.ts'
import { nodesIn, type Tile, tilesWith } from './tiles.ts'
import { createGrowingTree, emptyRoot, leafHash, type NodeReader, nodeHash, rootOf } from './tree.ts'

/** MTH of RFC 6962, section 2.1, written like the text. */
function rootAsWritten(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves
  if (only === undefined) return emptyRoot()
  if (leaves.length === 1) return only
  const k = 2 ** (Math.ceil(Math.log2(leaves.length)) - 1)
  return nodeHash(rootAsWritten(leaves.slice(0, k)), rootAsWritten(leaves.slice(k)))
}

const nodesOf =
  (leaves: readonly Uint8Array[]): NodeReader =>
  (level, index) =>
    rootAsWritten(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level))
const some = (count: number) => Array.from({ length: count }, (_, i) => leafHash(bytesOfText(`fact ${i}`)))

describe('the trees of RFC 6962, by the leaves, roots and proofs that its implementations share', () => {
  const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
    .map(bytesOfHex)
    .map(leafHash)
  const node = nodesOf(leaves)
  const roots = [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ]

  test('roots', () => {
    expect(hexOf(rootOf(node, 0))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(roots.map((_, i) => hexOf(rootOf(node, i + 1)))).toEqual(roots)
  })

  test.each([
    [
      1,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      6,
      8,
      [
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [3, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
    [
      2,
      5,
      [
        '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ])('leaf %i of a tree of %i: the published hashes, here from left to right', (leaf, size, published) => {
    const proof = [...inclusionProof(node, size, [leaf - 1])]
    expect(proof.map(hexOf).sort()).toEqual([...published].sort())
    const hash = leaves[leaf - 1] as Uint8Array
    expect(hexOf(rootByInclusion(size, [{ index: leaf - 1, hash }], proof) ?? new Uint8Array())).toBe(roots[size - 1])
  })

  test.each([
    [
      1,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      6,
      8,
      [
        '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [
      2,
      5,
      [
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
    [
      6,
      7,
      [
        '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
        'b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
  ])('from %i leaves to %i', (from, to, published) => {
    expect(consistencyProof(node, from, to).map(hexOf)).toEqual(published)
    const headOf = (size: number) => ({ size, root: bytesOfHex(roots[size - 1] as string) })
    expect(isConsistent(headOf(from), headOf(to), published.map(bytesOfHex))).toBe(true)
  })
})

const sizeAndPlaces = fc.integer({ min: 1, max: 200 }).chain(size =>
  fc.tuple(
    fc.constant(size),
    fc.uniqueArray(fc.nat(size - 1), { maxLength: size }).map(all => all.sort((a, b) => a - b)),
  ),
)
const bytesToTurn = { at: fc.nat(), bit: fc.nat(7) }

/** One bit of one hash is flipped. */
function turned(hashes: readonly Uint8Array[], { at, bit }: { at: number; bit: number }): Uint8Array[] {
  const which = at % hashes.length
  return hashes.map((hash, i) => (i === which ? hash.map((byte, j) => (j === at % hash.length ? byte ^ (1 << bit) : byte)) : hash))
}

describe('any tree', () => {
  test('has the root of RFC 6962, from its nodes, leaf by leaf, or from tiles', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 90 }), { maxLength: 6 }), batches => {
        const tiles = new Map<string, Uint8Array>()
        const tile = (level: number, number: number) => tiles.get(`${level}/${number}`)
        const all = some(batches.reduce((sum, count) => sum + count, 0))
        const growing = createGrowingTree()
        let size = 0
        for (const count of batches) {
          const next = all.slice(size, size + count)
          for (const { level, number, hashes } of tilesWith(tile, size, next) satisfies Tile[]) tiles.set(`${level}/${number}`, hashes)
          for (const hash of next) growing.append(hash)
          size += count
          const root = hexOf(rootAsWritten(all.slice(0, size)))
          expect([hexOf(growing.root()), hexOf(rootOf(nodesIn(tile), size))]).toEqual([root, root])
        }
        // An older size is still readable.
        const half = Math.floor(size / 2)
        expect(hexOf(rootOf(nodesIn(tile), half))).toBe(hexOf(rootAsWritten(all.slice(0, half))))
      }),
      { numRuns: 100, seed: 20240723 },
    )
  })

  test('of five tile levels is read like one of one level', () => {
    const tiles = new Map<string, Uint8Array>()
    const tile = (level: number, number: number) => tiles.get(`${level}/${number}`)
    const growing = createGrowingTree()
    const all = some(5_000)
    for (let size = 0; size < all.length; size += 128) {
      const next = all.slice(size, size + 128)
      for (const { level, number, hashes } of tilesWith(tile, size, next)) tiles.set(`${level}/${number}`, hashes)
      for (const hash of next) growing.append(hash)
    }
    expect(hexOf(rootOf(nodesIn(tile), all.length))).toBe(hexOf(growing.root()))
    expect(new Set([...tiles.keys()].map(key => key.split('/')[0]))).toEqual(new Set(['0', '1', '2']))
  })

  test('proves any set of its leaves, but not with another hash, leaf, index or size', () => {
    fc.assert(
      fc.property(sizeAndPlaces, fc.record(bytesToTurn), ([size, places], turn) => {
        const all = some(size)
        const root = hexOf(rootAsWritten(all))
        const proof = [...inclusionProof(nodesOf(all), size, places)]
        const leaves = places.map(index => ({ index, hash: all[index] as Uint8Array }))
        const by = (...given: Parameters<typeof rootByInclusion>) => hexOf(rootByInclusion(...given) ?? new Uint8Array())
        expect(by(size, leaves, proof)).toBe(root)
        if (proof.length > 0) expect(by(size, leaves, turned(proof, turn))).not.toBe(root)
        expect(by(size, leaves, [...proof, emptyRoot()])).not.toBe(root)
        expect(by(size, leaves, proof.slice(0, -1))).not.toBe(proof.length > 0 ? root : undefined)
        if (leaves.length > 0) {
          const hashes = turned(
            leaves.map(({ hash }) => hash),
            turn,
          )
          expect(
            by(
              size,
              leaves.map(({ index }, i) => ({ index, hash: hashes[i] as Uint8Array })),
              proof,
            ),
          ).not.toBe(root)
          expect(by(size, leaves.slice(1), proof)).not.toBe(root)
          expect(
            by(
              size,
              leaves.map(({ index, hash }) => ({ index: index + 1, hash })),
              proof,
            ),
          ).not.toBe(root)
        }
      }),
      { numRuns: 300, seed: 20240723 },
    )
  })

  test('of one leaf is not consistent with any of a billion', () => {
    const [hash = emptyRoot()] = some(1)
    expect(isConsistent({ size: 1_000_000_000, root: hash }, { size: 1, root: hash }, [])).toBe(false)
  })

  test('is consistent with each of its earlier versions, and with no other tree', () => {
    fc.assert(
      fc.property(fc.nat(150), fc.nat(150), fc.record(bytesToTurn), (one, other, turn) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)]
        const all = some(to)
        const headOf = (size: number) => ({ size, root: rootAsWritten(all.slice(0, size)) })
        const proof = consistencyProof(nodesOf(all), from, to)
        expect(isConsistent(headOf(from), headOf(to), proof)).toBe(true)
        expect(isConsistent(headOf(from), headOf(to), [...proof, emptyRoot()])).toBe(false)
        if (proof.length > 0) {
          expect(isConsistent(headOf(from), headOf(to), turned(proof, turn))).toBe(false)
          expect(isConsistent(headOf(from), headOf(to), proof.slice(0, -1))).toBe(false)
        }
        if (from > 0) {
          const rewritten = {
            size: from,
            root: rootAsWritten(all.slice(0, from).map((hash, i) => (i === turn.at % from ? emptyRoot() : hash))),
          }
          expect(isConsistent(rewritten, headOf(to), proof)).toBe(false)
          if (from < to) expect(isConsistent(headOf(to), headOf(from), proof)).toBe(false)
        }
      }),
      { numRuns: 100, seed: 20240723 },
    )
  })
})
