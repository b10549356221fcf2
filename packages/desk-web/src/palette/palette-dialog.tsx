import './palette.css'
import { useRouter } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { Button } from '../components/button.tsx'
import { useWords } from '../words/index.ts'
import type { Entry } from './entries.ts'
import { useEntries } from './use-entries.ts'

interface PaletteDialogProps {
  close(): void
  showKeys(): void
}

/** A field and a list: what is typed narrows the list, arrows go through it, Enter goes there. */
export function PaletteDialog({ close, showKeys }: PaletteDialogProps) {
  const words = useWords()
  const { palette } = words
  const dialog = useRef<HTMLDialogElement>(null)
  const router = useRouter()
  const listId = useId()
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const { groups, isLooking } = useEntries(typed)
  const entries = groups.flatMap(group => group.entries)
  const chosen = entries[Math.min(at, entries.length - 1)]
  const optionId = (entry: Entry): string => `${listId}-${entries.indexOf(entry)}`
  useEffect(() => dialog.current?.showModal(), [])
  // By its place and not by its id: one that comes from the engine meanwhile must not take the choice along.
  const chosenId = chosen && optionId(chosen)
  useEffect(() => {
    if (chosenId) document.getElementById(chosenId)?.scrollIntoView({ block: 'nearest' })
  }, [chosenId])

  function go({ href }: Entry): void {
    dialog.current?.close()
    void router.navigate({ href })
  }

  function onKeyDown(event: KeyboardEvent): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && entries.length > 0) {
      event.preventDefault()
      setAt(before => (Math.min(before, entries.length - 1) + step + entries.length) % entries.length)
    }
    if (event.key === 'Enter' && chosen) {
      event.preventDefault()
      go(chosen)
    }
  }

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself
    <dialog
      ref={dialog}
      className="card dialog palette stack"
      aria-label={palette.title}
      onClose={close}
      onClick={event => event.target === dialog.current && dialog.current.close()}
    >
      <input
        className="input"
        role="combobox"
        aria-expanded={entries.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={chosenId}
        aria-label={palette.input}
        placeholder={palette.input}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={event => {
          setTyped(event.target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
      />
      <div id={listId} role="listbox" aria-label={palette.title} className="palette-list">
        {groups.map(({ title, entries: own }) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options within a list
          <div key={title} role="group" aria-label={title}>
            <p className="quiet small" aria-hidden="true">
              {title}
            </p>
            {own.map(entry => (
              // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the field has the focus and the keys
              <div
                key={entry.id}
                id={optionId(entry)}
                role="option"
                className="cluster baseline spread gap-0 across-3"
                aria-selected={entry === chosen}
                onClick={() => go(entry)}
              >
                <bdi>{entry.name}</bdi>{' '}
                {entry.detail && (
                  <bdi dir="ltr" className="quiet small figures">
                    {entry.detail}
                  </bdi>
                )}
              </div>
            ))}
          </div>
        ))}
      </div>
      <p className="small quiet palette-state" role="status">
        {isLooking ? words.loading : entries.length === 0 ? palette.none : ''}
      </p>
      <div className="cluster spread">
        <Button kind="small" onClick={showKeys}>
          {palette.keysTitle}
        </Button>
        <Button kind="small" onClick={() => dialog.current?.close()}>
          {words.request.close}
        </Button>
      </div>
    </dialog>
  )
}
