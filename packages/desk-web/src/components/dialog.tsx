import { type ReactNode, type RefObject, useEffect, useId, useRef } from 'react'

interface DialogProps {
  readonly title: string
  /** The current step, shown after the title. */
  readonly step?: string | undefined
  readonly className?: string
  close(): void
  /** Gets a function to close the dialog, so that the focus returns to where it was opened. */
  readonly children: (shut: () => void) => ReactNode
}

export function Dialog({ title, step, className = '', close, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} className={`card dialog stack ${className}`} aria-labelledby={id} onClose={close}>
      <h2 id={id}>
        {title}
        {step && <span className="quiet"> · {step}</span>}
      </h2>
      {children(() => dialog.current?.close())}
    </dialog>
  )
}

/** Moves the focus to the start of a step, so that it is read from there. */
export function useFocus<E extends HTMLElement>(): RefObject<E | null> {
  const place = useRef<E>(null)
  useEffect(() => place.current?.focus(), [])
  return place
}
