import type { Share } from '@holdfast/schemas'
import { ActorName } from '../../parts/actor.tsx'
import { Instant } from '../../parts/instant.tsx'
import { useWords } from '../../words/index.ts'
import { UnitName } from '../unit-name.tsx'

/** Who sees the request beside its parties, how much of it, and by whose word. The number is that of the fact, by which a share is withdrawn. */
export function SharedWith({ shares }: { readonly shares: readonly Share[] }) {
  const words = useWords()
  if (shares.length === 0) return <p className="quiet">{words.sharing.nobody}</p>
  return (
    <ul className="children">
      {shares.map(({ share, with: unit, extent, sharedBy, sharedAt }) => (
        <li key={share}>
          <span>
            <b>
              <UnitName unit={unit} />
            </b>{' '}
            <span className="quiet small">#{share}</span>
          </span>
          <span className="small">
            {words.codes[extent]} · <ActorName actor={sharedBy} /> · <Instant at={sharedAt} />
          </span>
        </li>
      ))}
    </ul>
  )
}
