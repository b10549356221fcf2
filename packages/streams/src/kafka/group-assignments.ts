import { assignPartitions, type Partition } from './assign-partitions.ts'
import { MemberAssignment, MemberMetadata } from './kafkajs.ts'
import type { KafkaCluster } from './kafkajs-shapes.ts'

/** The group leader's answer: the partitions of each member, from what all members sent with their joins. */
export async function buildAssignments(
  cluster: KafkaCluster,
  members: readonly { memberId: string; memberMetadata: Buffer }[],
): Promise<{ memberId: string; memberAssignment: Buffer }[]> {
  const joining = members.map(({ memberId, memberMetadata }) => {
    const { topics, userData } = MemberMetadata.decode(memberMetadata)
    return { memberId, topics, owned: decodePartitions(userData) }
  })
  await cluster.addMultipleTargetTopics([...new Set(joining.flatMap(({ topics }) => topics))])
  const assignments = assignPartitions(joining, topic => cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId))
  return [...assignments].map(([memberId, partitions]) => ({ memberId, memberAssignment: encodePartitions(partitions) }))
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
