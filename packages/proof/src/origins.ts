import { sha256 } from '#sha256'
import { hexOf } from './bytes.ts'

// Names of logs. The name of an engine is derived from its key, so the name of a log reveals the key that may sign for
// it.

/**
 * A tree of an engine: its ledger and partition, and its number, since a new tree starts after signed facts were lost.
 */
export interface TreeOrigin {
  readonly engine: string
  readonly ledger: number
  readonly tree: number
  readonly partition: number
}

/** The name of the engine with this signing key: half of the key's SHA-256, in hex. */
export const engineNameOf = (publicKey: Uint8Array): string => hexOf(sha256(publicKey).subarray(0, 16))

/** The origin line of a tree's checkpoints, which is also the name of their signatures. */
export const treeOriginOf = ({ engine, ledger, tree, partition }: TreeOrigin): string =>
  `holdfast/${engine}/ledger-${ledger}/tree-${tree}/partition-${partition}`

const originPattern = /^holdfast\/([0-9a-f]{32})\/ledger-([1-9]\d{0,2})\/tree-([1-9]\d{0,2})\/partition-(0|[1-9]\d{0,3})$/

/** Undefined if it is not a tree of a Holdfast engine. */
export function readTreeOrigin(origin: string): TreeOrigin | undefined {
  const [, engine, ...numbers] = originPattern.exec(origin) ?? []
  const [ledger, tree, partition] = numbers.map(Number)
  if (engine === undefined || ledger === undefined || tree === undefined || partition === undefined) return undefined
  return { engine, ledger, tree, partition }
}

/** The name under which an engine signs its exports. */
export const exportsNameOf = (engine: string): string => `holdfast/${engine}/exports`
