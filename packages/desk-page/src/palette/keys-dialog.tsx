import './palette.css'
import { useEffect, useRef } from 'react'
import { pagesFor } from '../session/pages.ts'
import { usePreferences } from '../session/preferences.ts'
import { useSession } from '../session/use-session.ts'
import { useWords } from '../words/index.ts'

/** All keys, and where to switch them off. */
export function KeysDialog({ close }: { close(): void }) {
  const words = useWords()
  const { palette } = words
  const { singleKeys } = usePreferences()
  const who = useSession().data
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  const keys = [
    ['.', palette.title],
    ...pagesFor(who ?? {}, words).map(({ keys, name }) => [keys, name]),
    ['/', palette.keys.search],
    ['j', palette.keys.next],
    ['k', palette.keys.previous],
    ['Enter', palette.keys.open],
    ['Esc', palette.keys.close],
    ['?', palette.keysTitle],
  ]
  return (
    <dialog ref={dialog} className="card palette" aria-label={palette.keysTitle} onClose={close}>
      <h2>{palette.keysTitle}</h2>
      <p className="small quiet">{singleKeys ? palette.keysOn : palette.keysOff}</p>
      <dl className="keys">
        {keys.map(([key, name]) => (
          <div key={key}>
            <dt>
              <kbd dir="ltr">{key}</kbd>
            </dt>
            <dd>{name}</dd>
          </div>
        ))}
      </dl>
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={() => dialog.current?.close()}>
          {words.request.close}
        </button>
      </div>
    </dialog>
  )
}
