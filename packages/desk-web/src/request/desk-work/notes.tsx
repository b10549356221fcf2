import type { NoteView } from '@holdfast/schemas'
import { useId, useState } from 'react'
import { ActorName } from '../../components/actor.tsx'
import { Button } from '../../components/button.tsx'
import { ErasedData } from '../../components/erased-data.tsx'
import { Instant } from '../../components/instant.tsx'
import { doWork } from '../../desk-work/do-work.ts'
import { NotDone } from '../../desk-work/not-done.tsx'
import { useAct } from '../../desk-work/use-act.ts'
import { WorkDialog } from '../../desk-work/work-dialog.tsx'
import { useWords } from '../../words/index.ts'

interface NotesProps {
  readonly requestId: string
  readonly notes: readonly NoteView[]
  onDone(): void
}

/** What the desk has noted of a request, newest first. A struck note stays, and is seen to be struck. */
export function Notes({ requestId, notes, onDone }: NotesProps) {
  const { work } = useWords()
  const [striking, strike] = useState<NoteView>()
  return (
    <>
      <h3>{work.notes}</h3>
      <NewNote requestId={requestId} onDone={onDone} />
      {notes.length === 0 && <p className="quiet">{work.noNotes}</p>}
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
  const { work } = useWords()
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
          {work.struckBy} <ActorName actor={struck.by} /> · <Instant at={struck.at} />: <bdi>{struck.reason ?? <ErasedData />}</bdi>
        </p>
      ) : (
        <Button kind="small" onClick={strike}>
          {work.strike}
        </Button>
      )}
    </li>
  )
}

function NewNote({ requestId, onDone }: { readonly requestId: string; onDone(): void }) {
  const { work } = useWords()
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
        {work.note}
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
          {work.noteHint}
        </span>
      </label>
      <NotDone given={problem} />
      <div>
        <Button type="submit" disabled={isBusy}>
          {work.noteDo}
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
  const { work } = useWords()
  const [reason, setReason] = useState('')
  return (
    <WorkDialog
      title={work.strikeTitle}
      doWord={work.strikeDo}
      perform={() => doWork('NoteStruck', requestId, { note: note.sequence, reason: reason.trim() })}
      onDone={onDone}
      close={close}
    >
      <p className="note-text" dir="auto">
        {note.text ?? <ErasedData />}
      </p>
      <label className="field">
        {work.strikeWhy}
        <input value={reason} required maxLength={350} dir="auto" onChange={event => setReason(event.target.value)} />
      </label>
    </WorkDialog>
  )
}
