import type { ParkedRedrive, ShownParked } from '@holdfast/schemas'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { get, post, RefusedError } from '../api/client.ts'
import { CloseButton, Outcome, Review } from '../commands/act-steps.tsx'
import { Button } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { Instant } from '../components/instant.tsx'
import { Loading } from '../components/loading.tsx'
import { NotReached } from '../components/not-reached.tsx'
import { useWords } from '../words/index.ts'
import { tryingState } from './redriving.ts'
import { useRedrive } from './use-redrive.ts'

interface ParkedDialogProps {
  readonly requestId: string
  close(): void
}

/** What a redrive would meet, a page that says what it leads to, and then what the services say to it. */
export function ParkedDialog({ requestId, close }: ParkedDialogProps) {
  const words = useWords()
  const { operations } = words
  const path = `/v1/parked/${encodeURIComponent(requestId)}`
  const { data, error, refetch } = useQuery({ queryKey: ['parked', requestId], queryFn: ({ signal }) => get<ShownParked>(path, signal) })
  const { isReview, setReview, isBusy, outcome, confirm } = useRedrive(() => post<ParkedRedrive>(`${path}/redrive`, {}))
  const asked = outcome?.is === 'done' ? outcome.answer.asked : undefined
  const sentence = outcome?.is === 'signInAgain' ? operations.signInAgain : undefined
  const isGone = error instanceof RefusedError && error.status === 404
  return (
    <Dialog
      title={`${operations.request} ${requestId.slice(0, 8)}`}
      step={isReview && !outcome ? operations.review : undefined}
      close={close}
    >
      {shut => {
        if (asked) return <Trying requestId={requestId} askedAt={asked.at} close={shut} />
        if (outcome && outcome.is !== 'done')
          return <Outcome outcome={outcome} sentence={sentence} isBusy={isBusy} again={confirm} close={shut} />
        if (isReview && data)
          return (
            <Review
              consequence={operations.tryWhat}
              backWord={operations.back}
              confirmWord={operations.tryNow}
              isBusy={isBusy}
              back={() => setReview(false)}
              confirm={confirm}
            >
              <p>{data.stillThrows === undefined ? operations.trySafe : operations.stillFails}</p>
            </Review>
          )
        return (
          <>
            {isGone && <p role="alert">{operations.gone}</p>}
            {error && !isGone && <NotReached retry={() => void refetch()} />}
            {!data && !error && <Loading />}
            {data && <WhatWaits shown={data} />}
            <div className="cluster end">
              <CloseButton close={shut} />
              {data && (
                <Button kind="primary" onClick={() => setReview(true)}>
                  {operations.tryAgain}
                </Button>
              )}
            </div>
          </>
        )
      }}
    </Dialog>
  )
}

function WhatWaits({ shown }: { readonly shown: ShownParked }) {
  const { operations } = useWords()
  return (
    <>
      <dl className="pairs">
        <div>
          <dt>{operations.request}</dt>
          <dd>
            <bdi className="figures breakable">{shown.requestId}</bdi>
          </dd>
        </div>
        {shown.parked.map(({ service, partition, since, reason }) => (
          <div key={`${service}/${partition}`}>
            <dt>
              {operations.at} <bdi>{service}</bdi> · {operations.since} <Instant at={since} />
            </dt>
            <dd>
              <bdi className="breakable" lang="en">
                {reason}
              </bdi>
            </dd>
          </div>
        ))}
        <div>
          <dt>{operations.ledgerRecords}</dt>
          <dd className="figures">{shown.recordCount}</dd>
        </div>
        <div>
          <dt>{operations.commands}</dt>
          <dd className="figures">{shown.commandCount}</dd>
        </div>
      </dl>
      {shown.stillThrows !== undefined && (
        <p className="urgent">
          {operations.stillFails}{' '}
          <bdi className="small breakable" lang="en">
            {shown.stillThrows}
          </bdi>
        </p>
      )}
    </>
  )
}

/** A service says within ten seconds whether it goes on. */
const waitsMs = 15_000
const lookEveryMs = 1_000

interface TryingProps {
  readonly requestId: string
  readonly askedAt: string
  close(): void
}

function Trying({ requestId, askedAt, close }: TryingProps) {
  const { operations } = useWords()
  const client = useQueryClient()
  const { state, isOver } = useLooking(requestId, askedAt)
  useEffect(() => {
    if (state !== 'trying') void client.invalidateQueries({ queryKey: ['parked'] })
  }, [client, state])
  return (
    <>
      <p role="status" className={state === 'staysParked' ? 'urgent' : undefined}>
        {state === 'trying' && isOver ? operations.noWord : operations[state]}
      </p>
      <div className="cluster end">
        <CloseButton close={close} />
      </div>
    </>
  )
}

/** Looks each second what the services say, until they have all said it or the time for that is over. */
function useLooking(requestId: string, askedAt: string) {
  const [startedMs] = useState(Date.now)
  // Null once it is not parked any more.
  const stateOf = (shown: ShownParked | null | undefined) => (shown === undefined ? 'trying' : tryingState(shown ?? undefined, askedAt))
  const isOver = (atMs: number): boolean => atMs - startedMs > waitsMs
  const { data, dataUpdatedAt } = useQuery({
    queryKey: ['trying', requestId, askedAt],
    queryFn: ({ signal }) =>
      get<ShownParked>(`/v1/parked/${encodeURIComponent(requestId)}`, signal).catch(error => {
        if (error instanceof RefusedError && error.status === 404) return null
        throw error
      }),
    refetchInterval: ({ state }) => (stateOf(state.data) !== 'trying' || isOver(state.dataUpdatedAt) ? false : lookEveryMs),
  })
  return { state: stateOf(data), isOver: isOver(dataUpdatedAt) }
}
