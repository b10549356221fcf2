import type { AlertPage } from '@holdfast/schemas'
import { useQuery } from '@tanstack/react-query'
import { get } from '../api/client.ts'
import { Loading } from '../components/loading.tsx'
import { NotReached } from '../components/not-reached.tsx'
import { AlertCard, alertKey } from '../desk-work/alert-card.tsx'
import { useTranslate } from '../locales/index.ts'

/** The alerts of the country, for readers who are not of its desk. */
export function AlertsToRead() {
  const t = useTranslate()
  const { data, isError, refetch } = useQuery({
    queryKey: ['alerts'],
    queryFn: ({ signal }) => get<AlertPage>('/v1/alerts?limit=100', signal),
  })
  if (isError) return <NotReached retry={() => void refetch()} />
  if (!data) return <Loading />
  if (data.alerts.length === 0) return <p className="quiet">{t('inbox.alertsNone')}</p>
  return (
    <ul className="stack">
      {data.alerts.toReversed().map(alert => (
        <AlertCard key={alertKey(alert)} alert={alert} isOfAny />
      ))}
    </ul>
  )
}
