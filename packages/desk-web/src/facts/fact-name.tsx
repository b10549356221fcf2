import { useTranslate } from '../locales/index.ts'
import { kindOf } from './kind-of.ts'

/** The name of a fact's kind; an unknown kind stays as it is. */
export function FactName({ type }: { readonly type: string }) {
  const t = useTranslate()
  const kind = kindOf({ type })
  return t.find(`facts.${kind}`) ?? <bdi>{kind}</bdi>
}
