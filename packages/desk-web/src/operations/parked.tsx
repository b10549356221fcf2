import type { ParkedRequest } from '@holdfast/schemas'
import { useState } from 'react'
import { Button } from '../components/button.tsx'
import { Instant } from '../components/instant.tsx'
import { Loading } from '../components/loading.tsx'
import { NotReached } from '../components/not-reached.tsx'
import { useTranslate } from '../locales/index.ts'
import { Block } from './block.tsx'
import { InspectButton } from './inspect-button.tsx'
import { OperationsTable } from './operations-table.tsx'
import { ParkedDialog } from './parked-dialog.tsx'
import { useParked } from './use-operations.ts'

const pageOf = 50
/** The page size of the engine. */
const limitMax = 1_000

/** The parked requests, oldest first. */
export function Parked() {
  const t = useTranslate()
  const [limit, setLimit] = useState(pageOf)
  const [looksAt, setLooksAt] = useState<string>()
  const { data, isError, refetch } = useParked(limit)
  return (
    <Block title={t('operations.parked')} note={t('operations.parkedNote')}>
      {isError && !data && <NotReached retry={() => void refetch()} />}
      {!data && !isError && <Loading />}
      {data?.total === 0 && <p className="quiet">{t('operations.parkedNone')}</p>}
      {data && data.parked.length > 0 && <ParkedTable parked={data.parked} look={setLooksAt} />}
      {data && data.total > data.parked.length && (
        <p className="cluster middle gap-3">
          <span className="quiet small">{t('operations.parkedMore', { n: String(data.total) })}</span>
          {limit < limitMax && <Button onClick={() => setLimit(Math.min(limitMax, limit + pageOf))}>{t('more')}</Button>}
        </p>
      )}
      {looksAt !== undefined && <ParkedDialog requestId={looksAt} close={() => setLooksAt(undefined)} />}
    </Block>
  )
}

interface ParkedTableProps {
  readonly parked: readonly ParkedRequest[]
  look(requestId: string): void
}

function ParkedTable({ parked, look }: ParkedTableProps) {
  const t = useTranslate()
  return (
    <OperationsTable
      rows={parked}
      keyOf={({ requestId, service, partition }) => `${requestId}/${service}/${partition}`}
      columns={[
        {
          name: t('operations.request'),
          cell: ({ requestId }) => (
            <bdi className="figures" title={requestId}>
              {requestId.slice(0, 8)}
            </bdi>
          ),
        },
        {
          name: t('operations.at'),
          cell: ({ service, since }) => (
            <>
              <bdi className="strong">{service}</bdi>
              <span className="small">
                {t('operations.since')} <Instant at={since} />
              </span>
            </>
          ),
        },
        {
          name: t('operations.reason'),
          className: 'operations-wide',
          cell: ({ reason, waitsFor, failedAgainAt, redriveRequested }) => (
            <>
              <bdi className="small" lang="en">
                {reason}
              </bdi>
              {waitsFor && <span className="small">{t('operations.waitsFor', { kind: waitsFor })}</span>}
              {failedAgainAt && (
                <span className="small urgent">
                  {t('operations.failedAgain')} <Instant at={failedAgainAt} />
                </span>
              )}
              {redriveRequested && (
                <span className="small">
                  {t('operations.retryRequestedBy')} <bdi>{redriveRequested.by}</bdi> · <Instant at={redriveRequested.at} />
                </span>
              )}
            </>
          ),
        },
        { name: t('operations.heldCommands'), is: 'end', cell: ({ held }) => held },
        {
          name: t('operations.inspect'),
          is: 'unseen',
          cell: ({ requestId, service }) => <InspectButton what={`${requestId.slice(0, 8)}, ${service}`} look={() => look(requestId)} />,
        },
      ]}
    />
  )
}
