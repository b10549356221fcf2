import type { PaymentStopTypes } from '@holdfast/payment-stop/language'
import './request.css'
import './chart/chart.css'
import type { RequestWithHistory, Share } from '@holdfast/schemas'
import { namesOfPseudonyms } from '@holdfast/schemas/actor-names'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { RefusedError } from '../../api/client.ts'
import { NamesOfActors } from '../../components/actor.tsx'
import { Button } from '../../components/button.tsx'
import { Loading } from '../../components/loading.tsx'
import { NotReached } from '../../components/not-reached.tsx'
import { Section } from '../../components/section.tsx'
import { useDeskPerson } from '../../desk-work/use-work.ts'
import { useTranslate } from '../../locales/index.ts'
import { useSession } from '../../session/use-session.ts'
import { DocumentView, documentIn, isErasedIn } from '../document/document.tsx'
import type { AnyFact } from '../facts/any-fact.ts'
import { statedBy } from '../facts/resulting-state.ts'
import { MoneyPicture } from '../money/money-picture.tsx'
import { Actions } from './act/actions.tsx'
import { chartPathOf } from './chart/chart-path.ts'
import { StateChart } from './chart/state-chart.tsx'
import { Children } from './children.tsx'
import { DeadlineList } from './deadlines/deadline-list.tsx'
import { WorkSection } from './desk-work/work-section.tsx'
import { FactsButton } from './facts-button.tsx'
import { HistoryList } from './history/history-list.tsx'
import { OrdersSection } from './orders/orders-section.tsx'
import { RefusedCommands } from './refused-commands.tsx'
import { RequestHead } from './request-head.tsx'
import { Scrubber } from './scrubber/scrubber.tsx'
import { useAt } from './scrubber/use-at.ts'
import { SharedWith } from './sharing/shared-with.tsx'
import { useRequest } from './use-request.ts'

const noShares: readonly Share[] = []

const route = getRouteApi('/requests/$id')

/** One request: its state, its history, and the available actions. */
export function RequestPage() {
  const { id } = route.useParams()
  return <RequestOf key={id} id={id} />
}

function RequestOf({ id }: { readonly id: string }) {
  const t = useTranslate()
  const { shown, facts, isWhole, retryOlder } = useRequest(id)
  const nameOf = useMemo(() => namesOfPseudonyms(facts), [facts])
  const isUnknown = shown.error instanceof RefusedError && (shown.error.status === 404 || shown.error.status === 422)
  if (isUnknown)
    return (
      <div className="blank">
        <h1>{t('request.unknownRequest')}</h1>
        <Link to="/">{t('toBoard')}</Link>
      </div>
    )
  return (
    <NamesOfActors value={nameOf}>
      {shown.isError && <NotReached of="page" retry={() => void shown.refetch()} />}
      {shown.data ? <Shown shown={shown.data} facts={facts} isWhole={isWhole} retryOlder={retryOlder} /> : !shown.isError && <Skeleton />}
    </NamesOfActors>
  )
}

function Skeleton() {
  return (
    <div className="request limited" aria-busy="true">
      <div className="card request-head whole skeleton">
        <Loading />
      </div>
    </div>
  )
}

interface ShownProps {
  readonly shown: RequestWithHistory<PaymentStopTypes>
  readonly facts: readonly AnyFact[]
  readonly isWhole: boolean
  /** Set if older facts could not be fetched. */
  readonly retryOlder: (() => void) | undefined
}

function Shown({ shown: { request, children, refusals }, facts, isWhole, retryOlder }: ShownProps) {
  const t = useTranslate()
  const isOfUnit = useSession().data?.unit !== undefined
  const isOfDesk = useDeskPerson() !== undefined
  const [at, look] = useAt(isWhole ? facts.length : Number.POSITIVE_INFINITY)
  const standings = useMemo(() => facts.map(statedBy), [facts])
  const isNow = at === undefined || !isWhole
  const standing = (isNow ? undefined : standings[at - 1]) ?? request
  const seen = isNow ? facts : facts.slice(0, at)
  const way = useMemo(
    () =>
      // Without any fact, the current state is known, but not the path.
      chartPathOf(
        seen.length === 0
          ? [{ sequence: request.sequence, states: request.states }]
          : seen.map(({ sequence }, index) => ({ sequence, states: standings[index]?.states ?? [] })),
      ),
    [seen, standings, request],
  )
  const document = documentIn(seen)
  return (
    <div className="request limited">
      {!isNow && (
        <p className="callout past cluster whole across-4" role="status">
          {t('request.scrubber.viewing', { n: at, total: facts.length })}{' '}
          <Button onClick={() => look(undefined)}>{t('request.scrubber.now')}</Button>
        </p>
      )}
      <RequestHead request={request} standing={standing} isNow={isNow} />
      <div className="request-side stack gap-4">
        {isOfUnit ? (
          <p className="callout">{isWhole ? t('sharing.unitReads') : `${t('sharing.standingOnly')} ${t('sharing.unitReads')}`}</p>
        ) : (
          <Actions request={request} facts={facts} refusals={refusals} document={documentIn(facts)} isNow={isNow} />
        )}
        <WorkSection requestId={request.requestId} />
        <Section title={t('request.deadlines')}>
          <DeadlineList deadlines={standing.deadlines} country={request.beneficiaryCountry} isNow={isNow} />
        </Section>
        {document && (
          <Section title={t('request.who')}>
            <DocumentView
              document={document}
              isErased={isErasedIn(seen)}
              requestId={request.requestId}
              may={isOfDesk ? (isNow ? 'now' : 'older') : 'never'}
            />
          </Section>
        )}
        <Section title={t('request.children')}>
          <Children items={children} />
        </Section>
        <Section title={t('sharing.title')}>
          {request.keptFromAddressee && <p className="callout">{t('sharing.keptFromAddressee')}</p>}
          <SharedWith shares={request.sharedWith ?? noShares} />
        </Section>
        <Section title={t('request.refused')}>
          <RefusedCommands items={refusals} />
        </Section>
      </div>
      <div className="stack gap-4">
        <Section title={t('request.money')}>
          <MoneyPicture amounts={standing.amounts} />
        </Section>
        <Section title={t('request.state')}>
          <StateChart way={way} isNow={isNow} />
        </Section>
        {facts.length > 0 && (
          <>
            <Section title={t('request.scrubber.title')}>
              <Scrubber facts={facts} standings={standings} isWhole={isWhole} at={isNow ? undefined : at} look={look} />
            </Section>
            <Section title={t('ordered.title')}>
              <OrdersSection request={request} facts={facts} seen={seen} />
            </Section>
            <Section title={t('request.history')}>
              <FactsButton request={request} facts={facts} isWhole={isWhole} />
              <HistoryList facts={facts} standings={standings} isWhole={isWhole} retryOlder={retryOlder} at={isNow ? undefined : at} />
            </Section>
          </>
        )}
      </div>
    </div>
  )
}
