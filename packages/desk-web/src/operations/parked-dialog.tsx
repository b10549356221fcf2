import type { ParkedRedrive, ParkedRequestDetail } from '@holdfast/schemas'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { get, post, RefusedError } from '../api/client.ts'
import { CloseButton } from '../commands/act-steps.tsx'
import { Instant } from '../components/instant.tsx'
import { Pair } from '../components/pair.tsx'
import { useTranslate } from '../locales/index.ts'
import { RedriveDialog } from './redrive-dialog.tsx'
import { tryingState } from './redriving.ts'

interface ParkedDialogProps {
  readonly requestId: string
  close(): void
}

/** What a redrive would meet, a step with the consequence, and then the answers of the services. */
export function ParkedDialog({ requestId, close }: ParkedDialogProps) {
  const t = useTranslate()
  const path = `/v1/parked/${encodeURIComponent(requestId)}`
  return (
    <RedriveDialog
      title={`${t('operations.request')} ${requestId.slice(0, 8)}`}
      queryKey={['parked', requestId]}
      read={signal => get<ParkedRequestDetail>(path, signal)}
      send={() => post<ParkedRedrive>(`${path}/redrive`, {})}
      show={shown => <WhatWaits shown={shown} />}
      sendWord={() => t('operations.tryAgain')}
      consequence={() => t('operations.tryWhat')}
      confirmWord={t('operations.tryNow')}
      review={shown => <p>{shown.stillThrows === undefined ? t('operations.trySafe') : t('operations.stillFails')}</p>}
      done={({ asked }, shut) => asked && <Trying requestId={requestId} askedAt={asked.at} close={shut} />}
      close={close}
    />
  )
}

function WhatWaits({ shown }: { readonly shown: ParkedRequestDetail }) {
  const t = useTranslate()
  return (
    <>
      <dl className="pairs">
        <Pair name={t('operations.request')}>
          <bdi className="figures breakable">{shown.requestId}</bdi>
        </Pair>
        {shown.parked.map(({ service, partition, since, reason }) => (
          <Pair
            key={`${service}/${partition}`}
            name={
              <>
                {t('operations.at')} <bdi>{service}</bdi> · {t('operations.since')} <Instant at={since} />
              </>
            }
          >
            <bdi className="breakable" lang="en">
              {reason}
            </bdi>
          </Pair>
        ))}
        <Pair name={t('operations.ledgerRecords')}>{shown.recordCount}</Pair>
        <Pair name={t('operations.commands')}>{shown.commandCount}</Pair>
      </dl>
      {shown.stillThrows !== undefined && (
        <p className="urgent">
          {t('operations.stillFails')}{' '}
          <bdi className="small breakable" lang="en">
            {shown.stillThrows}
          </bdi>
        </p>
      )}
    </>
  )
}

/** A service answers a redrive within ten seconds. */
const waitsMs = 15_000
const lookEveryMs = 1_000

interface TryingProps {
  readonly requestId: string
  readonly askedAt: string
  close(): void
}

function Trying({ requestId, askedAt, close }: TryingProps) {
  const t = useTranslate()
  const client = useQueryClient()
  const { state, isOver } = useLooking(requestId, askedAt)
  useEffect(() => {
    if (state !== 'trying') void client.invalidateQueries({ queryKey: ['parked'] })
  }, [client, state])
  return (
    <>
      <p role="status" className={state === 'staysParked' ? 'urgent' : undefined}>
        {state === 'trying' && isOver ? t('operations.noWord') : t(`operations.${state}`)}
      </p>
      <div className="cluster end">
        <CloseButton close={close} />
      </div>
    </>
  )
}

/** Reads the answers each second, until all services have answered or the time is over. */
function useLooking(requestId: string, askedAt: string) {
  const [startedMs] = useState(Date.now)
  // Null once it is no longer parked.
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
