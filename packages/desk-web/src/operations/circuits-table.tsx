import type { CircuitView } from '@holdfast/schemas'
import { Instant } from '../components/instant.tsx'
import { useWords } from '../words/index.ts'
import { healthOfCircuit, inNameOrder } from './health-levels.ts'
import { OperationsTable } from './operations-table.tsx'
import { StateMark } from './state-mark.tsx'

interface CircuitsTableProps {
  readonly circuits: readonly CircuitView[]
  readonly more: number
}

/** Who takes orders by webhook or file, and who is left alone after failures. */
export function CircuitsTable({ circuits, more }: CircuitsTableProps) {
  const { operations } = useWords()
  if (circuits.length === 0) return <p className="quiet">{operations.circuitsNone}</p>
  return (
    <>
      <OperationsTable
        rows={inNameOrder(circuits)}
        keyOf={({ recipient, instance }) => `${recipient}/${instance}`}
        columns={[
          {
            name: operations.recipient,
            cell: ({ recipient, instance }) => (
              <>
                <bdi className="strong">{recipient}</bdi>
                <bdi className="quiet small figures">{instance}</bdi>
              </>
            ),
          },
          {
            name: operations.state,
            cell: ({ state, since, triedAt }) => (
              <>
                <StateMark standing={healthOfCircuit[state]} word={operations.circuitStates[state]} />
                {since && (
                  <span className="small">
                    {operations.since} <Instant at={since} />
                  </span>
                )}
                {triedAt && (
                  <span className="small quiet">
                    {operations.triedAgain} <Instant at={triedAt} />
                  </span>
                )}
              </>
            ),
          },
          { name: operations.waiting, is: 'end', cell: ({ waiting }) => waiting },
          {
            name: operations.lastFailure,
            className: 'operations-wide',
            cell: ({ lastFailure }) =>
              lastFailure ? (
                <>
                  <Instant at={lastFailure.at} />
                  <bdi className="small" lang="en">
                    {lastFailure.why}
                  </bdi>
                </>
              ) : (
                <span className="quiet">{operations.none}</span>
              ),
          },
        ]}
      />
      {more > 0 && <p className="quiet small">{operations.circuitsMore(String(more))}</p>}
    </>
  )
}
