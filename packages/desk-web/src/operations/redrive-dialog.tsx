import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { RefusedError } from '../api/client.ts'
import { CloseButton, Outcome, Review } from '../commands/act-steps.tsx'
import { Button } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { Loading } from '../components/loading.tsx'
import { NotReached } from '../components/not-reached.tsx'
import { useTranslate } from '../locales/index.ts'
import { type Redriven, redriven } from './redriving.ts'

interface RedriveDialogProps<Shown, Answer> {
  readonly title: string
  readonly queryKey: readonly unknown[]
  read(signal: AbortSignal): Promise<Shown>
  send(): Promise<Answer>
  /** The first step. */
  readonly show: (shown: Shown) => ReactNode
  /** The label of the next button; undefined if the record can't be sent. */
  readonly sendWord: (shown: Shown) => string | undefined
  readonly consequence: (shown: Shown) => string
  readonly confirmWord: string
  /** Further text before it is sent. */
  readonly review: (shown: Shown) => ReactNode
  readonly done: (answer: Answer, shut: () => void) => ReactNode
  close(): void
}

/** A redrive by an operator: its subject, a step with the consequence, and then the outcome. */
export function RedriveDialog<Shown, Answer>(props: RedriveDialogProps<Shown, Answer>) {
  const t = useTranslate()
  const client = useQueryClient()
  const { data, error, refetch } = useQuery({ queryKey: props.queryKey, queryFn: ({ signal }) => props.read(signal) })
  const [isReview, setReview] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [outcome, setOutcome] = useState<Redriven<Answer>>()
  const isGone = error instanceof RefusedError && error.status === 404
  const sendWord = data && props.sendWord(data)
  async function send(): Promise<void> {
    setBusy(true)
    setOutcome(await redriven(props.send).finally(() => setBusy(false)))
  }
  const confirm = (): void => void send()
  return (
    <Dialog
      title={props.title}
      step={isReview && !outcome ? t('operations.review') : undefined}
      close={() => {
        client.removeQueries({ queryKey: props.queryKey, exact: true })
        props.close()
      }}
    >
      {shut => {
        if (outcome?.is === 'done') return props.done(outcome.answer, shut)
        if (outcome)
          return (
            <Outcome
              outcome={outcome}
              sentence={outcome.is === 'signInAgain' ? t('operations.signInAgain') : undefined}
              isBusy={isBusy}
              again={confirm}
              close={shut}
            />
          )
        if (isReview && data)
          return (
            <Review
              consequence={props.consequence(data)}
              backWord={t('operations.back')}
              confirmWord={props.confirmWord}
              isBusy={isBusy}
              back={() => setReview(false)}
              confirm={confirm}
            >
              {props.review(data)}
            </Review>
          )
        return (
          <>
            {isGone && <p role="alert">{t('operations.gone')}</p>}
            {error && !isGone && <NotReached retry={() => void refetch()} />}
            {!data && !error && <Loading />}
            {data && props.show(data)}
            <div className="cluster end">
              <CloseButton close={shut} />
              {sendWord && (
                <Button kind="primary" onClick={() => setReview(true)}>
                  {sendWord}
                </Button>
              )}
            </div>
          </>
        )
      }}
    </Dialog>
  )
}
