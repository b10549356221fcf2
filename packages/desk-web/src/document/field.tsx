import { type FieldState, fieldStateOf } from '@holdfast/schemas/field-states'
import { type ReactNode, useState } from 'react'
import { Button } from '../components/button.tsx'
import { Instant } from '../components/instant.tsx'
import { useWords } from '../words/index.ts'
import type { FieldLocation } from './field-location.ts'
import { RevealDialog } from './reveal-dialog.tsx'

interface FieldProps {
  readonly value: unknown
  readonly place: FieldLocation
  /** How its text is shown; as it is without this. */
  children?(text: string): ReactNode
}

/** A field that may be sealed: its text, that it is sealed and how to see it, or since when it is gone. What was revealed is shown until the page is left, and kept nowhere. */
export function Field({ value, place, children = text => <bdi>{text}</bdi> }: FieldProps) {
  const [revealed, setRevealed] = useState<FieldState>()
  const state = revealed ?? fieldStateOf(value)
  if (!state) return null
  if (state.is === 'plain')
    return revealed ? (
      // The focus was on a button that is there no more.
      <span ref={shown => shown?.focus()} tabIndex={-1}>
        {children(state.text)}
      </span>
    ) : (
      children(state.text)
    )
  if (state.is === 'gone') return <Gone since={state.since} />
  return <Sealed place={place} onField={setRevealed} />
}

function Gone({ since }: { readonly since: string }) {
  const { work } = useWords()
  return (
    <span className="mark quiet">
      {work.field.gone} <Instant at={since} />
    </span>
  )
}

function Sealed({ place, onField }: { readonly place: FieldLocation; onField(field: FieldState): void }) {
  const { work } = useWords()
  const [isOpen, open] = useState(false)
  return (
    <span>
      <span className="mark quiet">{work.field.sealed}</span>{' '}
      {place.may === 'now' && (
        <Button kind="small" aria-label={work.field.revealOf(place.name)} onClick={() => open(true)}>
          {work.field.reveal}
        </Button>
      )}
      {place.may === 'older' && <span className="quiet small">{work.field.notNow}</span>}
      {isOpen && <RevealDialog place={place} onField={onField} close={() => open(false)} />}
    </span>
  )
}
