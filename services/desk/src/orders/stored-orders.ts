import {
  type Delivery,
  deliverySchema,
  type Order,
  type OrderDelivery,
  type OrderView,
  orderSchema,
  parseJson,
  parseStored,
  topics,
} from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import type { StreamRecord } from '@holdfast/streams'

/** Where the text of an order lies. */
export interface OrderOffset {
  readonly topic: string
  readonly offset: number
}

/** The offset to read next, and what tells the record before it from any other that could lie there. */
export interface TopicReadSoFar {
  readonly next: number
  readonly mark: string
}

/**
 * Which orders there are, of which request, and what became of each. No word of a person is among it, such as whom a payment went to: the order itself is read where it lies, for as long as it
 * lies there.
 */
export interface StoredOrders {
  /** To be called within a write. Records that are none, or are known already, change nothing. */
  takeOrders(records: readonly StreamRecord[]): void
  /** The same of deliveries. */
  takeDeliveries(records: readonly StreamRecord[]): void
  /** How far a partition was read. */
  soFar(topic: string, partition: number): TopicReadSoFar | undefined
  /** To be called within a write, after what was read. */
  readTo(topic: string, partition: number, soFar: TopicReadSoFar): void
  /** To be called within a write: what was read of this topic lies there no more, since it is another one. */
  forget(topic: string): void
  /** Oldest first. */
  of(requestId: string): OrderView[]
  placeOf(requestId: string, orderId: string): OrderOffset | undefined
  /** The same by the order alone, in the topic of a country. */
  placeIn(topic: string, orderId: string): OrderOffset | undefined
  /** The BIC of the institution that has an order, in the topic of a country. */
  officeOf(topic: string, orderId: string): string | undefined
  /** Of these offices (the first eight characters of their BICs) those that are wanted, behind a place, oldest first; `reached` is the place of the last, and `next` the same where there may be more. */
  ofOffices(
    topic: string,
    offices: readonly string[],
    isWanted: (bic: string) => boolean,
    after: number,
    limit: number,
  ): { readonly orders: OwnOrder[]; readonly next: number | undefined; readonly reached: number }
}

/** An order as the institution sees it that has it. */
export type OwnOrder = Pick<OrderView, 'orderId' | 'kind' | 'amount' | 'institution' | 'at'> & { readonly requestId: string }

const tables = `
  CREATE TABLE IF NOT EXISTS orders (order_id TEXT PRIMARY KEY, request_id TEXT NOT NULL, topic TEXT NOT NULL, "offset" INTEGER NOT NULL, view TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS orders_office ON orders (topic, substr(json_extract(view, '$.institution.bic'), 1, 8), "offset");
  CREATE INDEX IF NOT EXISTS orders_request ON orders (request_id, topic, "offset");
  CREATE TABLE IF NOT EXISTS deliveries (order_id TEXT NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, delivery TEXT NOT NULL, PRIMARY KEY (order_id, kind)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS read_to (topic TEXT NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL, mark TEXT NOT NULL, PRIMARY KEY (topic, partition)) STRICT, WITHOUT ROWID;
`

type KeptView = Omit<OrderView, 'deliveries'>

export function createStoredOrders(file: SqliteFile): StoredOrders {
  file.schema(tables)
  // An order that was sent again is the same one: its first place is as good as any, until that is forgotten.
  const keep = file.prepare(
    'INSERT INTO orders VALUES (?, ?, ?, ?, ?) ON CONFLICT (order_id) DO UPDATE SET "offset" = excluded."offset" WHERE topic = excluded.topic',
  )
  const keepDelivery = file.prepare('INSERT OR IGNORE INTO deliveries VALUES (?, ?, ?, ?)')
  const readOrders = file.prepare<{ orderId: string; view: string }>(
    'SELECT order_id AS orderId, view FROM orders WHERE request_id = ? ORDER BY topic, "offset"',
  )
  const readDeliveries = file.prepare<{ delivery: string }>('SELECT delivery FROM deliveries WHERE order_id = ? ORDER BY at, kind DESC')
  const readPlace = file.prepare<OrderOffset>('SELECT topic, "offset" FROM orders WHERE order_id = ? AND request_id = ?')
  const readPlaceIn = file.prepare<OrderOffset>('SELECT topic, "offset" FROM orders WHERE order_id = ? AND topic = ?')
  const readBic = file.prepare<{ bic: string }>(
    `SELECT json_extract(view, '$.institution.bic') AS bic FROM orders WHERE order_id = ? AND topic = ?`,
  )
  const readOffice = file.prepare<{ requestId: string; offset: number; view: string }>(
    `SELECT request_id AS requestId, "offset", view FROM orders
     WHERE topic = ? AND substr(json_extract(view, '$.institution.bic'), 1, 8) = ? AND "offset" > ? ORDER BY "offset" LIMIT ?`,
  )
  const readSoFar = file.prepare<TopicReadSoFar>('SELECT next, mark FROM read_to WHERE topic = ? AND partition = ?')
  const saveSoFar = file.prepare(
    'INSERT INTO read_to VALUES (?, ?, ?, ?) ON CONFLICT (topic, partition) DO UPDATE SET next = excluded.next, mark = excluded.mark',
  )
  const forgetOrders = file.prepare('DELETE FROM orders WHERE topic = ?')
  const forgetDeliveries = file.prepare('DELETE FROM deliveries')
  const forgetSoFar = file.prepare('DELETE FROM read_to WHERE topic = ?')

  const deliveriesOf = (orderId: string): OrderDelivery[] =>
    readDeliveries.all(orderId).map(row => JSON.parse(row.delivery) as OrderDelivery)

  return {
    takeOrders(records) {
      for (const { topic, offset, value } of records) {
        const order = readOrder(value)
        if (order) keep.run(order.data.orderId, order.data.requestId, topic, offset, JSON.stringify(viewOf(order)))
      }
    },
    takeDeliveries(records) {
      for (const { value } of records) {
        const json = parseJson(value)
        const delivery = json.ok ? parseStored(deliverySchema, json.value) : json
        if (!delivery.ok) continue
        const { time, data } = delivery.value
        keepDelivery.run(data.orderId, time, data.kind, JSON.stringify(deliveryOf(time, data)))
      }
    },
    soFar: (topic, partition) => readSoFar.get(topic, partition),
    readTo: (topic, partition, { next, mark }) => void saveSoFar.run(topic, partition, next, mark),
    forget(topic) {
      forgetSoFar.run(topic)
      if (topic === topics.deliveries.name) forgetDeliveries.run()
      else forgetOrders.run(topic)
    },
    of: requestId =>
      readOrders.all(requestId).map(row => ({ ...(JSON.parse(row.view) as KeptView), deliveries: deliveriesOf(row.orderId) })),
    officeOf: (topic, orderId) => readBic.get(orderId, topic)?.bic,
    placeIn: (topic, orderId) => readPlaceIn.get(orderId, topic),
    ofOffices(topic, offices, isWanted, after, limit) {
      const rows = offices
        .flatMap(office => readOffice.all(topic, office, after, limit + 1))
        .sort((one, other) => one.offset - other.offset)
      const page = rows.slice(0, limit)
      const orders = page.flatMap(row => {
        const { cause: _fact, ...view } = JSON.parse(row.view) as KeptView
        return isWanted(view.institution.bic) ? [{ ...view, requestId: row.requestId }] : []
      })
      const reached = page.at(-1)?.offset ?? after
      return { orders, next: rows.length > limit ? reached : undefined, reached }
    },
    placeOf: (requestId, orderId) => readPlace.get(orderId, requestId),
  }
}

/** Undefined where the text is no order. */
export function readOrder(text: string): Order | undefined {
  const json = parseJson(text)
  const order = json.ok ? parseStored(orderSchema, json.value) : json
  return order.ok ? order.value : undefined
}

function viewOf({ time, causationid = '', data: { orderId, kind, amount, institution } }: Order): KeptView {
  return { orderId, kind, amount, institution: { bic: institution.bic }, at: time, cause: causationid }
}

function deliveryOf(at: string, data: Delivery['data']): OrderDelivery {
  if (data.kind === 'planned') return { at, kind: data.kind }
  const { kind, recipient, attempts } = data
  return kind === 'delivered' ? { at, kind, recipient, attempts, channel: data.channel } : { at, kind, recipient, attempts, why: data.why }
}
