import './palette.css'
import { useRouter } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { Button } from '../components/button.tsx'
import { useTranslate } from '../locales/index.ts'
import type { Entry } from './entries.ts'
import { useEntries } from './use-entries.ts'

interface PaletteDialogProps {
  close(): void
  showKeys(): void
}

/** A field and a list: typing filters the list, arrows move through it, Enter opens an entry. */
export function PaletteDialog({ close, showKeys }: PaletteDialogProps) {
  const t = useTranslate()
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
  // By position, not by id: an entry that arrives from the engine must not move the selection.
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
      aria-label={t('palette.title')}
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
        aria-label={t('palette.input')}
        placeholder={t('palette.input')}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={event => {
          setTyped(event.target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
      />
      <div id={listId} role="listbox" aria-label={t('palette.title')} className="palette-list">
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
        {isLooking ? t('loading') : entries.length === 0 ? t('palette.none') : ''}
      </p>
      <div className="cluster spread">
        <Button kind="small" onClick={showKeys}>
          {t('palette.keysTitle')}
        </Button>
        <Button kind="small" onClick={() => dialog.current?.close()}>
          {t('request.close')}
        </Button>
      </div>
    </dialog>
  )
}
