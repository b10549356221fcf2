import type { DeadLetterPage, DeadLetterSummary } from '@holdfast/schemas'
import { topics } from '@holdfast/schemas/topics'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { get } from '../api/client.ts'
import { afterPart, pagesAt } from '../api/pages.ts'
import { Button } from '../components/button.tsx'
import { Instant } from '../components/instant.tsx'
import { Loading } from '../components/loading.tsx'
import { NotReached } from '../components/not-reached.tsx'
import { useTranslate } from '../locales/index.ts'
import { Block } from './block.tsx'
import { DeadLetterDialog } from './dead-letter-dialog.tsx'
import { InspectButton } from './inspect-button.tsx'
import { OperationsTable } from './operations-table.tsx'
import { StateMark } from './state-mark.tsx'
import { pollMs } from './use-operations.ts'

/** Topics to filter dead letters by. Orders of a country are found without a filter. */
const sources = [topics.requests, topics.commands, topics.answers, topics.ledger].map(({ name }) => name)

const pathOf = (topic: string, more: string): string =>
  `/v1/dead-letters?${more}${topic === '' ? '' : `&topic=${encodeURIComponent(topic)}`}`

/** Newest first. New dead letters wait behind a button, so that no row moves while it is read. */
export function DeadLetters() {
  const t = useTranslate()
  const [topic, setTopic] = useState('')
  const [looksAt, setLooksAt] = useState<number>()
  const list = useInfiniteQuery(pagesAt<DeadLetterPage>(['dead-letters', topic], after => pathOf(topic, `limit=20${afterPart(after)}`)))
  const newest = useQuery({
    queryKey: ['newest-dead-letter', topic],
    queryFn: ({ signal }) => get<DeadLetterPage>(pathOf(topic, 'limit=1'), signal),
    refetchInterval: pollMs,
  })
  const letters = list.data?.pages.flatMap(page => page.letters) ?? []
  const hasNew = list.data !== undefined && (newest.data?.letters[0]?.number ?? -1) > (letters[0]?.number ?? -1)
  return (
    <Block title={t('operations.deadLetters')} note={t('operations.deadLettersNote')}>
      <div className="cluster spread across-4">
        <label className="cluster">
          {t('operations.topicFilter')}
          <select className="input fitted" value={topic} onChange={event => setTopic(event.target.value)}>
            <option value="">{t('operations.allTopics')}</option>
            {sources.map(name => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <span role="status">{hasNew && <Button onClick={() => void list.refetch()}>{t('operations.newer')}</Button>}</span>
      </div>
      {list.isError && !list.data && <NotReached retry={() => void list.refetch()} />}
      {list.isPending && <Loading />}
      {list.data && letters.length === 0 && !list.hasNextPage && <p className="quiet">{t('operations.deadLettersNone')}</p>}
      {letters.length > 0 && <LettersTable letters={letters} look={setLooksAt} />}
      {list.hasNextPage && (
        <p className="cluster middle">
          <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t('operations.older')}
          </Button>
        </p>
      )}
      {looksAt !== undefined && <DeadLetterDialog number={looksAt} close={() => setLooksAt(undefined)} />}
    </Block>
  )
}

interface LettersTableProps {
  readonly letters: readonly DeadLetterSummary[]
  look(number: number): void
}

function LettersTable({ letters, look }: LettersTableProps) {
  const t = useTranslate()
  return (
    <OperationsTable
      rows={letters}
      keyOf={({ id }) => id}
      columns={[
        { name: t('operations.number'), className: 'figures', cell: ({ number }) => number },
        { name: t('operations.when'), cell: ({ time }) => <Instant at={time} /> },
        {
          name: t('operations.from'),
          cell: ({ topic, service }) => (
            <>
              <bdi className="strong">{topic}</bdi>
              <span className="quiet small">
                {t('operations.service')} <bdi>{service}</bdi>
              </span>
            </>
          ),
        },
        {
          name: t('operations.reason'),
          className: 'operations-wide',
          cell: ({ reason }) => (
            <bdi className="small" lang="en">
              {reason}
            </bdi>
          ),
        },
        {
          name: t('operations.state'),
          cell: ({ redriven }) =>
            redriven ? (
              <>
                <StateMark standing="good" word={t('operations.sentAgain')} />
                <span className="small">
                  <Instant at={redriven.at} /> {t('operations.by')} <bdi>{redriven.by}</bdi>
                </span>
              </>
            ) : (
              <StateMark standing="watch" word={t('operations.notSent')} />
            ),
        },
        {
          name: t('operations.inspect'),
          is: 'unseen',
          cell: ({ number }) => <InspectButton what={t('operations.deadLetter', { number: String(number) })} look={() => look(number)} />,
        },
      ]}
    />
  )
}
