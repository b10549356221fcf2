import { useNavigate } from '@tanstack/react-router'
import { Button } from '../components/button.tsx'
import { secretariat } from '../components/instant.tsx'
import { useTranslate } from '../locales/index.ts'
import type { BoardSearch } from '../saved-views/board-search.ts'
import { useSession } from '../session/use-session.ts'

/**
 * Why the list is empty: the filter matches nothing, or there are no requests yet. In development, says how to create
 * some.
 */
export function NoneHere({ search: { sort: _, ...filters } }: { readonly search: BoardSearch }) {
  const t = useTranslate()
  const who = useSession().data
  const navigate = useNavigate({ from: '/' })
  if (Object.keys(filters).length > 0)
    return (
      <div className="blank quiet">
        <p>{t('noRequests')}</p>
        <Button onClick={() => void navigate({ search: {} })}>{t('filters.clear')}</Button>
      </div>
    )
  if (who?.unit !== undefined || who?.country === secretariat) return <p className="blank quiet">{t('sharing.noneYet')}</p>
  return (
    <div className="blank quiet">
      <p>{t('noneYet')}</p>
      {who?.development && (
        <p>
          {t('seeStory')} <code dir="ltr">npm run demo -- --desk</code>
        </p>
      )}
    </div>
  )
}
