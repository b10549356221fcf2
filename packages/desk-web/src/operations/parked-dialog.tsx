import type { ParkedRedrive, ParkedRequestDetail } from '@holdfast/schemas'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { get, post, RefusedError } from '../api/client.ts'
import { CloseButton } from '../commands/act-steps.tsx'
import { Instant } from '../components/instant.tsx'
import { Pair } from '../components/pair.tsx'
import { useWords } from '../words/index.ts'
import { RedriveDialog } from './redrive-dialog.tsx'
import { tryingState } from './redriving.ts'

interface ParkedDialogProps {
  readonly requestId: string
  close(): void
}

/** What a redrive would meet, a page that says what it leads to, and then what the services say to it. */
export function ParkedDialog({ requestId, close }: ParkedDialogProps) {
  const { operations } = useWords()
  const path = `/v1/parked/${encodeURIComponent(requestId)}`
  return (
    <RedriveDialog
      title={`${operations.request} ${requestId.slice(0, 8)}`}
      queryKey={['parked', requestId]}
      read={signal => get<ParkedRequestDetail>(path, signal)}
      send={() => post<ParkedRedrive>(`${path}/redrive`, {})}
      show={shown => <WhatWaits shown={shown} />}
      sendWord={() => operations.tryAgain}
      consequence={() => operations.tryWhat}
      confirmWord={operations.tryNow}
      review={shown => <p>{shown.stillThrows === undefined ? operations.trySafe : operations.stillFails}</p>}
      done={({ asked }, shut) => asked && <Trying requestId={requestId} askedAt={asked.at} close={shut} />}
      close={close}
    />
  )
}

function WhatWaits({ shown }: { readonly shown: ParkedRequestDetail }) {
  const { operations } = useWords()
  return (
    <>
      <dl className="pairs">
        <Pair name={operations.request}>
          <bdi className="figures breakable">{shown.requestId}</bdi>
        </Pair>
        {shown.parked.map(({ service, partition, since, reason }) => (
          <Pair
            key={`${service}/${partition}`}
            name={
              <>
                {operations.at} <bdi>{service}</bdi> · {operations.since} <Instant at={since} />
              </>
            }
          >
            <bdi className="breakable" lang="en">
              {reason}
            </bdi>
          </Pair>
        ))}
        <Pair name={operations.ledgerRecords}>{shown.recordCount}</Pair>
        <Pair name={operations.commands}>{shown.commandCount}</Pair>
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
  const stateOf = (shown: ParkedRequestDetail | null | undefined) =>
    shown === undefined ? 'trying' : tryingState(shown ?? undefined, askedAt)
  const isOver = (atMs: number): boolean => atMs - startedMs > waitsMs
  const { data, dataUpdatedAt } = useQuery({
    queryKey: ['trying', requestId, askedAt],
    queryFn: ({ signal }) =>
      get<ParkedRequestDetail>(`/v1/parked/${encodeURIComponent(requestId)}`, signal).catch(error => {
        if (error instanceof RefusedError && error.status === 404) return null
        throw error
      }),
    refetchInterval: ({ state }) => (stateOf(state.data) !== 'trying' || isOver(state.dataUpdatedAt) ? false : lookEveryMs),
  })
  return { state: stateOf(data), isOver: isOver(dataUpdatedAt) }
}
