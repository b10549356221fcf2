import type { FactBody, FactKind } from '@holdfast/schemas'

/** A fact as far as it is known before it has a place in a history. */
export type Body = { [K in FactKind]: { readonly type: K; readonly data: FactBody<K> } }[FactKind]
