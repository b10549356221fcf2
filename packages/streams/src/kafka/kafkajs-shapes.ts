import type { KafkaError } from './faults.ts'
import type { FetchedPartition } from './fetch-answer.ts'
import type { SentRecord } from './write-batch.ts'

// The internals of kafkajs 2.2.4 have no types. This file describes what kafkajs.ts uses of them, with the protocol's
// names.

export interface FetchRequest {
  readonly maxWaitTime: number
  readonly minBytes: number
  readonly maxBytes: number
  readonly isolationLevel: number
  readonly topics: readonly {
    readonly topic: string
    readonly partitions: readonly { partition: number; fetchOffset: string; maxBytes: number }[]
  }[]
}

export interface ProducePartition {
  readonly partition: number
  readonly firstSequence: number
  readonly records: readonly SentRecord[]
}

export interface ProduceRequest {
  readonly acks: -1 | 1
  /** How long the leader waits for its followers, in milliseconds. */
  readonly timeout: number
  readonly producerId: string
  readonly producerEpoch: number
  readonly topicData: readonly { readonly topic: string; readonly partitions: readonly ProducePartition[] }[]
}

/** A leader's answer for one partition of a produce request. */
export interface ProducedPartition {
  readonly topic: string
  readonly partition: number
  /** The offset of the first record; meaningless if there is an error. */
  readonly baseOffset: number
  /** In milliseconds since 1970, if the broker stamps the records; otherwise -1. */
  readonly stampedMs: number
  readonly error: KafkaError | undefined
}

interface OffsetRequest {
  readonly topic: string
  readonly partitions: readonly { partition: number; timestamp: number }[]
}

/** An access rule of the protocol. Resource types, operations and permissions are numbers. */
export interface AclEntry {
  readonly resourceType: number
  readonly resourceName: string
  readonly resourcePatternType: number
  readonly principal: string
  readonly host: string
  readonly operation: number
  readonly permissionType: number
}

/** In a filter, null and 1 match anything. */
type AclFilter = { readonly [K in keyof AclEntry]: AclEntry[K] | (AclEntry[K] extends string ? null : never) }

export interface KafkaBroker {
  createAcls(request: { acl: readonly AclEntry[] }): Promise<unknown>
  describeAcls(filter: AclFilter): Promise<{
    resources: (Pick<AclEntry, 'resourceType' | 'resourceName'> & {
      resourcePatternType: number
      acls: Pick<AclEntry, 'principal' | 'host' | 'operation' | 'permissionType'>[]
    })[]
  }>
  deleteAcls(request: { filters: readonly AclFilter[] }): Promise<unknown>
  apiVersions(): Promise<unknown>
  metadata(topics: readonly string[]): Promise<{ topicMetadata: { topic: string; partitionMetadata: unknown[] }[] }>
  findGroupCoordinator(request: { groupId: string; coordinatorType: 0 }): Promise<unknown>
  createTopics(request: { topics: readonly object[]; timeout: number }): Promise<unknown>
  describeConfigs(request: { resources: readonly { type: number; name: string; configNames: readonly string[] }[] }): Promise<{
    resources: { resourceName: string; configEntries: { configName: string; configValue: string }[] }[]
  }>
  initProducerId(request: { transactionTimeout: number }): Promise<{ producerId: string; producerEpoch: number }>
  produceEach(request: ProduceRequest): Promise<readonly ProducedPartition[]>
  fetchBytes(request: FetchRequest): Promise<readonly FetchedPartition[]>
  listOffsets(request: {
    isolationLevel: number
    /** Default: a client, which sees confirmed records only. */
    replicaId?: number
    topics: readonly OffsetRequest[]
  }): Promise<{ responses: { partitions: { offset: string }[] }[] }>
  joinGroup(request: {
    groupId: string
    sessionTimeout: number
    rebalanceTimeout: number
    memberId: string
    groupProtocols: readonly { name: string; metadata: Buffer }[]
  }): Promise<{
    generationId: number
    leaderId: string
    memberId: string
    members: { memberId: string; memberMetadata: Buffer }[]
  }>
  syncGroup(request: {
    groupId: string
    generationId: number
    memberId: string
    groupAssignment: readonly { memberId: string; memberAssignment: Buffer }[]
  }): Promise<{ memberAssignment: Buffer }>
  heartbeat(request: { groupId: string; groupGenerationId: number; memberId: string }): Promise<unknown>
  leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>
  offsetFetch(request: {
    groupId: string
    topics: readonly { topic: string; partitions: readonly { partition: number }[] }[]
  }): Promise<{ responses: { topic: string; partitions: { partition: number; offset: string; metadata: string | null }[] }[] }>
  offsetCommit(request: {
    groupId: string
    groupGenerationId: number
    memberId: string
    topics: readonly { topic: string; partitions: readonly { partition: number; offset: string; metadata: string }[] }[]
  }): Promise<unknown>
}

export interface KafkaCluster {
  readonly targetTopics: ReadonlySet<string>
  readonly brokerPool: { findConnectedBroker(): Promise<KafkaBroker> }
  connect(): Promise<void>
  disconnect(): Promise<void>
  removeBroker(address: { host: string; port: number }): void
  refreshMetadata(): Promise<void>
  refreshMetadataIfNecessary(): Promise<void>
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>
  findTopicPartitionMetadata(topic: string): { partitionId: number; leader: number }[]
  findBroker(which: { nodeId: string }): Promise<KafkaBroker>
  findControllerBroker(): Promise<KafkaBroker>
  findGroupCoordinator(which: { groupId: string }): Promise<KafkaBroker>
}
