import type { CircuitView } from '@holdfast/schemas'
import { Instant } from '../components/instant.tsx'
import { useWords } from '../words/index.ts'
import { OperationsTable } from './operations-table.tsx'
import { inNameOrder, standingOfCircuit } from './standing.ts'
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
        columns={[
          { name: operations.recipient },
          { name: operations.state },
          { name: operations.waiting, is: 'end' },
          { name: operations.lastFailure },
        ]}
      >
        {inNameOrder(circuits).map(circuit => (
          <Row key={`${circuit.recipient}/${circuit.instance}`} circuit={circuit} />
        ))}
      </OperationsTable>
      {more > 0 && <p className="quiet small">{operations.circuitsMore(String(more))}</p>}
    </>
  )
}

function Row({ circuit }: { readonly circuit: CircuitView }) {
  const { operations } = useWords()
  const { recipient, instance, state, since, triedAt, waiting, lastFailure } = circuit
  return (
    <tr>
      <td data-name={operations.recipient}>
        <bdi className="operations-name">{recipient}</bdi>
        <bdi className="quiet small figures">{instance}</bdi>
      </td>
      <td data-name={operations.state}>
        <StateMark standing={standingOfCircuit[state]} word={operations.circuitStates[state]} />
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
      </td>
      <td data-name={operations.waiting} className="end figures">
        {waiting}
      </td>
      <td data-name={operations.lastFailure} className="operations-wide">
        {lastFailure ? (
          <>
            <Instant at={lastFailure.at} />
            <bdi className="small" lang="en">
              {lastFailure.why}
            </bdi>
          </>
        ) : (
          <span className="quiet">{operations.none}</span>
        )}
      </td>
    </tr>
  )
}
