import { type NodeReader, nodeHash } from './tree.ts'

// A tree on disk, like C2SP's tlog-tiles but with smaller tiles: up to 64 neighbouring hashes of one level. The root of
// a full
// tile is one hash of a tile six levels above. Each batch rewrites the last tiles: 64 hashes are 2 kB, and the 256 of
// tlog-tiles would be 8 kB.

const hashBytes = 32
const tileHeight = 6
const tileWidth = 2 ** tileHeight

/** A tile by its position: level 0 has the leaves. */
export interface Tile {
  readonly level: number
  readonly number: number
  /** The concatenated hashes. All tiles of a level except the last are full. */
  readonly hashes: Uint8Array
}

export type TileReader = (level: number, number: number) => Uint8Array | undefined

/** Reads nodes of a tree from its tiles. Throws if one is missing. */
export const nodesIn =
  (tile: TileReader): NodeReader =>
  (level, index) => {
    const height = level % tileHeight
    const first = index * 2 ** height
    const number = Math.floor(first / tileWidth)
    const at = (first % tileWidth) * hashBytes
    const hashes = tile((level - height) / tileHeight, number)?.subarray(at, at + 2 ** height * hashBytes)
    if (hashes?.length !== 2 ** height * hashBytes) throw new Error(`the tree has no node ${index} at level ${level}`)
    return rootOver(hashes)
  }

/** The tiles that change when these leaf hashes are appended to a tree of `size`. */
export function tilesWith(tile: TileReader, size: number, leaves: readonly Uint8Array[]): Tile[] {
  const changed: Tile[] = []
  let [before, added] = [size, leaves]
  for (let level = 0; added.length > 0; level++) {
    const full: Uint8Array[] = []
    const known = before
    for (let next = 0; next < added.length; ) {
      const number = Math.floor((known + next) / tileWidth)
      const filled = (known + next) % tileWidth
      const some = added.slice(next, next + tileWidth - filled)
      const hashes = new Uint8Array((filled + some.length) * hashBytes)
      if (filled > 0) hashes.set(tile(level, number) ?? missing(level, number))
      for (const [i, hash] of some.entries()) hashes.set(hash, (filled + i) * hashBytes)
      changed.push({ level, number, hashes })
      if (filled + some.length === tileWidth) full.push(rootOver(hashes))
      next += some.length
    }
    before = Math.floor(known / tileWidth)
    added = full
  }
  return changed
}

function missing(level: number, number: number): never {
  throw new Error(`the tree has no tile ${number} at level ${level}`)
}

/** The root over concatenated hashes, whose number is a power of two. */
function rootOver(hashes: Uint8Array): Uint8Array {
  let row: Uint8Array[] = Array.from({ length: hashes.length / hashBytes }, (_, i) => hashes.subarray(i * hashBytes, (i + 1) * hashBytes))
  while (row.length > 1)
    row = Array.from({ length: row.length / 2 }, (_, i) => nodeHash(row[2 * i] as Uint8Array, row[2 * i + 1] as Uint8Array))
  return row[0] as Uint8Array
}
