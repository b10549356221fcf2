import type { Percentages } from './percentages.ts'

/** Requested, frozen and recovered within each other, from thick to thin: told apart by their thickness as well as by their colour. The amounts stand beside it. */
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
