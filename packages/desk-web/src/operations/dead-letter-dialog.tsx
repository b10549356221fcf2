import type { DeadLetterDetail, RedriveOutcome } from '@holdfast/schemas'
import { useQueryClient } from '@tanstack/react-query'
import { get, post } from '../api/client.ts'
import { CloseButton } from '../commands/act-steps.tsx'
import { Instant } from '../components/instant.tsx'
import { Pair } from '../components/pair.tsx'
import { useWords } from '../words/index.ts'
import { recordText } from './record-text.ts'
import { RedriveDialog } from './redrive-dialog.tsx'
import { StateMark } from './state-mark.tsx'

interface LetterDialogProps {
  readonly number: number
  close(): void
}

/** A dead letter whole, what sending it again would do, a page that says what that leads to, and then the act. */
export function DeadLetterDialog({ number, close }: LetterDialogProps) {
  const { operations } = useWords()
  const client = useQueryClient()
  const path = `/v1/dead-letters/${number}`
  return (
    <RedriveDialog
      title={operations.letter(String(number))}
      queryKey={['dead-letter', number]}
      read={async signal => {
        const [shown, preview] = await Promise.all([
          get<DeadLetterDetail>(path, signal),
          // Looking at what it would do changes nothing.
          post<RedriveOutcome>(`${path}/redrive`, { preview: true }),
        ])
        return { shown, preview }
      }}
      send={async () => {
        const answer = await post<RedriveOutcome>(`${path}/redrive`, {})
        void client.invalidateQueries({ queryKey: ['dead-letters'] })
        return answer
      }}
      show={({ shown, preview }) => <Letter shown={shown} preview={preview} />}
      sendWord={({ preview }) => (preview.why === undefined && !preview.redriven ? operations.send : undefined)}
      consequence={({ preview }) => operations.sendWhat(preview.topic)}
      confirmWord={operations.sendNow}
      review={({ preview }) => (
        <>
          <Sender preview={preview} />
          <p>{operations.sendOnce}</p>
        </>
      )}
      done={(outcome, shut) => <Sent outcome={outcome} close={shut} />}
      close={close}
    />
  )
}

function Letter({ shown, preview }: { readonly shown: DeadLetterDetail; readonly preview: RedriveOutcome }) {
  const { operations } = useWords()
  const { data } = shown.letter
  const headers = Object.entries(data.headers)
  return (
    <>
      <dl className="pairs">
        <Pair name={operations.reason}>
          <bdi className="breakable" lang="en">
            {data.reason}
          </bdi>
        </Pair>
        <Pair name={operations.place}>
          <bdi className="figures">{`${data.topic} ${data.partition}/${data.offset}`}</bdi> · {operations.service} <bdi>{data.service}</bdi>{' '}
          · <Instant at={shown.time} />
        </Pair>
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
