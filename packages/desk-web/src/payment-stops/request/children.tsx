import type { ChildView } from '@holdfast/payment-stop/language'
import { Link } from '@tanstack/react-router'
import { Code } from '../../components/codes.tsx'
import { CountryName } from '../../components/instant.tsx'
import { PhaseMark } from '../../components/phase.tsx'
import { useTranslate } from '../../locales/index.ts'
import { Amount } from '../money/amount.tsx'

/** Where money moved onward, and the onward requests. What another country does not share is shown as unknown. */
export function Children({ items }: { readonly items: readonly ChildView[] }) {
  const t = useTranslate()
  if (items.length === 0) return <p className="quiet">{t('request.noChildren')}</p>
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
  const t = useTranslate()
  if (child.requestId && child.phase)
    return (
      <span>
        <PhaseMark phase={child.phase} />{' '}
        <Link to="/requests/$id" params={{ id: child.requestId }}>
          <bdi className="figures">{child.requestId.slice(0, 8)}</bdi>
        </Link>
      </span>
    )
  if (child.requestId) return <span className="mark">? {t('request.childNotKnown')}</span>
  if (child.childless)
    return (
      <span className="small">
        {t('request.childUnfollowed')}: <Code code={child.childless} />
      </span>
    )
  if (child.declined) return <span className="small">{t('request.childDeclined')}</span>
  return <span className="small">{child.report === undefined ? t('request.childUnfollowed') : t('request.childWaits')}</span>
}
