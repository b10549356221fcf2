import { type KafkaServer, newClusterId, startKafka } from './kafka-server.ts'
import { freePort } from './ports.ts'

/** Real brokers that keep copies of each other's topics. The first is their one controller: it has to stay. */
export interface KafkaCluster {
  readonly brokers: string
  readonly nodes: readonly KafkaServer[]
  stop(): Promise<void>
}

/** Starts so many brokers, one after the other. */
export async function startKafkaCluster(count: number): Promise<KafkaCluster> {
  const clusterId = newClusterId()
  const controllerPort = await freePort()
  const nodes: KafkaServer[] = []
  for (let id = 1; id <= count; id++) {
    const port = await freePort()
    const copies = { 'offsets.topic.replication.factor': `${count}` }
    const followerOnly = { 'node.id': `${id}`, 'process.roles': 'broker', listeners: `PLAINTEXT://127.0.0.1:${port}` }
    nodes.push(
      await startKafka({ port, node: { clusterId, controllerPort, settings: id === 1 ? copies : { ...copies, ...followerOnly } } }),
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
