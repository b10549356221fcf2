import type { ReactNode } from 'react'
import type { ActResult } from '../commands/give.ts'
import { Button } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { useTranslate } from '../locales/index.ts'
import { NotDone } from './not-done.tsx'
import { useAct } from './use-act.ts'

interface WorkDialogProps {
  readonly title: string
  /** The label of the submit button. */
  readonly doWord: string
  readonly children: ReactNode
  perform(): Promise<ActResult>
  /** Called after success, before the dialog closes. */
  onDone(): void
  close(): void
}

/** A form for one action. After a failure it stays filled in, with the reason; a retry uses the same key. */
export function WorkDialog({ title, close, ...form }: WorkDialogProps) {
  return (
    <Dialog title={title} close={close}>
      {shut => <WorkForm {...form} shut={shut} />}
    </Dialog>
  )
}

interface WorkFormProps extends Omit<WorkDialogProps, 'title' | 'close'> {
  shut(): void
}

function WorkForm({ doWord, children, perform, onDone, shut }: WorkFormProps) {
  const t = useTranslate()
  const { act, isBusy, problem } = useAct(() => {
    onDone()
    shut()
  })
  return (
    <form
      className="stack"
      onSubmit={event => {
        event.preventDefault()
        void act(perform)
      }}
    >
      {children}
      <NotDone result={problem} />
      <div className="cluster end">
        <Button onClick={shut}>{t('request.cancel')}</Button>
        <Button type="submit" kind="primary" disabled={isBusy}>
          {doWord}
        </Button>
      </div>
    </form>
  )
}
