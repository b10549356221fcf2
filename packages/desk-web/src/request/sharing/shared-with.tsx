import type { Share } from '@holdfast/schemas'
import { Link } from '@tanstack/react-router'
import { ActorName } from '../../components/actor.tsx'
import { Instant } from '../../components/instant.tsx'
import { UnitName } from '../../components/unit-name.tsx'
import { useWords } from '../../words/index.ts'

/** Who sees the request beside its parties, how much of it, and by whose word. The number is that of the fact, by which a share is withdrawn: of this request, or of the one whose money it follows. */
export function SharedWith({ shares }: { readonly shares: readonly Share[] }) {
  const words = useWords()
  if (shares.length === 0) return <p className="quiet">{words.sharing.nobody}</p>
  return (
    <ul className="stack">
      {shares.map(({ share, with: unit, extent, sharedBy, sharedAt, of }) => (
        <li key={`${of ?? ''}/${share}`} className="cluster top spread gap-1 across-3">
          <span>
            <b>
              <UnitName unit={unit} />
            </b>{' '}
            <span className="quiet small">#{share}</span>
            {of && (
              <span className="small">
                {' '}
                {words.request.parent}{' '}
                <Link to="/requests/$id" params={{ id: of }}>
                  <bdi>{of.slice(0, 8)}</bdi>
                </Link>
              </span>
            )}
          </span>
          <span className="small">
            {words.codes[extent]} · <ActorName actor={sharedBy} /> · <Instant at={sharedAt} />
          </span>
        </li>
      ))}
    </ul>
  )
}
