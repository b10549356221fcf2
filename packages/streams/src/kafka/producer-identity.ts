import type { KafkaConnection } from './connection.ts'

/** By it, and the sequence of a batch, a broker knows a batch that it has already. */
export interface Identity {
  readonly producerId: string
  readonly producerEpoch: number
}

export interface ProducerIdentity {
  /** The one in use; asks for one where there is none. */
  identify(): Promise<Identity>
  /** This one is left, where it is in use: the next call asks for another. */
  renew(stale: Identity): void
}

/** Another one is asked for only once this one is known and left: of two that are asked for at once nobody could tell which is in use. */
export function createProducerIdentity(connection: Pick<KafkaConnection, 'use'>): ProducerIdentity {
  let identifying: Promise<Identity> | undefined
  /** What the last asking came to. */
  let known: Identity | undefined

  async function ask(): Promise<Identity> {
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
      identifying ??= ask()
      return identifying
    },
    renew(stale) {
      if (known === stale) identifying = undefined
    },
  }
}
