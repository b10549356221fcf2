import type { Percentages } from './percentages.ts'

/**
 * Requested, frozen and recovered as nested bars, distinguished by thickness and colour. The amounts are next to them.
 */
export function Bars({ shares }: { readonly shares: Percentages }) {
  const { requested, frozen, recovered } = shares
  return (
    <svg className="bars" viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect className="bar-requested" x="0" y="0" width={requested} height="14" />
      <rect className="bar-frozen" x="0" y="3" width={frozen} height="8" />
      <rect className="bar-recovered" x="0" y="6" width={recovered} height="2" />
    </svg>
  )
}
