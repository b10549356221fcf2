import { useState } from 'react'
import type { ActResult } from '../commands/give.ts'
import { useTranslate } from '../locales/index.ts'
import { serverNowMs } from '../time/server-time.ts'
import { fieldTime, type SnoozeSpan, snoozeSpans, wakesAt } from './snooze-span.ts'
import { WorkDialog } from './work-dialog.tsx'

interface SnoozeDialogProps {
  perform(data: { readonly until: string; readonly reason?: string }): Promise<ActResult>
  onDone(): void
  close(): void
}

export function SnoozeDialog({ perform, onDone, close }: SnoozeDialogProps) {
  const t = useTranslate()
  const [span, setSpan] = useState<SnoozeSpan>('hour')
  const [other, setOther] = useState('')
  const [reason, setReason] = useState('')
  const until = (): string | undefined => wakesAt(span, other, serverNowMs())
  return (
    <WorkDialog
      title={t('work.snoozeTitle')}
      doWord={t('work.snoozeDo')}
      perform={async () => {
        const at = until()
        if (!at) return { is: 'refused', code: 'MALFORMED', message: '', problems: [] }
        return perform({ until: at, ...(reason.trim() ? { reason: reason.trim() } : {}) })
      }}
      onDone={onDone}
      close={close}
    >
      <p className="small">{t('work.snoozeNote')}</p>
      <fieldset className="form-group card pad-3">
        <legend>{t('work.span')}</legend>
        {snoozeSpans.map(each => (
          <label key={each} className="check">
            <input type="radio" name="span" value={each} checked={span === each} onChange={() => setSpan(each)} />
            {t(`work.spans.${each}`)}
          </label>
        ))}
        {span === 'other' && (
          <label className="field">
            {t('work.until')}
            <input
              type="datetime-local"
              required
              min={fieldTime(serverNowMs())}
              value={other}
              onChange={event => setOther(event.target.value)}
            />
          </label>
        )}
      </fieldset>
      <label className="field">
        {t('work.reason')}
        <input value={reason} maxLength={350} dir="auto" onChange={event => setReason(event.target.value)} />
      </label>
    </WorkDialog>
  )
}
