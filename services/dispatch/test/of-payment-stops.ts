import { paymentStop } from '@holdfast/payment-stop'
import { type AgreedChild, type OrderFrame, openingOf, type RequestSummary } from '@holdfast/payment-stop/dispatching'
import type { Fact, FreezeRequest, Money } from '@holdfast/payment-stop/language'
import type { AppliedFact, AppliedRefusal } from '@holdfast/request-state'
import type { EngineSigner } from '@holdfast/trust'
import { orderOf as dispatchedOrderOf } from '../src/orders/order-of-fact.ts'
import { commandBecauseOf, outboundNotificationOf } from '../src/outbound.ts'
import type { DispatchState } from '../src/state/dispatch-state.ts'
import { createStateDefinition } from '../src/state/state-definition.ts'

// Dispatch with the types of payment stops.

export type PaymentState = Omit<DispatchState, 'orders' | 'summary'> & {
  readonly summary: RequestSummary
  readonly orders: readonly (DispatchState['orders'][number] & { readonly amount: Money })[]
}
export type Step = Omit<AppliedFact<PaymentState>, 'fact'> & { readonly fact: Fact }
export type Refused = AppliedRefusal<PaymentState>
export type Instruction = NonNullable<ReturnType<typeof instructionFor>>

const { orders, notifications } = paymentStop.dispatching
if (!orders) throw new Error('payment stops have orders')

export const stateDefinition = createStateDefinition(paymentStop)
export const instructionFor = (step: Pick<Step, 'before' | 'fact' | 'state'>) =>
  orders.instructionFor(step) as { readonly kind: string; readonly reason: string; readonly amount: Money } | undefined
export const frameOf = (requestId: string, document: FreezeRequest) => orders.frameOf(requestId, document) as OrderFrame
export const orderOf = (fact: Fact, frame: OrderFrame, instruction: Instruction, signer: EngineSigner) =>
  dispatchedOrderOf(signer, paymentStop, fact, frame, instruction)
export const notificationsFor = (signer: EngineSigner, step: Step) =>
  notifications.ofFact(step).map(notification => outboundNotificationOf(signer, paymentStop, step.fact, notification))
export const notificationsOfRefusal = (signer: EngineSigner, { refused, state }: Refused) =>
  notifications.ofRefusal(refused, state.summary).map(notification => outboundNotificationOf(signer, paymentStop, refused, notification))
export const childCommandOf = (agreed: AgreedChild, { summary }: PaymentState) =>
  commandBecauseOf(paymentStop, agreed.because, 'OpenRequest', openingOf(agreed, summary), {
    subject: agreed.child.requestId,
    time: agreed.because.time,
    person: 'children',
  })
