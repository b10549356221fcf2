import type { RedriveOutcome, ShownDeadLetter } from '@holdfast/schemas'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { get, post, RefusedError } from '../api/client.ts'
import { CloseButton, Outcome, Review } from '../commands/act-steps.tsx'
import { Button } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { Instant } from '../components/instant.tsx'
import { Loading } from '../components/loading.tsx'
import { NotReached } from '../components/not-reached.tsx'
import { useWords } from '../words/index.ts'
import { recordText } from './record-text.ts'
import { StateMark } from './state-mark.tsx'
import { useRedrive } from './use-redrive.ts'

interface LetterDialogProps {
  readonly number: number
  close(): void
}

/** A dead letter whole, what sending it again would do, a page that says what that leads to, and then the act. */
export function LetterDialog({ number, close }: LetterDialogProps) {
  const words = useWords()
  const { operations } = words
  const client = useQueryClient()
  const path = `/v1/dead-letters/${number}`
  const { data, error, refetch } = useQuery({
    queryKey: ['dead-letter', number],
    // Looking at what it would do changes nothing.
    queryFn: async ({ signal }) => {
      const [shown, preview] = await Promise.all([
        get<ShownDeadLetter>(path, signal),
        post<RedriveOutcome>(`${path}/redrive`, { preview: true }),
      ])
      return { shown, preview }
    },
  })
  const { isReview, setReview, isBusy, outcome, confirm } = useRedrive(async () => {
    const answer = await post<RedriveOutcome>(`${path}/redrive`, {})
    void client.invalidateQueries({ queryKey: ['dead-letters'] })
    return answer
  })
  const sentence = outcome?.is === 'signInAgain' ? operations.signInAgain : undefined
  const isGone = error instanceof RefusedError && error.status === 404
  return (
    <Dialog
      title={operations.letter(String(number))}
      step={isReview && !outcome ? operations.review : undefined}
      close={() => {
        client.removeQueries({ queryKey: ['dead-letter', number] })
        close()
      }}
    >
      {shut => {
        if (outcome?.is === 'done') return <Sent outcome={outcome.answer} close={shut} />
        if (outcome) return <Outcome outcome={outcome} sentence={sentence} isBusy={isBusy} again={confirm} close={shut} />
        if (isReview && data)
          return (
            <Review
              consequence={operations.sendWhat(data.preview.topic)}
              backWord={operations.back}
              confirmWord={operations.sendNow}
              isBusy={isBusy}
              back={() => setReview(false)}
              confirm={confirm}
            >
              <Sender preview={data.preview} />
              <p>{operations.sendOnce}</p>
            </Review>
          )
        return (
          <>
            {isGone && <p role="alert">{operations.gone}</p>}
            {error && !isGone && <NotReached retry={() => void refetch()} />}
            {!data && !error && <Loading />}
            {data && <Letter shown={data.shown} preview={data.preview} />}
            <div className="cluster end">
              <CloseButton close={shut} />
              {data && data.preview.why === undefined && !data.preview.redriven && (
                <Button kind="primary" onClick={() => setReview(true)}>
                  {operations.send}
                </Button>
              )}
            </div>
          </>
        )
      }}
    </Dialog>
  )
}

function Letter({ shown, preview }: { readonly shown: ShownDeadLetter; readonly preview: RedriveOutcome }) {
  const { operations } = useWords()
  const { data } = shown.letter
  const headers = Object.entries(data.headers)
  return (
    <>
      <dl className="pairs">
        <div>
          <dt>{operations.reason}</dt>
          <dd>
            <bdi className="breakable" lang="en">
              {data.reason}
            </bdi>
          </dd>
        </div>
        <div>
          <dt>{operations.place}</dt>
          <dd>
            <bdi className="figures">{`${data.topic} ${data.partition}/${data.offset}`}</bdi> · {operations.service}{' '}
            <bdi>{data.service}</bdi> · <Instant at={shown.time} />
          </dd>
        </div>
      </dl>
      <WhatItWouldDo preview={preview} />
      <details>
        <summary>{operations.record}</summary>
        <p className="small quiet">{operations.recordNote}</p>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys */}
        <pre className="small" dir="ltr" tabIndex={0}>
          {[
            `${operations.key}: ${recordText(data.key)}`,
            ...headers.map(([name, text]) => `${recordText(name)}: ${recordText(text)}`),
            '',
            recordText(data.value),
          ].join('\n')}
        </pre>
      </details>
    </>
  )
}

function WhatItWouldDo({ preview }: { readonly preview: RedriveOutcome }) {
  const { operations } = useWords()
  const { why, problems, redriven } = preview
  if (redriven)
    return (
      <p>
        <StateMark standing="good" word={operations.sentAgain} /> <Instant at={redriven.at} /> {operations.by} <bdi>{redriven.by}</bdi>
      </p>
    )
  if (why === undefined)
    return (
      <>
        <p>
          <StateMark standing="watch" word={operations.can} />
        </p>
        <Sender preview={preview} />
      </>
    )
  return (
    <>
      <p>
        <StateMark standing="bad" word={operations.canNot} />
        <bdi className="small breakable" lang="en">
          {why}
        </bdi>
      </p>
      {problems.length > 0 && (
        <>
          <h3>{operations.problems}</h3>
          <ul className="stack gap-1 small" lang="en" dir="auto">
            {problems.map(({ path, message }) => (
              <li key={path + message} className="indent">
                <bdi>{path || '/'}</bdi> {message}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}

function Sender({ preview: { sender } }: { readonly preview: RedriveOutcome }) {
  const { operations } = useWords()
  return (
    <p>
      {operations.sender} {sender === null ? operations.engine : <bdi>{sender}</bdi>}
    </p>
  )
}

function Sent({ outcome, close }: { readonly outcome: RedriveOutcome; readonly close: () => void }) {
  const { operations } = useWords()
  return (
    <>
      <p role="status">
        {operations.sent}{' '}
        {outcome.redriven && (
          <>
            <Instant at={outcome.redriven.at} /> {operations.by} <bdi>{outcome.redriven.by}</bdi>
          </>
        )}
      </p>
      <div className="cluster end">
        <CloseButton close={close} />
      </div>
    </>
  )
}
