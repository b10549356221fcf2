import type { DeadLetterDetail, RedriveOutcome } from '@holdfast/schemas'
import { useQueryClient } from '@tanstack/react-query'
import { get, post } from '../api/client.ts'
import { CloseButton } from '../commands/act-steps.tsx'
import { Instant } from '../components/instant.tsx'
import { Pair } from '../components/pair.tsx'
import { useTranslate } from '../locales/index.ts'
import { recordText } from './record-text.ts'
import { RedriveDialog } from './redrive-dialog.tsx'
import { StateMark } from './state-mark.tsx'

interface LetterDialogProps {
  readonly number: number
  close(): void
}

/** A dead letter with its record and a preview of its redrive, a step with the consequence, and then the redrive. */
export function DeadLetterDialog({ number, close }: LetterDialogProps) {
  const t = useTranslate()
  const client = useQueryClient()
  const path = `/v1/dead-letters/${number}`
  return (
    <RedriveDialog
      title={t('operations.deadLetter', { number: String(number) })}
      queryKey={['dead-letter', number]}
      read={async signal => {
        const [shown, preview] = await Promise.all([
          get<DeadLetterDetail>(path, signal),
          // The preview changes nothing.
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
      sendWord={({ preview }) => (preview.why === undefined && !preview.redriven ? t('operations.send') : undefined)}
      consequence={({ preview }) => t('operations.sendWhat', { topic: preview.topic })}
      confirmWord={t('operations.sendNow')}
      review={({ preview }) => (
        <>
          <Sender preview={preview} />
          <p>{t('operations.sendOnce')}</p>
        </>
      )}
      done={(outcome, shut) => <Sent outcome={outcome} close={shut} />}
      close={close}
    />
  )
}

function Letter({ shown, preview }: { readonly shown: DeadLetterDetail; readonly preview: RedriveOutcome }) {
  const t = useTranslate()
  const { data } = shown.letter
  const headers = Object.entries(data.headers)
  return (
    <>
      <dl className="pairs">
        <Pair name={t('operations.reason')}>
          <bdi className="breakable" lang="en">
            {data.reason}
          </bdi>
        </Pair>
        <Pair name={t('operations.position')}>
          <bdi className="figures">{`${data.topic} ${data.partition}/${data.offset}`}</bdi> · {t('operations.service')}{' '}
          <bdi>{data.service}</bdi> · <Instant at={shown.time} />
        </Pair>
      </dl>
      <WhatItWouldDo preview={preview} />
      <details>
        <summary>{t('operations.record')}</summary>
        <p className="small quiet">{t('operations.recordNote')}</p>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys */}
        <pre className="small" dir="ltr" tabIndex={0}>
          {[
            `${t('operations.key')}: ${recordText(data.key)}`,
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
  const t = useTranslate()
  const { why, problems, redriven } = preview
  if (redriven)
    return (
      <p>
        <StateMark standing="good" word={t('operations.sentAgain')} /> <Instant at={redriven.at} /> {t('operations.by')}{' '}
        <bdi>{redriven.by}</bdi>
      </p>
    )
  if (why === undefined)
    return (
      <>
        <p>
          <StateMark standing="watch" word={t('operations.can')} />
        </p>
        <Sender preview={preview} />
      </>
    )
  return (
    <>
      <p>
        <StateMark standing="bad" word={t('operations.canNot')} />
        <bdi className="small breakable" lang="en">
          {why}
        </bdi>
      </p>
      {problems.length > 0 && (
        <>
          <h3>{t('operations.problems')}</h3>
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
  const t = useTranslate()
  return (
    <p>
      {t('operations.sender')} {sender === null ? t('operations.engine') : <bdi>{sender}</bdi>}
    </p>
  )
}

function Sent({ outcome, close }: { readonly outcome: RedriveOutcome; readonly close: () => void }) {
  const t = useTranslate()
  return (
    <>
      <p role="status">
        {t('operations.sent')}{' '}
        {outcome.redriven && (
          <>
            <Instant at={outcome.redriven.at} /> {t('operations.by')} <bdi>{outcome.redriven.by}</bdi>
          </>
        )}
      </p>
      <div className="cluster end">
        <CloseButton close={close} />
      </div>
    </>
  )
}
