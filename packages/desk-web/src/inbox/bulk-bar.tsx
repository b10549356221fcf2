import { useState } from 'react'
import type { ActResult } from '../commands/give.ts'
import { Button } from '../components/button.tsx'
import { doForAll, doWork } from '../desk-work/do-work.ts'
import { GiveDialog } from '../desk-work/give-dialog.tsx'
import { SnoozeDialog } from '../desk-work/snooze-dialog.tsx'
import { useTranslate } from '../locales/index.ts'

interface BulkBarProps {
  readonly ids: readonly string[]
  readonly chosen: ReadonlySet<string>
  readonly kind: 'me' | 'unassigned'
  readonly me: string
  choose(ids: ReadonlySet<string>): void
  /** Reports which succeeded, and which stay selected because they failed. */
  finish(sentence: string, stay: readonly string[]): void
}

type One = (requestId: string) => Promise<ActResult>

/** One action for all selected requests. */
export function BulkBar({ ids, chosen, kind, me, choose, finish }: BulkBarProps) {
  const t = useTranslate()
  const [opened, open] = useState<'give' | 'snooze'>()
  const [isBusy, setBusy] = useState(false)
  const all = ids.length > 0 && ids.every(id => chosen.has(id))
  const isNone = chosen.size === 0

  /** A partial success is reported as such; the dialog closes all the same. */
  async function forChosen(one: One): Promise<ActResult> {
    setBusy(true)
    const { done, notDone } = await doForAll([...chosen], one).finally(() => setBusy(false))
    finish(
      [
        done.length > 0 ? t('work.done', { count: done.length }) : '',
        notDone.length > 0 ? t('work.notDone', { count: notDone.length }) : '',
      ]
        .join(' ')
        .trim(),
      notDone,
    )
    return { is: 'applied', commandId: '' }
  }
  const assign = (to: string | null) => forChosen(id => doWork('RequestAssigned', id, { to }))
  const dialog = { onDone: () => undefined, close: () => open(undefined) }

  return (
    <fieldset className="cluster across-3" disabled={isBusy}>
      <legend className="unseen">{t('work.forChosen')}</legend>
      <label className="check choose-all">
        <input type="checkbox" checked={all} onChange={() => choose(all ? new Set() : new Set(ids))} />
        {t('work.chooseAll')}
      </label>
      <span className="quiet small figures">{t('work.chosen', { count: chosen.size })}</span>
      {kind === 'unassigned' ? (
        <Button disabled={isNone} onClick={() => void assign(me)}>
          {t('work.take')}
        </Button>
      ) : (
        <Button disabled={isNone} onClick={() => void assign(null)}>
          {t('work.giveBack')}
        </Button>
      )}
      <Button disabled={isNone} onClick={() => open('give')}>
        {t('work.give')}
      </Button>
      <Button disabled={isNone} onClick={() => open('snooze')}>
        {t('work.snooze')}
      </Button>
      {opened === 'give' && <GiveDialog perform={assign} {...dialog} />}
      {opened === 'snooze' && <SnoozeDialog perform={data => forChosen(id => doWork('RequestSnoozed', id, data))} {...dialog} />}
    </fieldset>
  )
}
