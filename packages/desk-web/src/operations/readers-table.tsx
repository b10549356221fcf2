import type { ReaderView } from '@holdfast/schemas'
import { Instant } from '../components/instant.tsx'
import { useTranslate } from '../locales/index.ts'
import { healthOfReader, readerState } from './health-levels.ts'
import { OperationsTable } from './operations-table.tsx'
import { StateMark } from './state-mark.tsx'

/** The lag of each consumer group. */
export function ReadersTable({ readers }: { readonly readers: readonly ReaderView[] }) {
  const t = useTranslate()
  const figure = (n: number): string => new Intl.NumberFormat(`${t.tag}-u-nu-latn`).format(n)
  return (
    <OperationsTable
      rows={readers}
      keyOf={({ group, topic, instance }) => `${group}/${topic}/${instance ?? ''}`}
      columns={[
        {
          name: t('operations.group'),
          cell: ({ group, instance }) => (
            <>
              <bdi className="strong">{group}</bdi>
              {instance && <bdi className="quiet small figures">{instance}</bdi>}
            </>
          ),
        },
        { name: t('operations.topic'), cell: ({ topic }) => <bdi>{topic}</bdi> },
        {
          name: t('operations.state'),
          cell: reader => (
            <>
              <StateMark standing={healthOfReader[readerState(reader)]} word={t(`operations.${readerState(reader)}`)} />
              {reader.behindSince && (
                <span className="small">
                  {t('operations.since')} <Instant at={reader.behindSince} />
                </span>
              )}
            </>
          ),
        },
        {
          name: t('operations.lag'),
          is: 'end',
          cell: ({ lag }) => (lag === undefined ? <span className="quiet">{t('operations.unknown')}</span> : figure(lag)),
        },
        {
          name: t('operations.owned'),
          is: 'end',
          cell: ({ partitions, unowned }) => t('operations.ownedOf', { owned: figure(partitions - unowned), all: figure(partitions) }),
        },
      ]}
    />
  )
}
