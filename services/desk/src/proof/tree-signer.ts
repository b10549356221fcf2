import { engineNameOf, type SigningKey, signingKeyOf, signNote, treeOriginOf, writeNote } from '@holdfast/proof'
import type { ServiceConfig } from '@holdfast/runtime'
import type { ServiceContext } from '@holdfast/service-kit'

/** Signs in the name of this engine. */
export interface TreeSigner {
  /** The name of the engine in the origins of its trees. */
  readonly engine: string
  readonly key: SigningKey
  /** The origin of the tree of a partition. */
  originOf(partition: number): string
  /** Signs a text under a name and returns the whole note. */
  sign(text: string, name: string): Promise<string>
}

/**
 * The key is derived from the engine's secret, as all of its keys: every desk has it, and a restored engine gets it
 * again. An engine that lost its secret becomes another engine.
 */
export async function createTreeSigner(
  secret: ServiceContext['secret'],
  { HOLDFAST_LEDGER_NUMBER: ledger, HOLDFAST_TREE_NUMBER: tree }: Pick<ServiceConfig, 'HOLDFAST_LEDGER_NUMBER' | 'HOLDFAST_TREE_NUMBER'>,
): Promise<TreeSigner> {
  const key = await signingKeyOf(secret.keyFor('checkpoints'))
  const engine = engineNameOf(key.publicKey)
  return {
    engine,
    key,
    originOf: partition => treeOriginOf({ engine, ledger, tree, partition }),
    sign: async (text, name) => writeNote(await signNote(text, name, key)),
  }
}
