import '../look/dialogs.css'
import { type ReactNode, type RefObject, useEffect, useId, useRef } from 'react'

interface DialogFrameProps {
  readonly title: string
  /** Which step it is at, behind the title. */
  readonly step?: string | undefined
  close(): void
  /** Given how to shut it: as a dialog first, so that the focus goes back to where it was opened. */
  readonly children: (shut: () => void) => ReactNode
}

export function DialogFrame({ title, step, close, children }: DialogFrameProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} className="card act-dialog operations-dialog" aria-labelledby={id} onClose={close}>
      <h2 id={id}>
        {title}
        {step && <span className="quiet"> · {step}</span>}
      </h2>
      {children(() => dialog.current?.close())}
    </dialog>
  )
}

/** Where the focus goes when a step of a dialog appears, to be read from. */
export function useFocus<E extends HTMLElement>(): RefObject<E | null> {
  const place = useRef<E>(null)
  useEffect(() => place.current?.focus(), [])
  return place
}
