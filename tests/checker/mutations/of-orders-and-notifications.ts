import { factAt, lineAt, pointersOf, respell } from '../recorded.ts'
import { drop, type Mutation } from './mutation.ts'

const kindOf = (value: string): string => JSON.parse(value).data.kind
const isFreezeOrder = ({ data }: { data: { kind: string } }) => data.kind === 'freeze'

export const ofOrdersAndNotifications: readonly Mutation[] = [
  [
    'order-caused',
    'an order without a cause',
    seen =>
      respell(seen.orders, isFreezeOrder, order => {
        order.causationid = order.id
      }),
  ],
  [
    'order-caused',
    'a second order of one cause',
    seen => {
      const line = lineAt(seen.orders, 0)
      seen.orders.push({ ...line, value: line.value.replaceAll(JSON.parse(line.value).id, 'another') })
    },
  ],
  [
    'order-caused',
    'a freeze order for a request that was withdrawn before it was verified',
    seen => {
      const [at = 0] = pointersOf(seen, 'RequestVerified', fact =>
        seen.orders.some(({ value }) => JSON.parse(value).causationid === fact.id),
      )
      const { subject } = factAt(seen, at)
      seen.ledger = seen.ledger.filter(({ value }) => JSON.parse(value).subject !== subject || JSON.parse(value).sequence === 1)
    },
  ],
  [
    'order-same',
    'a repeat with another amount',
    seen => void seen.orders.push({ ...lineAt(seen.orders, 0), value: lineAt(seen.orders, 0).value.replace('"amount"', '"amount2"') }),
  ],
  [
    'order-said',
    'an order of another amount',
    seen =>
      respell(seen.orders, isFreezeOrder, order => {
        order.data.amount.value = '1.00'
      }),
  ],
  [
    'order-said',
    'an order about another account',
    seen =>
      respell(seen.orders, isFreezeOrder, order => {
        order.data.payment.creditor.account = { other: '1' }
      }),
  ],
  [
    'order-said',
    'a release instead of a reminder',
    seen =>
      respell(
        seen.orders,
        ({ data }) => data.kind === 'chase',
        order => {
          order.data.kind = 'release'
        },
      ),
  ],
  [
    'order-said',
    'an order at another country',
    seen => {
      lineAt(seen.orders, 0).country = 'FR'
    },
  ],
  ['order-sent', 'a release that never came', seen => void drop(seen.orders, ({ value }) => kindOf(value) === 'release')],
  [
    'notification-caused',
    'a notification without a cause',
    seen =>
      respell(
        seen.notifications,
        () => true,
        notification => {
          notification.causationid = notification.id
        },
      ),
  ],
  [
    'notification-caused',
    'an alert under the id of nothing',
    seen =>
      respell(
        seen.notifications,
        ({ data }) => data.kind === 'alert',
        notification => {
          notification.id = 'another'
        },
      ),
  ],
  [
    'notification-same',
    'a repeat with another text',
    seen =>
      void seen.notifications.push({
        ...lineAt(seen.notifications, 0),
        value: lineAt(seen.notifications, 0).value.replace('"phase"', '"phase2"'),
      }),
  ],
  [
    'notification-said',
    'another outcome',
    seen =>
      respell(
        seen.notifications,
        ({ data }) => data.kind === 'outcome',
        notification => {
          notification.data.outcome.end = 'recovered.twice'
        },
      ),
  ],
  [
    'notification-said',
    'a notification to a country that is no party',
    seen => {
      lineAt(seen.notifications, 0).country = 'NZ'
    },
  ],
  [
    'notification-said',
    'another number',
    seen =>
      respell(
        seen.notifications,
        ({ data }) => data.kind === 'progress',
        notification => {
          notification.data.sequence += 1
        },
      ),
  ],
  ['notification-sent', 'an end without its outcome', seen => void drop(seen.notifications, ({ value }) => kindOf(value) === 'outcome')],
  [
    'notification-sent',
    'a step without its notification',
    seen => void drop(seen.notifications, ({ value }) => kindOf(value) === 'progress'),
  ],
]
