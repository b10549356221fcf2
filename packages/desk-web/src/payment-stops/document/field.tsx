import { type FieldState, fieldStateOf } from '@holdfast/schemas/field-states'
import { type ReactNode, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Instant } from '../../components/instant.tsx'
import { useTranslate } from '../../locales/index.ts'
import type { FieldLocation } from './field-location.ts'
import { RevealDialog } from './reveal-dialog.tsx'

interface FieldProps {
  readonly value: unknown
  readonly place: FieldLocation
  /** How to show its text; default: as it is. */
  children?(text: string): ReactNode
}

/**
 * A field that may be encrypted: its text, a button to reveal it, or the date of its erasure. A revealed text shows
 * until the reader leaves the page, and is not stored.
 */
export function Field({ value, place, children = text => <bdi>{text}</bdi> }: FieldProps) {
  const [revealed, setRevealed] = useState<FieldState>()
  const state = revealed ?? fieldStateOf(value)
  if (!state) return null
  if (state.is === 'plain')
    return revealed ? (
      // The focused button no longer exists.
      <span ref={shown => shown?.focus()} tabIndex={-1}>
        {children(state.text)}
      </span>
    ) : (
      children(state.text)
    )
  if (state.is === 'gone') return <Gone since={state.since} />
  return <EncryptedField place={place} onField={setRevealed} />
}

function Gone({ since }: { readonly since: string }) {
  const t = useTranslate()
  return (
    <span className="mark quiet">
      {t('work.field.gone')} <Instant at={since} />
    </span>
  )
}

function EncryptedField({ place, onField }: { readonly place: FieldLocation; onField(field: FieldState): void }) {
  const t = useTranslate()
  const [isOpen, open] = useState(false)
  return (
    <span>
      <span className="mark quiet">{t('work.field.encrypted')}</span>{' '}
      {place.may === 'now' && (
        <Button kind="small" aria-label={t('work.field.revealOf', { field: place.name })} onClick={() => open(true)}>
          {t('work.field.reveal')}
        </Button>
      )}
      {place.may === 'older' && <span className="quiet small">{t('work.field.notNow')}</span>}
      {isOpen && <RevealDialog place={place} onField={onField} close={() => open(false)} />}
    </span>
  )
}
