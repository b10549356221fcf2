import type { ChildView } from '@holdfast/schemas'
import { Link } from '@tanstack/react-router'
import { Code } from '../components/codes.tsx'
import { CountryName } from '../components/instant.tsx'
import { PhaseMark } from '../components/phase.tsx'
import { Amount } from '../money/amount.tsx'
import { useWords } from '../words/index.ts'

/** Where money moved on to, and what follows it there; what another country does not let us know is said to be unknown. */
export function Children({ items }: { readonly items: readonly ChildView[] }) {
  const { request } = useWords()
  if (items.length === 0) return <p className="quiet">{request.noChildren}</p>
  return (
    <ul className="stack">
      {items.map(child => (
        <li
          className="cluster top spread gap-1 across-3"
          key={`${child.requestId} ${child.country} ${child.report} ${child.amount?.value}`}
        >
          <span>
            <CountryName code={child.country} long /> <Amount money={child.amount} />
          </span>
          <ChildState child={child} />
        </li>
      ))}
    </ul>
  )
}

function ChildState({ child }: { readonly child: ChildView }) {
  const { request } = useWords()
  if (child.requestId && child.phase)
    return (
      <span>
        <PhaseMark phase={child.phase} />{' '}
        <Link to="/requests/$id" params={{ id: child.requestId }}>
          <bdi className="figures">{child.requestId.slice(0, 8)}</bdi>
        </Link>
      </span>
    )
  if (child.requestId) return <span className="mark">? {request.childNotKnown}</span>
  if (child.childless)
    return (
      <span className="small">
        {request.childUnfollowed}: <Code code={child.childless} />
      </span>
    )
  if (child.declined) return <span className="small">{request.childDeclined}</span>
  return <span className="small">{child.report === undefined ? request.childUnfollowed : request.childWaits}</span>
}
