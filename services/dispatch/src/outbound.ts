import type { Order, TopicSpec } from '@holdfast/schemas'

/** Something to publish, with the id by which a receiver, and dispatch itself after a crash, can tell a repeat. */
export interface Outbound {
  readonly topic: TopicSpec
  readonly id: string
  readonly key: string
  readonly value: string
  /** Of an order, what its text says. */
  readonly order?: Order
}
