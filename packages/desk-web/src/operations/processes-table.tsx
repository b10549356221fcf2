import type { ProcessView } from '@holdfast/schemas'
import { timeLong } from '../components/countdown.tsx'
import { useWords, type Words } from '../words/index.ts'
import { clockState, healthOfProcess } from './health-levels.ts'
import { OperationsTable } from './operations-table.tsx'
import { StateMark } from './state-mark.tsx'

interface ProcessesTableProps {
  readonly processes: readonly ProcessView[]
  readonly asOf: string
}

export function ProcessesTable({ processes, asOf }: ProcessesTableProps) {
  const words = useWords()
  const { operations } = words
  const silentMs = ({ heardAt }: ProcessView): number => Date.parse(asOf) - Date.parse(heardAt)
  return (
    <OperationsTable
      rows={processes}
      keyOf={({ process, instance }) => `${process}/${instance}`}
      columns={[
        {
          name: operations.process,
          cell: ({ services, instance }) => (
            <>
              <bdi className="strong">{services.join(', ')}</bdi>
              <bdi className="quiet small figures">{instance}</bdi>
            </>
          ),
        },
        {
          name: operations.state,
          className: 'operations-wide',
          cell: process => (
            <>
              <StateMark standing={healthOfProcess[process.state]} word={operations.states[process.state]} />
              {process.state === 'late' && <span className="small">{operations.silent(timeLong(silentMs(process), words))}</span>}
              {process.reasons.length > 0 && (
                <ul className="stack gap-1 small" lang="en" dir="auto">
                  {process.reasons.map(reason => (
                    <li key={reason} className="indent">
                      {reason}
                    </li>
                  ))}
                </ul>
              )}
            </>
          ),
        },
        { name: operations.up, className: 'figures', cell: ({ upSeconds }) => timeLong(upSeconds * 1_000, words) },
        { name: operations.clock, cell: ({ clockAheadMs }) => clockWords(clockAheadMs, words) },
        {
          name: operations.room,
          className: 'figures',
          cell: ({ disk }) => (
            <>
              {bytes(disk.freeBytes, words)}
              <span className="quiet small">{operations.roomLeast(bytes(disk.leastBytes, words))}</span>
            </>
          ),
        },
        { name: operations.version, cell: ({ version }) => <bdi className="figures">{version}</bdi> },
      ]}
    />
  )
}

function clockWords(aheadMs: number | undefined, words: Words): string {
  const { clockRight, clockAhead, clockBehind, unknown } = words.operations
  const { is, byMs } = clockState(aheadMs)
  if (is === 'unknown') return unknown
  if (is === 'right') return clockRight
  return (is === 'ahead' ? clockAhead : clockBehind)(timeLong(byMs, words))
}

const bytes = (count: number, { tag }: Words): string =>
  new Intl.NumberFormat(`${tag}-u-nu-latn`, { style: 'unit', unit: 'gigabyte', maximumFractionDigits: 1 }).format(count / 1e9)
