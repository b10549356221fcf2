import { type Delivery, deliverySchema, type Order, type OrderDelivery, type OrderView, orderSchema } from '@holdfast/payment-stop/language'
import { parseJson, parseStored, topics } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import type { StreamRecord } from '@holdfast/streams'

/** Topic and offset of an order. */
export interface OrderOffset {
  readonly topic: string
  readonly offset: number
}

/** The next offset to read, and a fingerprint of the record before it. */
export interface TopicReadSoFar {
  readonly next: number
  readonly fingerprint: string
}

/**
 * The orders of each request and their deliveries, without personal data such as the payee. The order itself is read
 * from its topic while the topic still has it.
 */
export interface StoredOrders {
  /** To be called within a write. Ignores invalid and known records. */
  takeOrders(records: readonly StreamRecord[]): void
  /** The same for deliveries. */
  takeDeliveries(records: readonly StreamRecord[]): void
  /** The position in a partition. */
  soFar(topic: string, partition: number): TopicReadSoFar | undefined
  /** To be called within a write, after the records. */
  readTo(topic: string, partition: number, soFar: TopicReadSoFar): void
  /** To be called within a write, because the topic was replaced. */
  forget(topic: string): void
  /** Oldest first. */
  of(requestId: string): OrderView[]
  offsetOf(requestId: string, orderId: string): OrderOffset | undefined
  /** The same by order id only, in the topic of a country. */
  offsetIn(topic: string, orderId: string): OrderOffset | undefined
  /** The BIC of the institution that received an order, in the topic of a country. */
  officeOf(topic: string, orderId: string): string | undefined
  /**
   * Orders to offices (the first eight characters of a BIC) that match `isWanted`, after an offset, oldest first.
   * `reached` is the last offset; `next` is the same if there may be more.
   */
  ofOffices(
    topic: string,
    offices: readonly string[],
    isWanted: (bic: string) => boolean,
    after: number,
    limit: number,
  ): { readonly orders: OwnOrder[]; readonly next: number | undefined; readonly reached: number }
}

/** An order as its institution sees it. */
export type OwnOrder = Pick<OrderView, 'orderId' | 'kind' | 'amount' | 'institution' | 'at'> & { readonly requestId: string }

const tables = `
  CREATE TABLE IF NOT EXISTS orders (order_id TEXT PRIMARY KEY, request_id TEXT NOT NULL, topic TEXT NOT NULL, "offset" INTEGER NOT NULL, view TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS orders_office ON orders (topic, substr(json_extract(view, '$.institution.bic'), 1, 8), "offset");
  CREATE INDEX IF NOT EXISTS orders_request ON orders (request_id, topic, "offset");
  CREATE TABLE IF NOT EXISTS deliveries (order_id TEXT NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, delivery TEXT NOT NULL, PRIMARY KEY (order_id, kind)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS read_to (topic TEXT NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL, fingerprint TEXT NOT NULL, PRIMARY KEY (topic, partition)) STRICT, WITHOUT ROWID;
`

type StoredView = Omit<OrderView, 'deliveries'>

export function createStoredOrders(file: SqliteFile): StoredOrders {
  file.schema(tables)
  // An order that was sent twice is the same one: the latest offset counts.
  const keep = file.prepare(
    'INSERT INTO orders VALUES (?, ?, ?, ?, ?) ON CONFLICT (order_id) DO UPDATE SET "offset" = excluded."offset" WHERE topic = excluded.topic',
  )
  const keepDelivery = file.prepare('INSERT OR IGNORE INTO deliveries VALUES (?, ?, ?, ?)')
  const readOrders = file.prepare<{ orderId: string; view: string }>(
    'SELECT order_id AS orderId, view FROM orders WHERE request_id = ? ORDER BY topic, "offset"',
  )
  const readDeliveries = file.prepare<{ delivery: string }>('SELECT delivery FROM deliveries WHERE order_id = ? ORDER BY at, kind DESC')
  const readOffset = file.prepare<OrderOffset>('SELECT topic, "offset" FROM orders WHERE order_id = ? AND request_id = ?')
  const readOffsetIn = file.prepare<OrderOffset>('SELECT topic, "offset" FROM orders WHERE order_id = ? AND topic = ?')
  const readBic = file.prepare<{ bic: string }>(
    `SELECT json_extract(view, '$.institution.bic') AS bic FROM orders WHERE order_id = ? AND topic = ?`,
  )
  const readOffice = file.prepare<{ requestId: string; offset: number; view: string }>(
    `SELECT request_id AS requestId, "offset", view FROM orders
     WHERE topic = ? AND substr(json_extract(view, '$.institution.bic'), 1, 8) = ? AND "offset" > ? ORDER BY "offset" LIMIT ?`,
  )
  const readSoFar = file.prepare<TopicReadSoFar>('SELECT next, fingerprint FROM read_to WHERE topic = ? AND partition = ?')
  const saveSoFar = file.prepare(
    'INSERT INTO read_to VALUES (?, ?, ?, ?) ON CONFLICT (topic, partition) DO UPDATE SET next = excluded.next, fingerprint = excluded.fingerprint',
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
    readTo: (topic, partition, { next, fingerprint }) => void saveSoFar.run(topic, partition, next, fingerprint),
    forget(topic) {
      forgetSoFar.run(topic)
      if (topic === topics.deliveries.name) forgetDeliveries.run()
      else forgetOrders.run(topic)
    },
    of: requestId =>
      readOrders.all(requestId).map(row => ({ ...(JSON.parse(row.view) as StoredView), deliveries: deliveriesOf(row.orderId) })),
    officeOf: (topic, orderId) => readBic.get(orderId, topic)?.bic,
    offsetIn: (topic, orderId) => readOffsetIn.get(orderId, topic),
    ofOffices(topic, offices, isWanted, after, limit) {
      const rows = offices
        .flatMap(office => readOffice.all(topic, office, after, limit + 1))
        .sort((one, other) => one.offset - other.offset)
      const page = rows.slice(0, limit)
      const orders = page.flatMap(row => {
        const { cause: _fact, ...view } = JSON.parse(row.view) as StoredView
        return isWanted(view.institution.bic) ? [{ ...view, requestId: row.requestId }] : []
      })
      const reached = page.at(-1)?.offset ?? after
      return { orders, next: rows.length > limit ? reached : undefined, reached }
    },
    offsetOf: (requestId, orderId) => readOffset.get(orderId, requestId),
  }
}

/** Undefined if the text is not an order. */
export function readOrder(text: string): Order | undefined {
  const json = parseJson(text)
  const order = json.ok ? parseStored(orderSchema, json.value) : json
  return order.ok ? order.value : undefined
}

function viewOf({ time, causationid = '', data: { orderId, kind, amount, institution } }: Order): StoredView {
  return { orderId, kind, amount, institution: { bic: institution.bic }, at: time, cause: causationid }
}

function deliveryOf(at: string, data: Delivery['data']): OrderDelivery {
  if (data.kind === 'planned') return { at, kind: data.kind }
  const { kind, recipient, attempts } = data
  return kind === 'delivered' ? { at, kind, recipient, attempts, channel: data.channel } : { at, kind, recipient, attempts, why: data.why }
}
