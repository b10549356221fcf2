import { type KafkaServer, newClusterId, startKafka } from './kafka-server.ts'
import { freePort } from './ports.ts'

/** Real brokers that keep copies of each other's topics. The first is their one controller: it has to stay. */
export interface KafkaCluster {
  readonly brokers: string
  readonly nodes: readonly KafkaServer[]
  stop(): Promise<void>
}

/** Another listener of each broker, such as one that is reached by a way that can be cut. */
export interface OtherListener {
  /** In capitals. */
  readonly name: string
  /** Returns the port of 127.0.0.1 that the broker advertises to its clients, by the one that it listens on. */
  advertise(broker: number, port: number): Promise<number>
}

/**
 * Starts so many brokers, one after the other. Brokers themselves, and who takes `brokers`, use the plain listener whatever others there are.
 * @param dataDirOf where the data of a broker are put; undefined for a folder that goes with it.
 */
export async function startKafkaCluster(
  count: number,
  others: readonly OtherListener[] = [],
  dataDirOf: (broker: number) => string | undefined = () => undefined,
): Promise<KafkaCluster> {
  const clusterId = newClusterId()
  const controllerPort = await freePort()
  const nodes: KafkaServer[] = []
  for (let id = 1; id <= count; id++) {
    const port = await freePort()
    const addressOf = (name: string, at: number) => `${name}://127.0.0.1:${at}`
    const listeners = [addressOf('PLAINTEXT', port)]
    const advertised = [...listeners]
    for (const { name, advertise } of others) {
      const own = await freePort()
      listeners.push(addressOf(name, own))
      advertised.push(addressOf(name, await advertise(id, own)))
    }
    if (id === 1) listeners.push(addressOf('CONTROLLER', controllerPort))
    const settings = {
      'offsets.topic.replication.factor': `${count}`,
      listeners: listeners.join(),
      'advertised.listeners': advertised.join(),
      'listener.security.protocol.map': ['CONTROLLER', 'PLAINTEXT', ...others.map(({ name }) => name)]
        .map(name => `${name}:PLAINTEXT`)
        .join(),
    }
    const followerOnly = { 'node.id': `${id}`, 'process.roles': 'broker' }
    const dataDir = dataDirOf(id)
    nodes.push(
      await startKafka({
        port,
        node: { clusterId, controllerPort, settings: id === 1 ? settings : { ...settings, ...followerOnly } },
        ...(dataDir === undefined ? {} : { dataDir }),
      }),
    )
  }
  return {
    brokers: nodes.map(({ brokers }) => brokers).join(),
    nodes,
    async stop() {
      await Promise.all(nodes.map(node => node.stop()))
    },
  }
}
