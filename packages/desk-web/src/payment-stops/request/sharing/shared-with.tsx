import type { Share } from '@holdfast/schemas'
import { Link } from '@tanstack/react-router'
import { ActorName } from '../../../components/actor.tsx'
import { Instant } from '../../../components/instant.tsx'
import { UnitName } from '../../../components/unit-name.tsx'
import { useTranslate } from '../../../locales/index.ts'

/**
 * Who can read the request besides its parties, to what extent, and by which fact. A share is withdrawn by its number,
 * at this request or at the ancestor that it comes from.
 */
export function SharedWith({ shares }: { readonly shares: readonly Share[] }) {
  const t = useTranslate()
  if (shares.length === 0) return <p className="quiet">{t('sharing.notShared')}</p>
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
                {t('request.parent')}{' '}
                <Link to="/requests/$id" params={{ id: of }}>
                  <bdi>{of.slice(0, 8)}</bdi>
                </Link>
              </span>
            )}
          </span>
          <span className="small">
            {t(`codes.${extent}`)} · <ActorName actor={sharedBy} /> · <Instant at={sharedAt} />
          </span>
        </li>
      ))}
    </ul>
  )
}
