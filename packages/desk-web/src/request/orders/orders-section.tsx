import type { OrderDelivery, RequestView } from '@holdfast/schemas'
import { memo, type ReactNode } from 'react'
import { ActorName } from '../../components/actor.tsx'
import { Code } from '../../components/codes.tsx'
import { Instant } from '../../components/instant.tsx'
import { Loading } from '../../components/loading.tsx'
import { NotReached } from '../../components/not-reached.tsx'
import { FactName } from '../../facts/fact-name.tsx'
import type { AnyFact } from '../../facts/history-pages.ts'
import { Amount } from '../../money/amount.tsx'
import { useWords } from '../../words/index.ts'
import type { OrderGroup } from './order-groups.ts'
import { BankMessage, OrderMessage } from './order-message.tsx'
import { useOrders } from './use-orders.ts'

interface OrdersSectionProps {
  readonly request: RequestView
  readonly facts: readonly AnyFact[]
  /** Those up to the one that is looked at. */
  readonly seen: readonly AnyFact[]
}

/** What the institution was told to do, how that was brought to it, and what it answered. */
export function OrdersSection({ request, facts, seen }: OrdersSectionProps) {
  const { ordered } = useWords()
  const { groups, isOwn, isBehind, isPending, retry } = useOrders(request, facts, seen)
  return (
    <>
      {isOwn === false && <p className="quiet small">{ordered.notOwn}</p>}
      {retry && <NotReached retry={retry} />}
      {isBehind && (
        <p className="small" role="status">
          {ordered.behind}
        </p>
      )}
      {isPending && groups.length === 0 && !retry && <Loading />}
      {!isPending && groups.length === 0 && <p className="quiet">{ordered.none}</p>}
      {groups.some(({ answers }) => answers.some(({ orderid }) => orderid === undefined)) && (
        <p className="quiet small">{ordered.answersNote}</p>
      )}
      <ol className="orders stack gap-4">
        {groups.map(group => (
          <li key={group.orderId} className="stack gap-1">
            <OrderSteps group={group} requestId={request.requestId} />
          </li>
        ))}
      </ol>
    </>
  )
}

function OrderSteps({ group, requestId }: { readonly group: OrderGroup; readonly requestId: string }) {
  const words = useWords()
  const { ordered } = words
  const { kind, cause, at, amount, order, deliveries, undelivered, acknowledged, answers, messages } = group
  return (
    <>
      <h3>
        {kind ? words.orders[kind] : ordered.some} {amount && <Amount money={amount} />}
      </h3>
      <p className="small quiet">
        <span>{ordered.number}</span> <bdi className="figures">{group.orderId.slice(0, 8)}</bdi>
        {order && (
          <>
            {' · '}
            <bdi className="figures">{order.institution.bic}</bdi>
          </>
        )}
      </p>
      <ol className="indent stack gap-1">
        {at && (
          <Step is="done" at={at}>
            {ordered.ordered}
            {cause !== undefined && <span className="quiet"> · {ordered.because(cause)}</span>}
          </Step>
        )}
        {deliveries?.length === 0 && order && <Step is="done">{ordered.inTopic}</Step>}
        {deliveries?.map(delivery => (
          <DeliveryStep key={delivery.kind} delivery={delivery} isLast={deliveries.length === 1} />
        ))}
        {undelivered && (
          <Step is="failed" at={undelivered.time}>
            {ordered.undelivered} <span className="quiet">· {ordered.fact(undelivered.sequence)}</span>
          </Step>
        )}
        {acknowledged ? (
          <Step is="done" at={acknowledged.time}>
            {ordered.acknowledged}{' '}
            <span className="quiet">
              · <ActorName actor={acknowledged.actor} />
            </span>
          </Step>
        ) : (
          answers.length === 0 && !undelivered && <Step is="open">{ordered.notAnswered}</Step>
        )}
        {answers.map(answer => (
          <AnswerStep key={answer.sequence} answer={answer} />
        ))}
      </ol>
      {messages.map(message => (
        <BankMessage key={message.id} requestId={requestId} message={message} />
      ))}
      {order && <OrderMessage requestId={requestId} orderId={order.orderId} />}
    </>
  )
}

interface StepProps {
  /** By its mark and its words, never by colour alone. */
  readonly is: 'done' | 'open' | 'failed'
  readonly at?: string
  readonly children: ReactNode
}

const marks = { done: '✓', open: '…', failed: '!' } as const

function Step({ is, at, children }: StepProps) {
  return (
    <li data-is={is} className="order-step">
      <span aria-hidden="true" className="order-mark">
        {marks[is]}
      </span>
      <span>{children}</span>
      {at && <Instant at={at} />}
    </li>
  )
}

function DeliveryStep({ delivery, isLast }: { readonly delivery: OrderDelivery; readonly isLast: boolean }) {
  const { ordered } = useWords()
  const { at } = delivery
  if (delivery.kind === 'planned')
    return (
      <Step is={isLast ? 'open' : 'done'} at={at}>
        {isLast ? ordered.underWay : ordered.planned}
      </Step>
    )
  const { recipient, attempts } = delivery
  if (delivery.kind === 'delivered')
    return (
      <Step is="done" at={at}>
        {ordered.delivered(`\u2068${recipient}\u2069`)} · {ordered.ways[delivery.channel]} · {ordered.tries(attempts)}
      </Step>
    )
  return (
    <Step is="failed" at={at}>
      {ordered.givenUp(`\u2068${recipient}\u2069`)} · {ordered.tries(attempts)}{' '}
      <bdi lang="en" className="quiet small">
        {delivery.why}
      </bdi>
    </Step>
  )
}

/** Drawn again with none of the others: there may be hundreds, and the slider passes each. */
const AnswerStep = memo(function AnswerStep({ answer }: { readonly answer: AnyFact }) {
  const body = answer.data as { readonly amount?: Parameters<typeof Amount>[0]['money']; readonly reason?: string }
  return (
    <Step is="done" at={answer.time}>
      <b>
        <FactName type={answer.type} />
      </b>
      {body.amount && (
        <>
          {' '}
          <Amount money={body.amount} />
        </>
      )}
      {body.reason && (
        <>
          {' · '}
          <Code code={body.reason} />
        </>
      )}{' '}
      <span className="quiet">
        · <ActorName actor={answer.actor} />
      </span>
    </Step>
  )
})
