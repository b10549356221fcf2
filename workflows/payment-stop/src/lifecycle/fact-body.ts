import type { FactBody, FactKind } from '../language/index.ts'

/** A fact without its position in a history. */
export type Body = { [K in FactKind]: { readonly type: K; readonly data: FactBody<K> } }[FactKind]
