import { sha256 } from '#sha256'
import { hexOf } from './bytes.ts'

// Names of logs. An engine is named by its key, so that who knows the name of a log knows which key may sign for it, and nobody else can sign under that name.

/** A tree of an engine: of which partition of which ledger, and which one, as another is begun where a ledger has lost what was signed. */
export interface TreeOrigin {
  readonly engine: string
  readonly ledger: number
  readonly tree: number
  readonly partition: number
}

/** The name of the engine that signs with this key: half of the key's SHA-256, in hex. */
export const engineNameOf = (publicKey: Uint8Array): string => hexOf(sha256(publicKey).subarray(0, 16))

/** The origin line of a tree's checkpoints, and the name under which they are signed. */
export const treeOriginOf = ({ engine, ledger, tree, partition }: TreeOrigin): string =>
  `holdfast/${engine}/ledger-${ledger}/tree-${tree}/partition-${partition}`

const originPattern = /^holdfast\/([0-9a-f]{32})\/ledger-([1-9]\d{0,2})\/tree-([1-9]\d{0,2})\/partition-(0|[1-9]\d{0,3})$/

/** Undefined where it is no tree of a Holdfast engine. */
export function readTreeOrigin(origin: string): TreeOrigin | undefined {
  const [, engine, ...numbers] = originPattern.exec(origin) ?? []
  const [ledger, tree, partition] = numbers.map(Number)
  if (engine === undefined || ledger === undefined || tree === undefined || partition === undefined) return undefined
  return { engine, ledger, tree, partition }
}

/** Under which name an engine signs what it gives as an export. */
export const exportsNameOf = (engine: string): string => `holdfast/${engine}/exports`
