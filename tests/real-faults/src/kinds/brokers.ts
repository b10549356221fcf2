import type { KafkaServer } from '@holdfast/test-kit/kafka-server'
import { ask } from '@holdfast/test-kit/ports'
import type { Admin } from 'kafkajs'
import type { ClusterSite } from '../cluster-site.ts'
import type { Disk } from '../disk.ts'
import type { Kind } from '../kind.ts'
import { isThere } from '../process-of.ts'

export const brokerKill: Kind<ClusterSite> = {
  name: 'broker-kill',
  engine: 'cluster',
  what: 'a broker is killed and restarted; the first is also the controller',
  needs: 'brokers',
  mayRepeat: true,
  async happen({ kafka }, chance) {
    const broker = chance.pick(kafka.nodes) as KafkaServer
    await broker.kill('SIGKILL')
    return { whom: `broker ${kafka.nodes.indexOf(broker) + 1}`, lastsMs: chance.between(500, 6_000), end: () => broker.restart() }
  },
}

export const brokerDiskFull: Kind<ClusterSite> = {
  name: 'broker-disk-full',
  engine: 'cluster',
  what: 'the disk of a broker is full, or nearly full; once there is space, the broker is restarted',
  needs: 'brokers',
  mayRepeat: true,
  whyNot: ({ brokerDisks }) => brokerDisks.find(disk => typeof disk === 'string'),
  async happen({ kafka, brokerDisks }, chance) {
    const nth = chance.between(0, kafka.nodes.length - 1)
    const [broker, disk] = [kafka.nodes[nth] as KafkaServer, brokerDisks[nth] as Disk]
    const leftBytes = chance.happens(0.5) ? 0 : chance.between(10_000, 400_000)
    disk.fill(leftBytes)
    let hadEnded = false
    return {
      whom: `broker ${nth + 1}, ${leftBytes} bytes left`,
      lastsMs: chance.between(2_000, 8_000),
      async end() {
        hadEnded = !isThere(broker.pid)
        disk.empty()
        // A broker that did not end does not use a log again that it could not write.
        await broker.restart()
      },
      outcome: () => `broker ${nth + 1} ${hadEnded ? 'had ended by itself' : 'was still running'}`,
    }
  },
}

export const leaders: Kind<ClusterSite> = {
  name: 'leaders',
  engine: 'cluster',
  what: 'each partition gets another leader',
  needs: 'brokers',
  mayRepeat: true,
  // Only the election strikes: reordering the replicas before it moves nothing.
  prepare: ({ admin }) => preferOthers(admin),
  async happen({ kafka }) {
    await Promise.all(kafka.nodes.map(({ port }) => electPreferred(port)))
    return { whom: 'all partitions', lastsMs: 0, end: async () => undefined }
  },
}

async function preferOthers(admin: Admin): Promise<void> {
  const { topics } = await admin.fetchTopicMetadata({ topics: (await admin.listTopics()).filter(name => name.startsWith('freeze.')) })
  await admin.alterPartitionReassignments({
    topics: topics.map(({ name, partitions }) => ({
      topic: name,
      partitionAssignment: partitions.map(({ partitionId, replicas, leader }) => ({
        partition: partitionId,
        // The replica after the leader, so that each leader changes.
        replicas: rotated(replicas, leader),
      })),
    })),
    timeout: 10_000,
  })
}

function rotated(replicas: readonly number[], leader: number): number[] {
  const next = (replicas.indexOf(leader) + 1) % replicas.length
  return [...replicas.slice(next), ...replicas.slice(0, next)]
}

/**
 * Triggers the election of the preferred leader of every partition. kafkajs has no call for it: ElectLeaders (key 43),
 * version 1, with correlation id 9, no client id, preferred election, all partitions and 10 s. A broker forwards it to
 * the controller, so it can be sent to each of them.
 */
async function electPreferred(port: number): Promise<void> {
  const body = Buffer.alloc(4 + 2 + 2 + 4 + 2 + 1 + 4 + 4)
  let at = body.writeInt32BE(body.length - 4, 0)
  at = body.writeInt16BE(43, at)
  at = body.writeInt16BE(1, at)
  at = body.writeInt32BE(9, at)
  at = body.writeInt16BE(-1, at)
  at = body.writeInt8(0, at)
  at = body.writeInt32BE(-1, at)
  body.writeInt32BE(10_000, at)
  const answer = await ask(port, body)
  const errorCode = answer && answer.length >= 14 ? answer.readInt16BE(12) : undefined
  if (errorCode !== undefined && errorCode !== 0) throw new Error(`the election failed with Kafka error ${errorCode}`)
}
