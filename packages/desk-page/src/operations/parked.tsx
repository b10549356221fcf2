import type { ParkedRequest } from '@holdfast/schemas'
import { useState } from 'react'
import { Instant } from '../components/instant.tsx'
import { useWords } from '../words/index.ts'
import { Block } from './block.tsx'
import { LookButton } from './look-button.tsx'
import { OperationsTable } from './operations-table.tsx'
import { ParkedDialog } from './parked-dialog.tsx'
import { useParked } from './use-operations.ts'

const pageOf = 50
/** As many as the engine gives at once. */
const limitMax = 1_000

/** The requests that a service can't go on with, those that were parked first first. */
export function Parked() {
  const words = useWords()
  const { operations } = words
  const [limit, setLimit] = useState(pageOf)
  const [looksAt, setLooksAt] = useState<string>()
  const { data, isError } = useParked(limit)
  return (
    <Block title={operations.parked} note={operations.parkedNote}>
      {isError && !data && <p role="alert">{words.notReached}</p>}
      {!data && !isError && <p className="quiet">{words.loading}</p>}
      {data?.total === 0 && <p className="quiet">{operations.parkedNone}</p>}
      {data && data.parked.length > 0 && <ParkedTable parked={data.parked} look={setLooksAt} />}
      {data && data.total > data.parked.length && (
        <p className="operations-more">
          <span className="quiet small">{operations.parkedMore(String(data.total))}</span>
          {limit < limitMax && (
            <button type="button" className="button" onClick={() => setLimit(Math.min(limitMax, limit + pageOf))}>
              {words.more}
            </button>
          )}
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
  const { operations } = useWords()
  return (
    <OperationsTable
      columns={[
        { name: operations.request },
        { name: operations.at },
        { name: operations.reason },
        { name: operations.held, is: 'end' },
        { name: operations.look, is: 'unseen' },
      ]}
    >
      {parked.map(each => (
        <Row key={`${each.requestId}/${each.service}/${each.partition}`} parked={each} look={look} />
      ))}
    </OperationsTable>
  )
}

function Row({ parked, look }: { readonly parked: ParkedRequest; readonly look: (requestId: string) => void }) {
  const { operations } = useWords()
  const { requestId, service, since, reason, waitsFor, held, failedAgainAt, redriveAsked } = parked
  return (
    <tr>
      <td data-name={operations.request}>
        <bdi className="figures" title={requestId}>
          {requestId.slice(0, 8)}
        </bdi>
      </td>
      <td data-name={operations.at}>
        <bdi className="operations-name">{service}</bdi>
        <span className="small">
          {operations.since} <Instant at={since} />
        </span>
      </td>
      <td data-name={operations.reason} className="operations-wide">
        <bdi className="small operations-text" lang="en">
          {reason}
        </bdi>
        {waitsFor && <span className="small">{operations.waitsFor(waitsFor)}</span>}
        {failedAgainAt && (
          <span className="small urgent">
            {operations.failedAgain} <Instant at={failedAgainAt} />
          </span>
        )}
        {redriveAsked && (
          <span className="small">
            {operations.asked} <bdi>{redriveAsked.by}</bdi> · <Instant at={redriveAsked.at} />
          </span>
        )}
      </td>
      <td data-name={operations.held} className="end figures">
        {held}
      </td>
      <td className="end">
        <LookButton what={`${requestId.slice(0, 8)}, ${service}`} look={() => look(requestId)} />
      </td>
    </tr>
  )
}
