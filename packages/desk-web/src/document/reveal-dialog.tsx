import type { FieldState } from '@holdfast/schemas/field-states'
import { useRef, useState } from 'react'
import { reveal } from '../desk-work/do-work.ts'
import { WorkDialog } from '../desk-work/work-dialog.tsx'
import { useWords } from '../words/index.ts'
import type { FieldLocation } from './field-location.ts'

interface RevealDialogProps {
  readonly place: FieldLocation
  onField(field: FieldState): void
  close(): void
}

/** Asks what for, as that goes on record before the field is shown. */
export function RevealDialog({ place: { requestId, path, name }, onField, close }: RevealDialogProps) {
  const { field } = useWords().work
  const [purpose, setPurpose] = useState('')
  const revealed = useRef<FieldState>(undefined)
  return (
    <WorkDialog
      title={field.title(name)}
      doWord={field.do}
      perform={() =>
        reveal(requestId, { path, purpose: purpose.trim() }, given => {
          revealed.current = given
        })
      }
      onDone={() => revealed.current && onField(revealed.current)}
      close={close}
    >
      <p className="small">{field.note}</p>
      <label className="field">
        {field.purpose}
        <input value={purpose} required minLength={5} maxLength={350} dir="auto" onChange={event => setPurpose(event.target.value)} />
      </label>
    </WorkDialog>
  )
}
