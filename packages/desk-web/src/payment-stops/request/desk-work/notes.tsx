import type { NoteView } from '@holdfast/schemas'
import { useId, useState } from 'react'
import { ActorName } from '../../../components/actor.tsx'
import { Button } from '../../../components/button.tsx'
import { ErasedData } from '../../../components/erased-data.tsx'
import { Instant } from '../../../components/instant.tsx'
import { doWork } from '../../../desk-work/do-work.ts'
import { NotDone } from '../../../desk-work/not-done.tsx'
import { useAct } from '../../../desk-work/use-act.ts'
import { WorkDialog } from '../../../desk-work/work-dialog.tsx'
import { useTranslate } from '../../../locales/index.ts'

interface NotesProps {
  readonly requestId: string
  readonly notes: readonly NoteView[]
  onDone(): void
}

/** The desk's notes on a request, newest first. A struck note stays visible as struck. */
export function Notes({ requestId, notes, onDone }: NotesProps) {
  const t = useTranslate()
  const [striking, strike] = useState<NoteView>()
  return (
    <>
      <h3>{t('work.notes')}</h3>
      <NewNote requestId={requestId} onDone={onDone} />
      {notes.length === 0 && <p className="quiet">{t('work.noNotes')}</p>}
      <ul className="stack">
        {notes.map(note => (
          <Note key={note.sequence} note={note} strike={() => strike(note)} />
        ))}
      </ul>
      {striking && <StrikeDialog requestId={requestId} note={striking} onDone={onDone} close={() => strike(undefined)} />}
    </>
  )
}

function Note({ note: { text, by, at, struck }, strike }: { readonly note: NoteView; strike(): void }) {
  const t = useTranslate()
  return (
    <li className="note stack gap-1">
      {struck ? (
        <del className="note-text" dir="auto">
          {text ?? <ErasedData />}
        </del>
      ) : (
        <p className="note-text" dir="auto">
          {text ?? <ErasedData />}
        </p>
      )}
      <p className="quiet small">
        <ActorName actor={by} /> · <Instant at={at} />
      </p>
      {struck ? (
        <p className="small">
          {t('work.struckBy')} <ActorName actor={struck.by} /> · <Instant at={struck.at} />: <bdi>{struck.reason ?? <ErasedData />}</bdi>
        </p>
      ) : (
        <Button kind="small" onClick={strike}>
          {t('work.strike')}
        </Button>
      )}
    </li>
  )
}

function NewNote({ requestId, onDone }: { readonly requestId: string; onDone(): void }) {
  const t = useTranslate()
  const [text, setText] = useState('')
  const hintId = useId()
  const { act, isBusy, problem } = useAct(() => {
    setText('')
    onDone()
  })
  return (
    <form
      className="stack"
      onSubmit={event => {
        event.preventDefault()
        if (text.trim() !== '') void act(() => doWork('NoteTaken', requestId, { text: text.trim() }))
      }}
    >
      <label className="field">
        {t('work.note')}
        <textarea
          rows={3}
          value={text}
          maxLength={4000}
          required
          dir="auto"
          aria-describedby={hintId}
          onChange={event => setText(event.target.value)}
        />
        <span id={hintId} className="quiet small">
          {t('work.noteHint')}
        </span>
      </label>
      <NotDone result={problem} />
      <div>
        <Button type="submit" disabled={isBusy}>
          {t('work.noteDo')}
        </Button>
      </div>
    </form>
  )
}

interface StrikeProps {
  readonly requestId: string
  readonly note: NoteView
  onDone(): void
  close(): void
}

function StrikeDialog({ requestId, note, onDone, close }: StrikeProps) {
  const t = useTranslate()
  const [reason, setReason] = useState('')
  return (
    <WorkDialog
      title={t('work.strikeTitle')}
      doWord={t('work.strikeDo')}
      perform={() => doWork('NoteStruck', requestId, { note: note.sequence, reason: reason.trim() })}
      onDone={onDone}
      close={close}
    >
      <p className="note-text" dir="auto">
        {note.text ?? <ErasedData />}
      </p>
      <label className="field">
        {t('work.strikeWhy')}
        <input value={reason} required maxLength={350} dir="auto" onChange={event => setReason(event.target.value)} />
      </label>
    </WorkDialog>
  )
}
