import { type AnswerBody, answerType, type Order } from '@holdfast/payment-stop/language'
import { deterministicId, type EventToSign, ordersTopic, topics } from '@holdfast/schemas'
import type { StreamRecord, Streams, Subscription } from '@holdfast/streams'

/** Which person of an institution acts: once money is on hold, some answers need dual approval (V17). */
export type InstitutionPerson = 'first' | 'second'

/** An answer without what the simulator fills in itself. Without `person` it is the first one's. */
export type PlannedAnswer = {
  [K in AnswerBody['kind']]: Pick<Extract<AnswerBody, { kind: K }>, 'kind' | 'details'> & { readonly person?: InstitutionPerson }
}[AnswerBody['kind']]

export interface InstitutionOptions {
  readonly streams: Streams
  readonly country: string
  /** A bearer token of a person of an institution of that country; asked for each batch, so that it may be renewed. */
  readonly token?: ((person: InstitutionPerson) => Promise<string>) | undefined
  /** Signs each answer in the place of a token. */
  readonly sign?: (event: EventToSign, person: InstitutionPerson) => string
  /** What it answers to an order, in this order and at once. Default: it acknowledges, holds everything, and returns it all. */
  readonly plan?: (order: Order) => readonly PlannedAnswer[]
  readonly now?: () => Date
  /** So many of the latest orders it knows again. Default: all. */
  readonly remembered?: number
  /** The group that it reads as. Default: `institution-tl`. */
  readonly group?: string
  /** Told of each order, also of a repeat. */
  readonly onOrder?: (order: Order) => void
}

export interface Institution extends Subscription {
  /** How often each order id arrived, of those that it remembers. */
  readonly received: ReadonlyMap<string, number>
  /** Answers an order later than its plan did. */
  answer(order: Order, answer: PlannedAnswer): Promise<void>
}

/** Holds and returns what each order asks to freeze: the whole main line in one go, with the dual approval of the return. */
export const returnsEverything = (order: Order): PlannedAnswer[] =>
  order.data.kind === 'freeze'
    ? [
        { kind: 'acknowledged', details: { reference: 'ACK-1' } },
        { kind: 'frozen', details: { amount: order.data.amount, basis: 'FIU_SUSPENSION', reference: 'HOLD-1' } },
        { kind: 'returnInitiated', details: { basis: 'CONSENT' } },
        { kind: 'returnInitiated', details: { basis: 'CONSENT' }, person: 'second' },
        { kind: 'returned', details: { amount: order.data.amount, reference: 'PACS004-1' } },
      ]
    : []

/** An answer to an order as the event that it is by Kafka and by HTTP. */
export const buildAnswer = (
  { orderId, requestId, bic, country }: { orderId: string; requestId: string; bic: string; country: string },
  id: string,
  { kind, details }: PlannedAnswer,
  at = new Date(),
) => ({
  specversion: '1.0' as const,
  id,
  source: `/institutions/${country.toLowerCase()}`,
  type: answerType,
  subject: requestId,
  time: at.toISOString(),
  datacontenttype: 'application/json' as const,
  data: { orderId, requestId, institution: { bic }, kind, details },
})

/**
 * Plays the institutions of one country: reads their orders, answers by plan. Like a real one it recognises a repeated
 * order by its id and does not act on it again. Its answers have ids of their own, so that a repeat of those can be
 * recognised too.
 */
export async function startInstitution(options: InstitutionOptions): Promise<Institution> {
  const { streams, country, plan = returnsEverything, now = () => new Date(), remembered = Number.POSITIVE_INFINITY } = options
  const topic = ordersTopic(country)
  const received = new Map<string, number>()
  await streams.ensureTopics([topic, topics.answers])

  const publish = async (answers: ReadonlyArray<{ order: Order; id: string; answer: PlannedAnswer }>) => {
    if (answers.length === 0) return
    const spokenFor = options.sign ?? (await tokensOf(options))
    await streams.publish(
      topics.answers.name,
      answers.map(({ order, id, answer }) => {
        const { orderId, requestId, institution } = order.data
        const event = buildAnswer({ orderId, requestId, bic: institution.bic, country }, id, answer, now())
        const spoken = spokenFor(event, answer.person ?? 'first')
        return {
          key: order.data.requestId,
          value: JSON.stringify(event),
          headers: options.sign ? { signature: spoken } : { authorization: spoken },
        }
      }),
    )
  }

  async function onBatch(records: readonly StreamRecord[]): Promise<void> {
    const orders = records.map(record => JSON.parse(record.value) as Order)
    const fresh = orders.filter((order, i) => {
      const times = received.get(order.id) ?? 0
      return times === 0 && orders.findIndex(other => other.id === order.id) === i
    })
    await publish(fresh.flatMap(order => plan(order).map((answer, n) => ({ order, id: `${order.id}/${n}`, answer }))))
    // Counted once the answers are out, so that a batch that is given again is answered again.
    for (const order of orders) {
      received.set(order.id, (received.get(order.id) ?? 0) + 1)
      options.onOrder?.(order)
    }
    for (const oldest of received.keys()) {
      if (received.size <= remembered) break
      received.delete(oldest)
    }
  }

  let later = 0
  const stage = await streams.stage({
    group: options.group ?? `institution-${country.toLowerCase()}`,
    topics: [topic.name],
    open: async () => ({ onBatch, close: async () => undefined }),
    onFault: () => undefined,
  })
  return {
    received,
    answer: (order, answer) => publish([{ order, id: deterministicId('later', order.id, later++), answer }]),
    stop: () => stage.stop(),
  }
}

async function tokensOf({ token }: InstitutionOptions): Promise<NonNullable<InstitutionOptions['sign']>> {
  if (!token) throw new Error('an institution has a token, or signs')
  const authorizations = { first: `Bearer ${await token('first')}`, second: `Bearer ${await token('second')}` }
  return (_event, person) => authorizations[person]
}
