import type { AlertView, OpenAlertPage } from '@holdfast/schemas'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useRef, useState } from 'react'
import { afterPart, pagesAt } from '../api/pages.ts'
import { Button } from '../components/button.tsx'
import { Changed } from '../components/changed.tsx'
import { useHeld } from '../components/use-held.ts'
import { AlertCard, alertKey, namedBy } from '../desk-work/alert-card.tsx'
import { doWork } from '../desk-work/do-work.ts'
import { NotDone } from '../desk-work/not-done.tsx'
import { useAct } from '../desk-work/use-act.ts'
import { useTranslate } from '../locales/index.ts'
import { ListStates } from './list-states.tsx'
import { askInboxAgain } from './use-inbox.ts'

const isSame = (one: readonly AlertView[], other: readonly AlertView[]): boolean =>
  one.length === other.length && one.every((alert, index) => alertKey(alert) === alertKey(other[index] as AlertView))

/** Alerts without an acknowledgement, newest first. */
export function OpenAlerts() {
  const t = useTranslate()
  const client = useQueryClient()
  const list = useInfiniteQuery(pagesAt<OpenAlertPage>(['open-alerts'], after => `/v1/work-alerts?${afterPart(after).slice(1)}`))
  const now = useMemo(() => list.data?.pages.flatMap(({ alerts }) => alerts) ?? [], [list.data])
  const [hasFocus, setFocus] = useState(false)
  const [message, setMessage] = useState('')
  const status = useRef<HTMLParagraphElement>(null)
  const held = useHeld(now, hasFocus, isSame)
  const { act, isBusy, problem } = useAct(() => {
    setMessage(t('work.done', { count: 1 }))
    // The alert is about to leave the list: the reader is where that is said.
    status.current?.focus()
    askInboxAgain(client)
  })
  return (
    <>
      <p ref={status} role="status" tabIndex={-1}>
        {message}
      </p>
      <NotDone result={problem} />
      <Changed held={held} />
      <ListStates list={list} isEmpty={held.shown.length === 0} none={t('work.none.look')}>
        <ul
          className="stack"
          onFocus={() => setFocus(true)}
          onBlur={({ currentTarget, relatedTarget }) => setFocus(currentTarget.contains(relatedTarget))}
        >
          {held.shown.map(alert => (
            <AlertCard key={alertKey(alert)} alert={alert} isOfAny>
              <div>
                <Button
                  disabled={isBusy}
                  aria-label={t('work.acknowledgeOf', { reference: alert.caseReference })}
                  onClick={() => void act(() => doWork('AlertAcknowledged', alert.requestId, namedBy(alert)))}
                >
                  {t('work.acknowledge')}
                </Button>
              </div>
            </AlertCard>
          ))}
        </ul>
      </ListStates>
    </>
  )
}
