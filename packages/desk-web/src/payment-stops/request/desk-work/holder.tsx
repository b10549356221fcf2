import type { RequestWork } from '@holdfast/schemas'
import { useState } from 'react'
import { ActorName } from '../../../components/actor.tsx'
import { Button } from '../../../components/button.tsx'
import { ErasedData } from '../../../components/erased-data.tsx'
import { Instant } from '../../../components/instant.tsx'
import { doWork } from '../../../desk-work/do-work.ts'
import { GiveDialog } from '../../../desk-work/give-dialog.tsx'
import { NotDone } from '../../../desk-work/not-done.tsx'
import { SnoozeDialog } from '../../../desk-work/snooze-dialog.tsx'
import { useAct } from '../../../desk-work/use-act.ts'
import { useTranslate } from '../../../locales/index.ts'

interface HolderProps {
  readonly requestId: string
  readonly work: RequestWork
  readonly me: string
  onDone(): void
}

/** The assignee of a request, and its snooze. */
export function Holder({ requestId, work: { assignedTo, snooze }, me, onDone }: HolderProps) {
  const t = useTranslate()
  const [opened, open] = useState<'give' | 'snooze'>()
  const { act, isBusy, problem } = useAct(onDone)
  const assign = (to: string | null) => doWork('RequestAssigned', requestId, { to })
  const close = () => open(undefined)
  return (
    <>
      <p className="strong">
        {assignedTo === undefined ? t('work.unassigned') : assignedTo === me ? t('work.mine') : t('work.has', { person: assignedTo })}
      </p>
      {snooze && (
        <div className="asleep indent stack gap-1">
          <p>
            {t('work.asleep')} <Instant at={snooze.until} />
          </p>
          {snooze.reason && <p dir="auto">{snooze.reason}</p>}
          {snooze.isRedacted && (
            <p>
              <ErasedData />
            </p>
          )}
          <p className="quiet small">
            <ActorName actor={snooze.by} /> · <Instant at={snooze.at} />
          </p>
        </div>
      )}
      <div className="cluster">
        {assignedTo !== me && (
          <Button disabled={isBusy} onClick={() => void act(() => assign(me))}>
            {t('work.take')}
          </Button>
        )}
        <Button onClick={() => open('give')}>{t('work.give')}</Button>
        {assignedTo !== undefined && (
          <Button disabled={isBusy} onClick={() => void act(() => assign(null))}>
            {t('work.giveBack')}
          </Button>
        )}
        {snooze ? (
          <Button disabled={isBusy} onClick={() => void act(() => doWork('RequestSnoozed', requestId, { until: null }))}>
            {t('work.wake')}
          </Button>
        ) : (
          <Button onClick={() => open('snooze')}>{t('work.snooze')}</Button>
        )}
      </div>
      <NotDone result={problem} />
      {opened === 'give' && <GiveDialog perform={assign} onDone={onDone} close={close} />}
      {opened === 'snooze' && <SnoozeDialog perform={data => doWork('RequestSnoozed', requestId, data)} onDone={onDone} close={close} />}
    </>
  )
}
