import type { CircuitView } from '@holdfast/schemas'
import { Instant } from '../components/instant.tsx'
import { useTranslate } from '../locales/index.ts'
import { healthOfCircuit, inNameOrder } from './health-levels.ts'
import { OperationsTable } from './operations-table.tsx'
import { StateMark } from './state-mark.tsx'

interface CircuitsTableProps {
  readonly circuits: readonly CircuitView[]
  readonly more: number
}

/** Recipients of orders by webhook or file, and those that are paused after failures. */
export function CircuitsTable({ circuits, more }: CircuitsTableProps) {
  const t = useTranslate()
  if (circuits.length === 0) return <p className="quiet">{t('operations.circuitsNone')}</p>
  return (
    <>
      <OperationsTable
        rows={inNameOrder(circuits)}
        keyOf={({ recipient, instance }) => `${recipient}/${instance}`}
        columns={[
          {
            name: t('operations.recipient'),
            cell: ({ recipient, instance }) => (
              <>
                <bdi className="strong">{recipient}</bdi>
                <bdi className="quiet small figures">{instance}</bdi>
              </>
            ),
          },
          {
            name: t('operations.state'),
            cell: ({ state, since, triedAt }) => (
              <>
                <StateMark standing={healthOfCircuit[state]} word={t(`operations.circuitStates.${state}`)} />
                {since && (
                  <span className="small">
                    {t('operations.since')} <Instant at={since} />
                  </span>
                )}
                {triedAt && (
                  <span className="small quiet">
                    {t('operations.triedAgain')} <Instant at={triedAt} />
                  </span>
                )}
              </>
            ),
          },
          { name: t('operations.waiting'), is: 'end', cell: ({ waiting }) => waiting },
          {
            name: t('operations.lastFailure'),
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
                <span className="quiet">{t('operations.none')}</span>
              ),
          },
        ]}
      />
      {more > 0 && <p className="quiet small">{t('operations.circuitsMore', { n: String(more) })}</p>}
    </>
  )
}
