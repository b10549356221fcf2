import type { ReaderView } from '@holdfast/schemas'
import { Instant } from '../components/instant.tsx'
import { useWords } from '../words/index.ts'
import { OperationsTable } from './operations-table.tsx'
import { readerState, standingOfReader } from './standing.ts'
import { StateMark } from './state-mark.tsx'

/** How far each group of readers is in what it reads. */
export function ReadersTable({ readers }: { readonly readers: readonly ReaderView[] }) {
  const { operations } = useWords()
  return (
    <OperationsTable
      columns={[
        { name: operations.group },
        { name: operations.topic },
        { name: operations.state },
        { name: operations.lag, is: 'end' },
        { name: operations.owned, is: 'end' },
      ]}
    >
      {readers.map(reader => (
        <Row key={`${reader.group}/${reader.topic}/${reader.instance ?? ''}`} reader={reader} />
      ))}
    </OperationsTable>
  )
}

function Row({ reader }: { readonly reader: ReaderView }) {
  const { tag, operations } = useWords()
  const { group, topic, instance, partitions, unowned, lag, behindSince } = reader
  const state = readerState(reader)
  const figure = (n: number): string => new Intl.NumberFormat(`${tag}-u-nu-latn`).format(n)
  return (
    <tr>
      <td data-name={operations.group}>
        <bdi className="operations-name">{group}</bdi>
        {instance && <bdi className="quiet small figures">{instance}</bdi>}
      </td>
      <td data-name={operations.topic}>
        <bdi>{topic}</bdi>
      </td>
      <td data-name={operations.state}>
        <StateMark standing={standingOfReader[state]} word={operations[state]} />
        {behindSince && (
          <span className="small">
            {operations.since} <Instant at={behindSince} />
          </span>
        )}
      </td>
      <td data-name={operations.lag} className="end figures">
        {lag === undefined ? <span className="quiet">{operations.unknown}</span> : figure(lag)}
      </td>
      <td data-name={operations.owned} className="end figures">
        {operations.ownedOf(figure(partitions - unowned), figure(partitions))}
      </td>
    </tr>
  )
}
