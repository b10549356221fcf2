import { type ReactNode, useEffect, useId, useRef } from 'react'
import type { ActResult } from '../commands/give.ts'
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
export function WorkDialog({ title, doWord, children, perform, onDone, close }: WorkDialogProps) {
  const words = useWords()
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => dialog.current?.showModal(), [])
  // Closed as a dialog first: the focus goes back to where it was opened.
  const shut = (): void => dialog.current?.close()
  const { act, isBusy, problem } = useAct(() => {
    onDone()
    shut()
  })
  return (
    <dialog ref={dialog} className="card act-dialog" aria-labelledby={titleId} onClose={close}>
      <h2 id={titleId}>{title}</h2>
      <form
        className="act-form"
        onSubmit={event => {
          event.preventDefault()
          void act(perform)
        }}
      >
        {children}
        <NotDone given={problem} />
        <div className="dialog-buttons">
          <button type="button" className="button" onClick={shut}>
            {words.request.cancel}
          </button>
          <button type="submit" className="button" data-kind="primary" disabled={isBusy}>
            {doWord}
          </button>
        </div>
      </form>
    </dialog>
  )
}
