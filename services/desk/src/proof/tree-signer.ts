import { engineNameOf, type SigningKey, signingKeyOf, signNote, treeOriginOf, writeNote } from '@holdfast/proof'
import type { ServiceConfig } from '@holdfast/runtime'
import type { ServiceContext } from '@holdfast/service-kit'

/** Signs as this engine. */
export interface TreeSigner {
  /** What the engine is called in the names of its trees. */
  readonly engine: string
  readonly key: SigningKey
  /** The name of the tree of a partition. */
  originOf(partition: number): string
  /** Signs a text under a name; gives the whole note. */
  sign(text: string, name: string): Promise<string>
}

/** The key is made of the engine's secret, as all of its keys are: each desk has it, a restored engine has it again, and one that lost its secret is another engine. */
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
