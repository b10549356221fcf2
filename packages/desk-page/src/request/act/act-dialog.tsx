import type { RequestView } from '@holdfast/schemas'
import { useEffect, useId, useRef, useState } from 'react'
import { signIn } from '../../api/client.ts'
import type { Act } from '../../commands/act.ts'
import { doneWords } from '../../commands/done.ts'
import type { ActResult } from '../../commands/give.ts'
import { RefusalText } from '../../commands/refusal-text.tsx'
import { ActorName } from '../../components/actor.tsx'
import { Instant } from '../../components/instant.tsx'
import { useWords } from '../../words/index.ts'
import { ActForm } from './act-form.tsx'
import { consequenceOf } from './consequence.ts'
import { DataPairs } from './data-pairs.tsx'
import type { FieldProblem } from './form-field.tsx'
import type { Values } from './schema-form.ts'

interface ActDialogProps {
  readonly act: Act
  readonly request: RequestView
  /** What is filled in from the start, by path. */
  readonly defaults: Values
  give(act: Act, data: unknown): Promise<ActResult>
  close(): void
}

/** A form, then a page that says what it leads to, then the act: nothing legal is done without the second of them. */
export function ActDialog({ act, request, defaults, give, close }: ActDialogProps) {
  const words = useWords()
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  const [values, setValues] = useState(defaults)
  const [data, setData] = useState<unknown>(act.second?.data)
  const [problems, setProblems] = useState<ReadonlyMap<string, FieldProblem>>(new Map())
  const [given, setGiven] = useState<ActResult>()
  const [isBusy, setBusy] = useState(false)
  // What was done is told of the money as it was before: that of a return is held no more after it.
  const [before] = useState(request.amounts)
  useEffect(() => dialog.current?.showModal(), [])
  // Closed as a dialog first: the focus goes back to where it was opened.
  const shut = (): void => dialog.current?.close()

  async function confirm(): Promise<void> {
    setBusy(true)
    const answer = await give(act, data).finally(() => setBusy(false))
    if (answer.is === 'refused' && answer.problems.length > 0 && !act.second) {
      setProblems(new Map(answer.problems.map(({ path, message }) => [path.replace(/^\/data/, ''), { message }])))
      setData(undefined)
    } else setGiven(answer)
  }

  const isForm = data === undefined
  return (
    <dialog ref={dialog} className="card act-dialog" aria-labelledby={titleId} onClose={close}>
      <h2 id={titleId}>
        {words.commands[act.command]}
        {!isForm && !given && <span className="quiet"> · {words.request.review}</span>}
      </h2>
      {given ? (
        <Outcome given={given} applied={doneWords(act.command, data, before, words)} isBusy={isBusy} again={confirm} close={shut} />
      ) : isForm ? (
        <ActForm
          command={act.command}
          isJoint={act.joint}
          values={values}
          problems={problems}
          setValues={setValues}
          setProblems={setProblems}
          review={setData}
          cancel={shut}
        />
      ) : (
        <Review
          act={act}
          request={request}
          data={data}
          isBusy={isBusy}
          back={act.second ? shut : () => setData(undefined)}
          confirm={confirm}
        />
      )}
    </dialog>
  )
}

interface ReviewProps {
  readonly act: Act
  readonly request: RequestView
  readonly data: unknown
  readonly isBusy: boolean
  back(): void
  confirm(): Promise<void>
}

/** What will be, in words, before it is done. */
function Review({ act, request, data, isBusy, back, confirm }: ReviewProps) {
  const words = useWords()
  const { act: own, back: backWord, cancel, confirm: confirmWord, propose, second } = words.request
  const consequence = useRef<HTMLParagraphElement>(null)
  useEffect(() => consequence.current?.focus(), [])
  return (
    <>
      <p ref={consequence} className="consequence" tabIndex={-1}>
        {consequenceOf(act.command, data, request, words)}
      </p>
      {act.joint && <p>{act.second ? own.isSecond : own.needsTwo}</p>}
      {act.second && (
        <p className="small">
          {words.inbox.proposedBy} <ActorName actor={act.second.proposedBy} /> · <Instant at={act.second.at} />
        </p>
      )}
      <h3>{act.second ? own.words : own.check}</h3>
      <DataPairs data={data} />
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={back} disabled={isBusy}>
          {act.second ? cancel : backWord}
        </button>
        <button type="button" className="button" data-kind="primary" onClick={() => void confirm()} disabled={isBusy}>
          {act.second ? second : act.joint ? propose : confirmWord}
        </button>
      </div>
    </>
  )
}

interface OutcomeProps {
  readonly given: ActResult
  /** What was done, where it was. */
  readonly applied: string
  readonly isBusy: boolean
  again(): Promise<void>
  close(): void
}

function Outcome({ given, applied, isBusy, again, close }: OutcomeProps) {
  const words = useWords()
  const { act, proposed, pending, signInAgain, close: closeWord } = words.request
  const sentences = { applied, proposed, pending, lost: act.lost, signInAgain, refused: act.refused }
  return (
    <>
      <div role="status" className={given.is === 'lost' || given.is === 'refused' ? 'urgent' : undefined}>
        <p>{sentences[given.is]}</p>
      </div>
      {given.is === 'refused' && <RefusalText code={given.code} message={given.message} problems={given.problems} />}
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={close}>
          {closeWord}
        </button>
        {given.is === 'lost' && (
          <button type="button" className="button" data-kind="primary" disabled={isBusy} onClick={() => void again()}>
            {act.again}
          </button>
        )}
        {given.is === 'signInAgain' && (
          <button type="button" className="button" data-kind="primary" onClick={() => signIn(true)}>
            {words.signIn}
          </button>
        )}
      </div>
    </>
  )
}
