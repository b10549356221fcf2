import type { RecordKind } from '@holdfast/schemas'
import { useWords } from '../words/index.ts'
import { kindOf } from './kind-of.ts'

/** The kind of a fact in words; of one to come as it is written. */
export function FactName({ type }: { readonly type: string }) {
  const { facts } = useWords()
  const kind = kindOf({ type })
  return Object.hasOwn(facts, kind) ? facts[kind as RecordKind] : <bdi>{kind}</bdi>
}
