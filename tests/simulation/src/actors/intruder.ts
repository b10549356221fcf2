import { answerType, type Order, topics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import type { Chance } from '../chance/chance.ts'
import type { Desk, Person } from './desk-people.ts'
import { pause } from './endpoint.ts'

export interface IntruderOptions {
  readonly streams: Streams
  readonly chance: Chance
  readonly desk: Desk
  /** Requests and orders that are none of its business, and of which it has heard. */
  readonly requests: () => readonly string[]
  readonly orders: () => readonly Order[]
  readonly isOver: () => boolean
}

/** By which answers are told that nobody honest sent. */
export const intruderSource = '/somebody-else'

/** Somebody with a token of another country, or none, who answers orders of others, sends what can't be read, and gives commands that are not theirs. Gives back its connection. */
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
