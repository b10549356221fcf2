import type { OrderDelivery, PaymentStopView } from '@holdfast/payment-stop/language'
import { memo, type ReactNode } from 'react'
import { ActorName } from '../../../components/actor.tsx'
import { Code } from '../../../components/codes.tsx'
import { Instant } from '../../../components/instant.tsx'
import { Loading } from '../../../components/loading.tsx'
import { NotReached } from '../../../components/not-reached.tsx'
import { FactName } from '../../../facts/fact-name.tsx'
import { useTranslate } from '../../../locales/index.ts'
import type { AnyFact } from '../../facts/any-fact.ts'
import { Amount } from '../../money/amount.tsx'
import type { OrderGroup } from './order-groups.ts'
import { BankMessage, OrderMessage } from './order-message.tsx'
import { useOrders } from './use-orders.ts'

interface OrdersSectionProps {
  readonly request: PaymentStopView
  readonly facts: readonly AnyFact[]
  /** The facts up to the viewed one. */
  readonly seen: readonly AnyFact[]
}

/** The orders to the institution, their delivery, and the answers. */
export function OrdersSection({ request, facts, seen }: OrdersSectionProps) {
  const t = useTranslate()
  const { groups, isOwn, isBehind, isPending, retry } = useOrders(request, facts, seen)
  return (
    <>
      {isOwn === false && <p className="quiet small">{t('ordered.notOwn')}</p>}
      {retry && <NotReached retry={retry} />}
      {isBehind && (
        <p className="small" role="status">
          {t('ordered.behind')}
        </p>
      )}
      {isPending && groups.length === 0 && !retry && <Loading />}
      {!isPending && groups.length === 0 && <p className="quiet">{t('ordered.none')}</p>}
      {groups.some(({ answers }) => answers.some(({ orderid }) => orderid === undefined)) && (
        <p className="quiet small">{t('ordered.answersNote')}</p>
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
  const t = useTranslate()
  const { kind, cause, at, amount, order, deliveries, undelivered, acknowledged, answers, messages } = group
  return (
    <>
      <h3>
        {kind ? t(`orders.${kind}`) : t('ordered.some')} {amount && <Amount money={amount} />}
      </h3>
      <p className="small quiet">
        <span>{t('ordered.number')}</span> <bdi className="figures">{group.orderId.slice(0, 8)}</bdi>
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
            {t('ordered.ordered')}
            {cause !== undefined && <span className="quiet"> · {t('ordered.because', { n: cause })}</span>}
          </Step>
        )}
        {deliveries?.length === 0 && order && <Step is="done">{t('ordered.inTopic')}</Step>}
        {deliveries?.map(delivery => (
          <DeliveryStep key={delivery.kind} delivery={delivery} isLast={deliveries.length === 1} />
        ))}
        {undelivered && (
          <Step is="failed" at={undelivered.time}>
            {t('ordered.undelivered')} <span className="quiet">· {t('ordered.fact', { n: undelivered.sequence })}</span>
          </Step>
        )}
        {acknowledged ? (
          <Step is="done" at={acknowledged.time}>
            {t('ordered.acknowledged')}{' '}
            <span className="quiet">
              · <ActorName actor={acknowledged.actor} />
            </span>
          </Step>
        ) : (
          answers.length === 0 && !undelivered && <Step is="open">{t('ordered.notAnswered')}</Step>
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
  /** With a symbol and a text, never only a colour. */
  readonly is: 'done' | 'open' | 'failed'
  readonly at?: string
  readonly children: ReactNode
}

const symbols = { done: '✓', open: '…', failed: '!' } as const

function Step({ is, at, children }: StepProps) {
  return (
    <li data-is={is} className="order-step">
      <span aria-hidden="true" className="order-mark">
        {symbols[is]}
      </span>
      <span>{children}</span>
      {at && <Instant at={at} />}
    </li>
  )
}

function DeliveryStep({ delivery, isLast }: { readonly delivery: OrderDelivery; readonly isLast: boolean }) {
  const t = useTranslate()
  const { at } = delivery
  if (delivery.kind === 'planned')
    return (
      <Step is={isLast ? 'open' : 'done'} at={at}>
        {isLast ? t('ordered.underWay') : t('ordered.planned')}
      </Step>
    )
  const { recipient, attempts } = delivery
  if (delivery.kind === 'delivered')
    return (
      <Step is="done" at={at}>
        {t('ordered.delivered', { recipient: `\u2068${recipient}\u2069` })} · {t(`ordered.ways.${delivery.channel}`)} ·{' '}
        {t('ordered.tries', { count: attempts })}
      </Step>
    )
  return (
    <Step is="failed" at={at}>
      {t('ordered.givenUp', { recipient: `\u2068${recipient}\u2069` })} · {t('ordered.tries', { count: attempts })}{' '}
      <bdi lang="en" className="quiet small">
        {delivery.why}
      </bdi>
    </Step>
  )
}

/** Rendered separately: there may be hundreds, and the slider passes each. */
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
