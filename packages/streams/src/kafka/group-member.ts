import type { StreamsLog } from '../log.ts'
import { createBackOff, pause } from '../pause.ts'
import type { StandingFaults } from '../standing-faults.ts'
import type { KafkaConnection } from './connection.ts'
import { asKafkaError, isMembershipLost, isOfType, unavailable, within } from './faults.ts'
import { earliest, type KafkaBroker, type KafkaCluster, MemberAssignment, MemberMetadata } from './kafkajs.ts'
import { offsetFor } from './offsets.ts'

export interface Share {
  readonly topic: string
  readonly partition: number
  /** The group's position; the start of the partition when it has none yet. */
  readonly committed: number
}

export interface Position {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

export interface GroupMemberOptions {
  readonly connection: KafkaConnection
  readonly group: string
  readonly topics: readonly string[]
  readonly sessionTimeoutMs: number
  readonly log: StreamsLog
  readonly faults: StandingFaults
  /** The partitions of this member from now on. Called again after each change, with `onLost` in between. */
  onShare(shares: readonly Share[]): void
  /** Nothing is this member's any more. While it runs, `commit` still holds; the group waits for it, at most as long as its rebalance timeout. */
  onLost(): Promise<void>
}

export interface GroupMember {
  /** Resolves when the first share is known. */
  readonly joined: Promise<void>
  commit(positions: readonly Position[]): Promise<void>
  /** Resolves when the member has left the group and `onLost` has run. */
  stop(): Promise<void>
}

interface Membership {
  readonly generationId: number
  readonly memberId: string
}

/** A rebalance is noticed within this time; more often would only load the broker. */
const heartbeatMs = 1_000
/** How long a member may take to finish its batches before the others go on without it. */
const rebalanceTimeoutMs = 15_000
const leaveMs = 1_000
/** Names how partitions are shared, so that members that share otherwise can't join. */
const protocolName = 'holdfast-modulo'

/**
 * A member of a Kafka consumer group: joins, keeps its place by heartbeats of its own timer, and joins again whenever it has to. It never gives up.
 * Written on kafkajs's protocol and not on its consumer, which beats only between batches, goes on with a batch of a partition that it lost, holds
 * up all partitions of a broker for one that is slow, and stops for good on some errors.
 */
export function createGroupMember(options: GroupMemberOptions): GroupMember {
  const { connection, group, topics, log, faults } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const first = Promise.withResolvers<void>()
  let membership: Membership | undefined
  let memberId = ''
  const coordinate = <T>(work: (coordinator: KafkaBroker, cluster: KafkaCluster) => Promise<T>): Promise<T> =>
    connection.use(topics, async cluster => work(await cluster.findGroupCoordinator({ groupId: group }), cluster))

  async function run(): Promise<void> {
    const backOff = createBackOff(50, 2_000)
    while (!signal.aborted) {
      try {
        membership = await unlessStopped(join())
        backOff.reset()
        faults.clear(options)
        await keep(membership)
      } catch (error) {
        if (isOfType(error, 'UNKNOWN_MEMBER_ID')) memberId = ''
        const about = { group, topics, fault: asKafkaError(error).message }
        if (isMembershipLost(error)) log.debug(about, 'the group shares its partitions anew')
        else if (!signal.aborted) {
          log.warn(about, 'the group can not be reached; tried again')
          faults.note(options, `the group ${group} has not been joined`, error)
        }
        await options.onLost()
        if (!isMembershipLost(error)) await pause(backOff.next(), signal)
      }
      membership = undefined
    }
    faults.clear(options)
    first.reject(unavailable(`the stage of ${group} stopped before it had joined`, new Error('stopped')))
  }

  /** A join may wait for all other members; who stops does not wait for it. */
  function unlessStopped<T>(work: Promise<T>): Promise<T> {
    const stopped = Promise.withResolvers<never>()
    const stop = (): void => stopped.reject(new Error('stopped'))
    signal.addEventListener('abort', stop, { once: true })
    return Promise.race([work, stopped.promise]).finally(() => signal.removeEventListener('abort', stop))
  }

  async function join(): Promise<Membership> {
    return coordinate(async (coordinator, cluster) => {
      const joined = await coordinator.joinGroup({
        groupId: group,
        sessionTimeout: options.sessionTimeoutMs,
        rebalanceTimeout: rebalanceTimeoutMs,
        memberId,
        groupProtocols: [{ name: protocolName, metadata: MemberMetadata.encode({ version: 0, topics }) }],
      })
      memberId = joined.memberId
      const { generationId } = joined
      const groupAssignment = joined.leaderId === memberId ? await share(cluster, joined.members) : []
      const { memberAssignment } = await coordinator.syncGroup({ groupId: group, generationId, memberId, groupAssignment })
      const assigned = Object.entries(MemberAssignment.decode(memberAssignment)?.assignment ?? {})
      const shares = await positionsOf(coordinator, cluster, assigned)
      if (!signal.aborted) options.onShare(shares)
      log.info({ group, partitions: shares.map(({ topic, partition }) => `${topic}/${partition}`) }, 'partitions assigned')
      first.resolve()
      return { generationId, memberId }
    })
  }

  async function positionsOf(
    coordinator: KafkaBroker,
    cluster: KafkaCluster,
    assigned: readonly (readonly [string, number[]])[],
  ): Promise<Share[]> {
    if (assigned.length === 0) return []
    const { responses } = await coordinator.offsetFetch({
      groupId: group,
      topics: assigned.map(([topic, partitions]) => ({ topic, partitions: partitions.map(partition => ({ partition })) })),
    })
    const positions = responses.flatMap(({ topic, partitions }) => partitions.map(each => ({ topic, ...each })))
    return Promise.all(
      positions.map(async ({ topic, partition, offset }) => ({
        topic,
        partition,
        committed: Number(offset) < 0 ? await offsetFor(cluster, topic, partition, earliest) : Number(offset),
      })),
    )
  }

  /** Resolves when the member is to stop; throws when its membership is over. */
  async function keep({ generationId, memberId: id }: Membership): Promise<void> {
    let heardAt = Date.now()
    for (;;) {
      await pause(heartbeatMs, signal)
      if (signal.aborted) return options.onLost()
      try {
        const beat = coordinate(coordinator => coordinator.heartbeat({ groupId: group, groupGenerationId: generationId, memberId: id }))
        await within(beat, options.sessionTimeoutMs, () => new Error('no answer to a heartbeat'))
        heardAt = Date.now()
      } catch (error) {
        // While the session lasts nobody else gets the partitions; a coordinator that moves or a broker that restarts is waited for.
        if (isMembershipLost(error) || Date.now() - heardAt > options.sessionTimeoutMs) throw error
      }
    }
  }

  async function leave(): Promise<void> {
    if (memberId === '') return
    const left = coordinate(coordinator => coordinator.leaveGroup({ groupId: group, memberId }))
    await within(left, leaveMs, () => new Error('no answer')).catch(error => {
      log.debug({ group, fault: asKafkaError(error).message }, 'the group finds out by itself that a member left')
    })
  }

  const running = run()
  return {
    joined: first.promise,
    async commit(positions) {
      const held = membership
      if (!held || positions.length === 0) return
      const byTopic = [...Map.groupBy(positions, position => position.topic)]
      await coordinate(coordinator =>
        coordinator.offsetCommit({
          groupId: group,
          groupGenerationId: held.generationId,
          memberId: held.memberId,
          topics: byTopic.map(([topic, ofTopic]) => ({
            topic,
            partitions: ofTopic.map(({ partition, offset }) => ({ partition, offset: String(offset), metadata: '' })),
          })),
        }),
      )
    },
    async stop() {
      stopping.abort()
      await running
      await leave()
    },
  }
}

/** Partition n of each topic goes to the member n modulo their number: partition n of two topics has one owner, which stages that join topics build on. */
async function share(
  cluster: KafkaCluster,
  members: readonly { memberId: string; memberMetadata: Buffer }[],
): Promise<{ memberId: string; memberAssignment: Buffer }[]> {
  const subscribers = new Map<string, string[]>()
  const shares = new Map<string, Record<string, number[]>>()
  for (const { memberId, memberMetadata } of members.toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1))) {
    shares.set(memberId, {})
    for (const topic of MemberMetadata.decode(memberMetadata).topics) subscribers.set(topic, [...(subscribers.get(topic) ?? []), memberId])
  }
  await cluster.addMultipleTargetTopics([...subscribers.keys()])
  for (const [topic, memberIds] of subscribers) {
    for (const { partitionId } of cluster.findTopicPartitionMetadata(topic)) {
      const assignment = shares.get(memberIds[partitionId % memberIds.length] ?? '')
      if (assignment) assignment[topic] = [...(assignment[topic] ?? []), partitionId]
    }
  }
  return [...shares].map(([memberId, assignment]) => ({ memberId, memberAssignment: MemberAssignment.encode({ version: 0, assignment }) }))
}
