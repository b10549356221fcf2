import { NotReached } from '../../components/not-reached.tsx'
import { useChain } from '../../core/use-core.ts'
import type { AnyFact } from '../../facts/history-pages.ts'
import { useWords } from '../../words/index.ts'

/** Says whether each hash was checked in this browser, and loudly where one is wrong. */
export function ChainMark({ facts, isWhole }: { readonly facts: readonly AnyFact[]; readonly isWhole: boolean }) {
  const { chain, hash } = useWords().request
  const { check, retry } = useChain(facts, isWhole)
  if (retry) return <NotReached retry={retry} />
  if (!check) return <p className="small quiet">{chain.checking}</p>
  if (check.problems > 0)
    return (
      <p role="alert" className="notice">
        {chain.broken(check.problems)}
      </p>
    )
  return (
    <p className="small">
      <span aria-hidden="true">✓</span> {chain.checked(check.facts)} · {hash}{' '}
      <bdi className="figures">{facts.at(-1)?.hash.slice(0, 16)}…</bdi>
    </p>
  )
}
