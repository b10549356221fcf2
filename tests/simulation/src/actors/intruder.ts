import { answerType, type Order } from '@holdfast/payment-stop/language'
import { topics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import type { Chance } from '../chance/chance.ts'
import type { Desk, Person } from './desk-people.ts'
import { pause } from './endpoint.ts'

export interface IntruderOptions {
  readonly streams: Streams
  readonly chance: Chance
  readonly desk: Desk
  /** Requests and orders of others that it knows about. */
  readonly requests: () => readonly string[]
  readonly orders: () => readonly Order[]
  readonly isOver: () => boolean
}

/** Marks answers that no honest actor sent. */
export const intruderSource = '/someone-else'

/**
 * An intruder with a token of another country, or with none: answers orders of others, sends unreadable data and gives
 * forbidden commands. Returns its connection.
 */
export function startIntruder({ streams, chance, desk, requests, orders, isOver }: IntruderOptions): Streams {
  let sent = 0

  const publish = (topic: string, key: string, value: string, by?: Person): Promise<void> =>
    streams.publish(topic, [{ key, value, ...(by === undefined ? {} : { headers: { authorization: `Bearer ${by}` } }) }])

  const answer = ({ data }: Order, kind: string, details: object, over: object = {}): string =>
    JSON.stringify({
      specversion: '1.0',
      id: `intrusion-${++sent}`,
      source: intruderSource,
      type: answerType,
      subject: data.requestId,
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      data: { orderId: data.orderId, requestId: data.requestId, institution: data.institution, kind, details, ...over },
    })

  async function act(): Promise<unknown> {
    const order = orders().length > 0 ? chance.pick(orders()) : undefined
    const request = requests().length > 0 ? chance.pick(requests()) : undefined
    switch (chance.between(0, 6)) {
      case 0:
        return publish(topics.answers.name, 'none', '{"specversion":"1.0","id":', 'TL/institution/x')
      case 1:
        return publish(topics.requests.name, 'none', chance.happens(0.5) ? 'no request' : '{}', 'SG/system/x')
      case 2:
        return order && publish(topics.answers.name, order.data.requestId, answer(order, 'noFunds', { reason: 'AM04' }), 'MY/institution/x')
      case 3:
        return order && publish(topics.answers.name, order.data.requestId, answer(order, 'noFunds', { reason: 'AM04' }))
      case 4: {
        const elsewhere = { orderId: '7d1c4ba2-6a55-5e0f-9d6e-2f6b1c7a8e31' }
        return order && publish(topics.answers.name, 'x', answer(order, 'notFound', { reason: 'AC03' }, elsewhere), 'TL/institution/x')
      }
      case 5:
        return request && desk.give('MY/authority/x', request, 'Release', { reason: 'WRONG_PARTY' })
      default:
        return request && desk.give('TL/officer/x', request, 'Withdraw', { reason: 'Never mind' })
    }
  }

  async function work(): Promise<void> {
    await streams.ensureTopics([topics.answers, topics.requests])
    while (!isOver()) {
      await pause(chance.between(1_000, 8_000))
      await act()
    }
  }
  void work()
  return streams
}
