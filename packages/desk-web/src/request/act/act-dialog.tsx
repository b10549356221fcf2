import type { RequestView } from '@holdfast/schemas'
import { useState } from 'react'
import type { Act } from '../../commands/act.ts'
import { Outcome, Review } from '../../commands/act-steps.tsx'
import { doneText } from '../../commands/done.ts'
import type { ActResult } from '../../commands/give.ts'
import { ActorName } from '../../components/actor.tsx'
import { Dialog } from '../../components/dialog.tsx'
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
  const [values, setValues] = useState(defaults)
  const [data, setData] = useState<unknown>(act.second?.data)
  const [problems, setProblems] = useState<ReadonlyMap<string, FieldProblem>>(new Map())
  const [given, setGiven] = useState<ActResult>()
  const [isBusy, setBusy] = useState(false)
  // What was done is told of the money as it was before: that of a return is held no more after it.
  const [before] = useState(request.amounts)

  async function confirm(): Promise<void> {
    setBusy(true)
    const answer = await give(act, data).finally(() => setBusy(false))
    if (answer.is === 'refused' && answer.problems.length > 0 && !act.second) {
      setProblems(new Map(answer.problems.map(({ path, message }) => [path.replace(/^\/data/, ''), { message }])))
      setData(undefined)
    } else setGiven(answer)
  }

  const isForm = data === undefined
  const sentence =
    given?.is === 'applied'
      ? doneText(act.command, data, before, words)
      : given?.is === 'proposed' || given?.is === 'pending'
        ? words.request[given.is]
        : undefined
  return (
    <Dialog title={words.commands[act.command]} step={isForm || given ? undefined : words.request.review} close={close}>
      {shut =>
        given ? (
          <Outcome outcome={given} sentence={sentence} isBusy={isBusy} again={() => void confirm()} close={shut} />
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
          <ActReview
            act={act}
            request={request}
            data={data}
            isBusy={isBusy}
            back={act.second ? shut : () => setData(undefined)}
            confirm={() => void confirm()}
          />
        )
      }
    </Dialog>
  )
}

interface ActReviewProps {
  readonly act: Act
  readonly request: RequestView
  readonly data: unknown
  readonly isBusy: boolean
  back(): void
  confirm(): void
}

function ActReview({ act, request, data, ...review }: ActReviewProps) {
  const words = useWords()
  const { act: own, back, cancel, confirm, propose, second } = words.request
  return (
    <Review
      {...review}
      consequence={consequenceOf(act.command, data, request, words)}
      backWord={act.second ? cancel : back}
      confirmWord={act.second ? second : act.joint ? propose : confirm}
    >
      {act.joint && <p>{act.second ? own.isSecond : own.needsTwo}</p>}
      {act.second && (
        <p className="small">
          {words.inbox.proposedBy} <ActorName actor={act.second.proposedBy} /> · <Instant at={act.second.at} />
        </p>
      )}
      <h3>{act.second ? own.words : own.check}</h3>
      <DataPairs data={data} />
    </Review>
  )
}
