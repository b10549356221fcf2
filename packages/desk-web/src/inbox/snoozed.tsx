import { useQueryClient } from '@tanstack/react-query'
import { ActorName } from '../components/actor.tsx'
import { Button } from '../components/button.tsx'
import { ErasedData } from '../components/erased-data.tsx'
import { Instant } from '../components/instant.tsx'
import { doWork } from '../desk-work/do-work.ts'
import { NotDone } from '../desk-work/not-done.tsx'
import { useAct } from '../desk-work/use-act.ts'
import { useWords } from '../words/index.ts'
import { ListStates } from './list-states.tsx'
import { askInboxAgain, useInbox } from './use-inbox.ts'
import { RequestLine } from './work-row.tsx'

/** What the desk has put aside, by when it comes back. */
export function Snoozed() {
  const { work } = useWords()
  const client = useQueryClient()
  const list = useInbox('snoozed')
  const items = list.data?.pages.flatMap(page => page.items) ?? []
  const { act, isBusy, problem } = useAct(() => askInboxAgain(client))
  return (
    <ListStates list={list} isEmpty={items.length === 0} none={work.none.snoozed}>
      <NotDone given={problem} />
      {items.length > 0 && (
        <ul className="card">
          {items.map(({ request, work: { snooze, assignedTo } }) => (
            <li key={request.requestId} className="work-row asleep-row">
              <RequestLine request={request} />
              {snooze && (
                <p className="small">
                  {work.asleep} <Instant at={snooze.until} /> · {snooze.reason && <bdi>{snooze.reason} · </bdi>}
                  {snooze.lacksWords && (
                    <>
                      <ErasedData /> ·{' '}
                    </>
                  )}
                  <ActorName actor={snooze.by} />
                  {assignedTo && <> · {work.has(assignedTo)}</>}
                </p>
              )}
              <Button disabled={isBusy} onClick={() => void act(() => doWork('RequestSnoozed', request.requestId, { until: null }))}>
                {work.wake}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </ListStates>
  )
}
