import type { FieldState } from '@holdfast/schemas/field-states'
import { useRef, useState } from 'react'
import { reveal } from '../../desk-work/do-work.ts'
import { WorkDialog } from '../../desk-work/work-dialog.tsx'
import { useTranslate } from '../../locales/index.ts'
import type { FieldLocation } from './field-location.ts'

interface RevealDialogProps {
  readonly place: FieldLocation
  onField(field: FieldState): void
  close(): void
}

/** Asks for the purpose, which is recorded before the field is shown. */
export function RevealDialog({ place: { requestId, path, name }, onField, close }: RevealDialogProps) {
  const t = useTranslate()
  const [purpose, setPurpose] = useState('')
  const revealed = useRef<FieldState>(undefined)
  return (
    <WorkDialog
      title={t('work.field.title', { field: name })}
      doWord={t('work.field.do')}
      perform={() =>
        reveal(requestId, { path, purpose: purpose.trim() }, state => {
          revealed.current = state
        })
      }
      onDone={() => revealed.current && onField(revealed.current)}
      close={close}
    >
      <p className="small">{t('work.field.note')}</p>
      <label className="field">
        {t('work.field.purpose')}
        <input value={purpose} required minLength={5} maxLength={350} dir="auto" onChange={event => setPurpose(event.target.value)} />
      </label>
    </WorkDialog>
  )
}
