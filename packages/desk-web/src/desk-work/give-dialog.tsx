import { useState } from 'react'
import type { ActResult } from '../commands/give.ts'
import { useWords } from '../words/index.ts'
import { PersonField } from './person-field.tsx'
import { WorkDialog } from './work-dialog.tsx'

interface GiveDialogProps {
  perform(person: string): Promise<ActResult>
  onDone(): void
  close(): void
}

export function GiveDialog({ perform, onDone, close }: GiveDialogProps) {
  const { work } = useWords()
  const [person, setPerson] = useState('')
  return (
    <WorkDialog title={work.giveTitle} doWord={work.giveDo} perform={() => perform(person.trim())} onDone={onDone} close={close}>
      <PersonField value={person} onChange={setPerson} />
    </WorkDialog>
  )
}
