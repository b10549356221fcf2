import { NotReached } from '../../../components/not-reached.tsx'
import { useChain } from '../../../core/use-core.ts'
import { useTranslate } from '../../../locales/index.ts'
import type { AnyFact } from '../../facts/any-fact.ts'

/** Shows whether this browser checked each hash, with an alert for a wrong one. */
export function ChainMark({ facts, isWhole }: { readonly facts: readonly AnyFact[]; readonly isWhole: boolean }) {
  const t = useTranslate()
  const { check, retry } = useChain(facts, isWhole)
  if (retry) return <NotReached retry={retry} />
  if (!check) return <p className="small quiet">{t('request.chain.checking')}</p>
  if (check.problems > 0)
    return (
      <p role="alert" className="callout">
        {t('request.chain.broken', { count: check.problems })}
      </p>
    )
  return (
    <p className="small">
      <span aria-hidden="true">✓</span> {t('request.chain.checked', { count: check.facts })} · {t('request.hash')}{' '}
      <bdi className="figures">{facts.at(-1)?.hash.slice(0, 16)}…</bdi>
    </p>
  )
}
