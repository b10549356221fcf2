import './inbox.css'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useDeskPerson } from '../desk-work/use-work.ts'
import { useTranslate } from '../locales/index.ts'
import { AlertsToRead } from './alerts-to-read.tsx'
import { OpenAlerts } from './open-alerts.tsx'
import { Proposals } from './proposals.tsx'
import { type WorkList, workLists } from './search.ts'
import { Snoozed } from './snoozed.tsx'
import { useInboxKeptUp } from './use-inbox.ts'
import { WorkTable } from './work-table.tsx'

const route = getRouteApi('/inbox')

/**
 * The inbox: mine, unassigned, awaiting a second approval, alerts, and snoozed. A reader who is not of the desk sees
 * proposals of the own role and alerts.
 */
export function InboxPage() {
  const t = useTranslate()
  const me = useDeskPerson()
  const { list = me === undefined ? 'second' : 'me' } = route.useSearch()
  useInboxKeptUp()
  const lists = me === undefined ? (['second', 'look'] as const) : workLists
  const shown = lists.find(each => each === list) ?? 'second'
  return (
    <div className="stack gap-4">
      <h1>{t('work.title')}</h1>
      <nav aria-label={t('work.title')} className="cluster">
        {lists.map(each => (
          <Link key={each} to="/inbox" search={{ list: each }} className="chip" aria-current={each === shown ? 'page' : undefined}>
            {t(`work.lists.${each}`)}
          </Link>
        ))}
      </nav>
      {me === undefined && <p className="quiet">{t('work.onlyDesk')}</p>}
      <section key={shown} className="stack gap-4" aria-labelledby="work-list">
        <h2 id="work-list" className="unseen">
          {t(`work.lists.${shown}`)}
        </h2>
        <List list={shown} me={me} />
      </section>
    </div>
  )
}

function List({ list, me }: { readonly list: WorkList; readonly me: string | undefined }) {
  if (list === 'second') return <Proposals />
  if (list === 'look') return me === undefined ? <AlertsToRead /> : <OpenAlerts />
  if (me === undefined) return null
  return list === 'snoozed' ? <Snoozed /> : <WorkTable kind={list} me={me} />
}
