import { useState } from 'react'
import type { ActResult } from '../commands/give.ts'
import { useTranslate } from '../locales/index.ts'
import { PersonField } from './person-field.tsx'
import { WorkDialog } from './work-dialog.tsx'

interface GiveDialogProps {
  perform(person: string): Promise<ActResult>
  onDone(): void
  close(): void
}

export function GiveDialog({ perform, onDone, close }: GiveDialogProps) {
  const t = useTranslate()
  const [person, setPerson] = useState('')
  return (
    <WorkDialog title={t('work.giveTitle')} doWord={t('work.giveDo')} perform={() => perform(person.trim())} onDone={onDone} close={close}>
      <PersonField value={person} onChange={setPerson} />
    </WorkDialog>
  )
}
