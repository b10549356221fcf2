import { useQueryClient } from '@tanstack/react-query'
import { ActorName } from '../components/actor.tsx'
import { Button } from '../components/button.tsx'
import { ErasedData } from '../components/erased-data.tsx'
import { Instant } from '../components/instant.tsx'
import { doWork } from '../desk-work/do-work.ts'
import { NotDone } from '../desk-work/not-done.tsx'
import { useAct } from '../desk-work/use-act.ts'
import { useTranslate } from '../locales/index.ts'
import { ListStates } from './list-states.tsx'
import { askInboxAgain, useInbox } from './use-inbox.ts'
import { RequestLine } from './work-row.tsx'

/** The snoozed requests of the desk, by the end of the snooze. */
export function Snoozed() {
  const t = useTranslate()
  const client = useQueryClient()
  const list = useInbox('snoozed')
  const items = list.data?.pages.flatMap(page => page.items) ?? []
  const { act, isBusy, problem } = useAct(() => askInboxAgain(client))
  return (
    <ListStates list={list} isEmpty={items.length === 0} none={t('work.none.snoozed')}>
      <NotDone result={problem} />
      {items.length > 0 && (
        <ul className="card">
          {items.map(({ request, work: { snooze, assignedTo } }) => (
            <li key={request.requestId} className="work-row asleep-row">
              <RequestLine request={request} />
              {snooze && (
                <p className="small">
                  {t('work.asleep')} <Instant at={snooze.until} /> · {snooze.reason && <bdi>{snooze.reason} · </bdi>}
                  {snooze.isRedacted && (
                    <>
                      <ErasedData /> ·{' '}
                    </>
                  )}
                  <ActorName actor={snooze.by} />
                  {assignedTo && <> · {t('work.has', { person: assignedTo })}</>}
                </p>
              )}
              <Button disabled={isBusy} onClick={() => void act(() => doWork('RequestSnoozed', request.requestId, { until: null }))}>
                {t('work.wake')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </ListStates>
  )
}
