import type { ReactNode } from 'react'
import type { ActResult } from '../commands/give.ts'
import { Button } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { useWords } from '../words/index.ts'
import { NotDone } from './not-done.tsx'
import { useAct } from './use-act.ts'

interface WorkDialogProps {
  readonly title: string
  /** On the button that does it. */
  readonly doWord: string
  readonly children: ReactNode
  perform(): Promise<ActResult>
  /** Done is told before it closes. */
  onDone(): void
  close(): void
}

/** A form that does one thing. Where it was not done it stays, filled in, with the reason; the same again is sent under the same key. */
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
  const words = useWords()
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
      <NotDone given={problem} />
      <div className="cluster end">
        <Button onClick={shut}>{words.request.cancel}</Button>
        <Button type="submit" kind="primary" disabled={isBusy}>
          {doWord}
        </Button>
      </div>
    </form>
  )
}
