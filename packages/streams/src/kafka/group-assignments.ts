import { assignPartitions, type Partition } from './assign-partitions.ts'
import { MemberAssignment, MemberMetadata } from './kafkajs.ts'
import type { KafkaCluster } from './kafkajs-shapes.ts'

/** What whoever leads a group answers its members: the share of each, by what all of them said of themselves as they joined. */
export async function buildAssignments(
  cluster: KafkaCluster,
  members: readonly { memberId: string; memberMetadata: Buffer }[],
): Promise<{ memberId: string; memberAssignment: Buffer }[]> {
  const joining = members.map(({ memberId, memberMetadata }) => {
    const { topics, userData } = MemberMetadata.decode(memberMetadata)
    return { memberId, topics, held: decodePartitions(userData) }
  })
  await cluster.addMultipleTargetTopics([...new Set(joining.flatMap(({ topics }) => topics))])
  const shares = assignPartitions(joining, topic => cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId))
  return [...shares].map(([memberId, partitions]) => ({ memberId, memberAssignment: encodePartitions(partitions) }))
}

export function encodePartitions(partitions: readonly Partition[]): Buffer {
  const byTopic = Map.groupBy(partitions, ({ topic }) => topic)
  const assignment = Object.fromEntries([...byTopic].map(([topic, all]) => [topic, all.map(({ partition }) => partition)]))
  return MemberAssignment.encode({ version: 0, assignment })
}

export function decodePartitions(bytes: Buffer): Partition[] {
  const assignment = Object.entries(MemberAssignment.decode(bytes)?.assignment ?? {})
  return assignment.flatMap(([topic, partitions]) => partitions.map(partition => ({ topic, partition })))
}
