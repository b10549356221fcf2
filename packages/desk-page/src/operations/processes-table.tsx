import type { ProcessView } from '@holdfast/schemas'
import { timeLong } from '../components/countdown.tsx'
import { useWords, type Words } from '../words/index.ts'
import { OperationsTable } from './operations-table.tsx'
import { clockStanding, standingOfProcess } from './standing.ts'
import { StateMark } from './state-mark.tsx'

interface ProcessesTableProps {
  readonly processes: readonly ProcessView[]
  readonly asOf: string
}

export function ProcessesTable({ processes, asOf }: ProcessesTableProps) {
  const { operations } = useWords()
  return (
    <OperationsTable
      columns={[
        { name: operations.process },
        { name: operations.state },
        { name: operations.up },
        { name: operations.clock },
        { name: operations.room },
        { name: operations.version },
      ]}
    >
      {processes.map(process => (
        <Row key={`${process.process}/${process.instance}`} process={process} asOf={asOf} />
      ))}
    </OperationsTable>
  )
}

function Row({ process, asOf }: { readonly process: ProcessView; readonly asOf: string }) {
  const words = useWords()
  const { operations } = words
  const { state, reasons, disk } = process
  const silentMs = Date.parse(asOf) - Date.parse(process.heardAt)
  return (
    <tr>
      <td data-name={operations.process}>
        <bdi className="operations-name">{process.services.join(', ')}</bdi>
        <bdi className="quiet small figures">{process.instance}</bdi>
      </td>
      <td data-name={operations.state} className="operations-wide">
        <StateMark standing={standingOfProcess[state]} word={operations.states[state]} />
        {state === 'late' && <span className="small">{operations.silent(timeLong(silentMs, words))}</span>}
        {reasons.length > 0 && (
          <ul className="small operations-reasons" lang="en" dir="auto">
            {reasons.map(reason => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        )}
      </td>
      <td data-name={operations.up} className="figures">
        {timeLong(process.upSeconds * 1_000, words)}
      </td>
      <td data-name={operations.clock}>{clockWords(process.clockAheadMs, words)}</td>
      <td data-name={operations.room} className="figures">
        {bytes(disk.freeBytes, words)}
        <span className="quiet small">{operations.roomLeast(bytes(disk.leastBytes, words))}</span>
      </td>
      <td data-name={operations.version}>
        <bdi className="figures">{process.version}</bdi>
      </td>
    </tr>
  )
}

function clockWords(aheadMs: number | undefined, words: Words): string {
  const { clockRight, clockAhead, clockBehind, unknown } = words.operations
  const { is, byMs } = clockStanding(aheadMs)
  if (is === 'unknown') return unknown
  if (is === 'right') return clockRight
  return (is === 'ahead' ? clockAhead : clockBehind)(timeLong(byMs, words))
}

const bytes = (count: number, { tag }: Words): string =>
  new Intl.NumberFormat(`${tag}-u-nu-latn`, { style: 'unit', unit: 'gigabyte', maximumFractionDigits: 1 }).format(count / 1e9)
