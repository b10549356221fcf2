import type { ProcessView } from '@holdfast/schemas'
import { timeLong } from '../components/countdown.tsx'
import { type Translate, useTranslate } from '../locales/index.ts'
import { clockState, healthOfProcess } from './health-levels.ts'
import { OperationsTable } from './operations-table.tsx'
import { StateMark } from './state-mark.tsx'

interface ProcessesTableProps {
  readonly processes: readonly ProcessView[]
  readonly asOf: string
}

export function ProcessesTable({ processes, asOf }: ProcessesTableProps) {
  const t = useTranslate()
  const silentMs = ({ heardAt }: ProcessView): number => Date.parse(asOf) - Date.parse(heardAt)
  return (
    <OperationsTable
      rows={processes}
      keyOf={({ process, instance }) => `${process}/${instance}`}
      columns={[
        {
          name: t('operations.process'),
          cell: ({ services, instance }) => (
            <>
              <bdi className="strong">{services.join(', ')}</bdi>
              <bdi className="quiet small figures">{instance}</bdi>
            </>
          ),
        },
        {
          name: t('operations.state'),
          className: 'operations-wide',
          cell: process => (
            <>
              <StateMark standing={healthOfProcess[process.state]} word={t(`operations.states.${process.state}`)} />
              {process.state === 'late' && (
                <span className="small">{t('operations.silent', { long: timeLong(silentMs(process), t) })}</span>
              )}
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
        { name: t('operations.up'), className: 'figures', cell: ({ upSeconds }) => timeLong(upSeconds * 1_000, t) },
        { name: t('operations.clock'), cell: ({ clockAheadMs }) => clockText(clockAheadMs, t) },
        {
          name: t('operations.diskSpace'),
          className: 'figures',
          cell: ({ disk }) => (
            <>
              {bytes(disk.freeBytes, t)}
              <span className="quiet small">{t('operations.diskSpaceLeast', { least: bytes(disk.leastBytes, t) })}</span>
            </>
          ),
        },
        { name: t('operations.version'), cell: ({ version }) => <bdi className="figures">{version}</bdi> },
      ]}
    />
  )
}

function clockText(aheadMs: number | undefined, t: Translate): string {
  const { is, byMs } = clockState(aheadMs)
  if (is === 'unknown') return t('operations.unknown')
  if (is === 'right') return t('operations.clockRight')
  return t(is === 'ahead' ? 'operations.clockAhead' : 'operations.clockBehind', { long: timeLong(byMs, t) })
}

const bytes = (count: number, t: Translate): string =>
  new Intl.NumberFormat(`${t.tag}-u-nu-latn`, { style: 'unit', unit: 'gigabyte', maximumFractionDigits: 1 }).format(count / 1e9)
