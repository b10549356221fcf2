import type { ReaderView } from '@holdfast/schemas'
import { Instant } from '../components/instant.tsx'
import { useWords } from '../words/index.ts'
import { healthOfReader, readerState } from './health-levels.ts'
import { OperationsTable } from './operations-table.tsx'
import { StateMark } from './state-mark.tsx'

/** How far each group of readers is in what it reads. */
export function ReadersTable({ readers }: { readonly readers: readonly ReaderView[] }) {
  const { tag, operations } = useWords()
  const figure = (n: number): string => new Intl.NumberFormat(`${tag}-u-nu-latn`).format(n)
  return (
    <OperationsTable
      rows={readers}
      keyOf={({ group, topic, instance }) => `${group}/${topic}/${instance ?? ''}`}
      columns={[
        {
          name: operations.group,
          cell: ({ group, instance }) => (
            <>
              <bdi className="strong">{group}</bdi>
              {instance && <bdi className="quiet small figures">{instance}</bdi>}
            </>
          ),
        },
        { name: operations.topic, cell: ({ topic }) => <bdi>{topic}</bdi> },
        {
          name: operations.state,
          cell: reader => (
            <>
              <StateMark standing={healthOfReader[readerState(reader)]} word={operations[readerState(reader)]} />
              {reader.behindSince && (
                <span className="small">
                  {operations.since} <Instant at={reader.behindSince} />
                </span>
              )}
            </>
          ),
        },
        {
          name: operations.lag,
          is: 'end',
          cell: ({ lag }) => (lag === undefined ? <span className="quiet">{operations.unknown}</span> : figure(lag)),
        },
        {
          name: operations.owned,
          is: 'end',
          cell: ({ partitions, unowned }) => operations.ownedOf(figure(partitions - unowned), figure(partitions)),
        },
      ]}
    />
  )
}
