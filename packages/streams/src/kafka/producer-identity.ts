import type { KafkaConnection } from './connection.ts'

/** With it and a batch's sequence, a broker recognises a duplicate batch. */
export interface Identity {
  readonly producerId: string
  readonly producerEpoch: number
}

export interface ProducerIdentity {
  /** Returns the current identity; requests one if there is none. */
  identify(): Promise<Identity>
  /** Drops this identity if it is the current one; the next call requests a new one. */
  renew(stale: Identity): void
}

/**
 * Requests a new identity only after the previous request is answered and its identity dropped. With two requests at
 * once it would be unclear which one is current.
 */
export function createProducerIdentity(connection: Pick<KafkaConnection, 'use'>): ProducerIdentity {
  let identifying: Promise<Identity> | undefined
  /** The result of the last request. */
  let known: Identity | undefined

  async function request(): Promise<Identity> {
    known = undefined
    try {
      const { producerId, producerEpoch } = await connection.use([], async cluster =>
        (await cluster.brokerPool.findConnectedBroker()).initProducerId({ transactionTimeout: 60_000 }),
      )
      known = { producerId, producerEpoch }
      return known
    } catch (error) {
      identifying = undefined
      throw error
    }
  }

  return {
    identify() {
      identifying ??= request()
      return identifying
    },
    renew(stale) {
      if (known === stale) identifying = undefined
    },
  }
}
