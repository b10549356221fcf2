// One member of a Kafka consumer group, on kafkajs's protocol layer. Callers: stage.ts.
// States: joining → member → (rebalance) joining, or → membership lost → joining as a new member; stopped at the end.
// It keeps its partitions during a rebalance and releases only those that another member gets (ADR 32).

import type { StreamsLog } from '../log.ts'
import { formatFingerprints, type LogFingerprints, parseFingerprints } from '../log-fingerprints.ts'
import type { OngoingFaults } from '../ongoing-faults.ts'
import { createBackOff, pause } from '../pause.ts'
import { unlessAborted, within } from '../waits.ts'
import { nameOf, type Partition } from './assign-partitions.ts'
import { findCoordinator, type KafkaConnection } from './connection.ts'
import { asKafkaError, isLastingAnswer, isMembershipLost, isOfType, unavailable } from './faults.ts'
import { buildAssignments, decodePartitions, encodePartitions } from './group-assignments.ts'
import { createHeartbeats, type Membership } from './heartbeats.ts'
import { earliest, MemberMetadata } from './kafkajs.ts'
import type { KafkaBroker, KafkaCluster } from './kafkajs-shapes.ts'
import { offsetFor } from './offsets.ts'
import type { StoredMemberships } from './stored-memberships.ts'

export interface AssignedPartition extends Partition {
  /** The group's committed offset, or the start of the partition if it has none. */
  readonly committed: number
  /** Fingerprints of the log before that offset, as the committing member saw it. */
  readonly fingerprints: LogFingerprints
}

export interface Position extends Partition {
  readonly offset: number
  /** Committed with the offset, because offsets alone do not show truncation. */
  readonly fingerprints: LogFingerprints
}

export interface GroupMemberOptions {
  /** Blocks in joins, as long as other members take to join. */
  readonly joining: KafkaConnection
  /** Never blocks at the broker, so heartbeats and commits continue during a join. Not closed here. */
  readonly control: KafkaConnection
  readonly group: string
  readonly topics: readonly string[]
  readonly sessionTimeoutMs: number
  readonly memberships: StoredMemberships
  readonly log: StreamsLog
  readonly faults: OngoingFaults
  /** The partitions of this member, including those that it is releasing. No other member gets these. */
  owned(): readonly Partition[]
  /** This member owns these partitions from now on. */
  onAssigned(partitions: readonly AssignedPartition[]): void
  /** Other members get these once this resolves. Until then, `commit` still works. */
  onRevoked(partitions: readonly Partition[]): Promise<void>
  /** Other members may own every partition now, so all work on them must stop at once. */
  onLost(): void
}

export interface GroupMember {
  /** Resolves after the first assignment. */
  readonly joined: Promise<void>
  /**
   * Calls `onLost` if the group has not answered for a session timeout. Works also when no timer could run, for example
   * in a process that slept.
   */
  checkSession(): void
  commit(positions: readonly Position[]): Promise<void>
  /** Resolves when `onRevoked` has run for all partitions and the member has left the group. */
  stop(): Promise<void>
}

/** How long the group waits for a member to join before it continues without it. */
const rebalanceTimeoutMs = 15_000
const leaveMs = 1_000
/** The name of the assignment protocol. Members with another protocol can't join. */
const protocolName = 'holdfast-keep'
/**
 * A member of a Kafka consumer group: it joins, sends heartbeats on its own timer, and rejoins until it is stopped. It
 * keeps its partitions during a rebalance and releases only those assigned to others (docs/adr/0032).
 * kafkajs's consumer is not used. It sends heartbeats only between batches and continues batches of lost partitions.
 * One slow partition delays all others of its broker, and some errors stop it for good.
 */
export function createGroupMember(options: GroupMemberOptions): GroupMember {
  const { joining, control, group, topics, sessionTimeoutMs, memberships, log, faults } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const first = Promise.withResolvers<void>()
  let membership: Membership | undefined
  let memberId = ''
  let isJoining = false
  let changed = Promise.withResolvers<void>()

  const coordinate = <T>(connection: KafkaConnection, work: (coordinator: KafkaBroker, cluster: KafkaCluster) => Promise<T>): Promise<T> =>
    connection.use(topics, async cluster => work(await findCoordinator(cluster, group), cluster))

  const heartbeats = createHeartbeats({
    sessionTimeoutMs,
    membership: () => membership,
    isJoining: () => isJoining,
    send: as =>
      coordinate(control, coordinator =>
        coordinator.heartbeat({ groupId: group, groupGenerationId: as.generationId, memberId: as.memberId }),
      ),
    onMembershipOver: loseMembership,
    onRebalance(error) {
      log.debug({ group, topics, fault: asKafkaError(error).message }, 'Group rebalances')
      changed.resolve()
    },
  })

  async function run(): Promise<void> {
    const backOff = createBackOff(50, 500)
    while (!signal.aborted) {
      try {
        isJoining = true
        await unlessStopped(endPredecessor())
        await unlessStopped(join())
        isJoining = false
        backOff.reset()
        faults.clear(options)
        await unlessStopped(changed.promise)
      } catch (error) {
        if (signal.aborted) break
        if (isOfType(error, 'UNKNOWN_MEMBER_ID')) loseMembership(asKafkaError(error).message)
        if (isMembershipLost(error)) continue
        // A starting member fails at once. A member that had joined keeps trying, because its permission may return.
        if (isLastingAnswer(error))
          first.reject(new Error(`the group ${group} can't be joined: ${asKafkaError(error).message}`, { cause: error }))
        // During the session no other member gets the partitions, so wait for a moving coordinator or a restarting
        // broker.
        log.warn({ group, topics, fault: asKafkaError(error).message }, 'Group unreachable; retrying')
        faults.note(options, `the group ${group} has not been joined`, error)
        await pause(backOff.next(), signal)
      }
    }
    faults.clear(options)
    first.reject(unavailable(`the stage of ${group} stopped before it had joined`, new Error('stopped')))
  }

  /** A join may wait for all other members; stopping does not wait for it. */
  const unlessStopped = <T>(work: Promise<T>): Promise<T> => unlessAborted(work, signal)

  /** The group would otherwise wait for the session of a killed process, and this join with it. */
  async function endPredecessor(): Promise<void> {
    const former = memberships.ofPredecessor(group)
    if (former === undefined) return
    await coordinate(control, coordinator => coordinator.leaveGroup({ groupId: group, memberId: former })).catch(error => {
      if (!isOfType(error, 'UNKNOWN_MEMBER_ID')) throw error
    })
    memberships.forget(group)
    log.info({ group, topics }, 'Removed the membership of a killed process from the group')
  }

  async function join(): Promise<void> {
    const metadata = MemberMetadata.encode({ version: 0, topics, userData: encodePartitions(options.owned()) })
    await coordinate(joining, async (coordinator, cluster) => {
      const joined = await coordinator.joinGroup({
        groupId: group,
        sessionTimeout: sessionTimeoutMs,
        rebalanceTimeout: rebalanceTimeoutMs,
        memberId,
        groupProtocols: [{ name: protocolName, metadata }],
      })
      memberId = joined.memberId
      memberships.store(group, memberId)
      const { generationId } = joined
      const groupAssignment = joined.leaderId === memberId ? await buildAssignments(cluster, joined.members) : []
      const sentAt = performance.now()
      const { memberAssignment } = await coordinator.syncGroup({ groupId: group, generationId, memberId, groupAssignment })
      if (signal.aborted) return
      membership = { generationId, memberId }
      changed = Promise.withResolvers()
      heartbeats.heard(sentAt)
      await applyAssignment(coordinator, cluster, decodePartitions(memberAssignment))
      first.resolve()
    })
  }

  /**
   * Starts newly assigned partitions at once and releases revoked ones. Others get those after this member rejoins
   * without them.
   */
  async function applyAssignment(coordinator: KafkaBroker, cluster: KafkaCluster, assigned: readonly Partition[]): Promise<void> {
    const owned = options.owned()
    const added = without(assigned, owned)
    const revoked = without(owned, assigned)
    const partitions = await positionsOf(coordinator, cluster, added)
    if (signal.aborted) return
    if (membership) options.onAssigned(partitions)
    log.info({ group, partitions: assigned.map(nameOf), added: added.length, revoked: revoked.length }, 'Partitions assigned')
    if (revoked.length === 0) return
    await options.onRevoked(revoked)
    changed.resolve()
  }

  async function positionsOf(
    coordinator: KafkaBroker,
    cluster: KafkaCluster,
    assigned: readonly Partition[],
  ): Promise<AssignedPartition[]> {
    if (assigned.length === 0) return []
    const byTopic = [...Map.groupBy(assigned, ({ topic }) => topic)]
    const { responses } = await coordinator.offsetFetch({
      groupId: group,
      topics: byTopic.map(([topic, ofTopic]) => ({ topic, partitions: ofTopic.map(({ partition }) => ({ partition })) })),
    })
    const positions = responses.flatMap(({ topic, partitions }) => partitions.map(each => ({ topic, ...each })))
    return Promise.all(
      positions.map(async ({ topic, partition, offset, metadata }) => ({
        topic,
        partition,
        fingerprints: parseFingerprints(metadata ?? ''),
        committed: Number(offset) < 0 ? await offsetFor(cluster, topic, partition, earliest) : Number(offset),
      })),
    )
  }

  function loseMembership(why: string): void {
    heartbeats.lost()
    memberId = ''
    if (!membership) return
    membership = undefined
    log.warn({ group, topics, why }, 'Group membership lost: released all partitions, because other members may own them now')
    options.onLost()
    changed.resolve()
  }

  async function leave(): Promise<void> {
    if (memberId === '') return
    const gone = coordinate(control, coordinator => coordinator.leaveGroup({ groupId: group, memberId }))
    await within(gone, leaveMs, () => new Error('no answer')).then(
      () => memberships.forget(group),
      error => log.debug({ group, fault: asKafkaError(error).message }, 'Leave request failed; the group waits for the session timeout'),
    )
  }

  const running = run()
  return {
    joined: first.promise,
    checkSession: heartbeats.checkSession,
    async commit(positions) {
      const current = membership
      if (!current || positions.length === 0) return
      const byTopic = [...Map.groupBy(positions, position => position.topic)]
      await coordinate(control, coordinator =>
        coordinator.offsetCommit({
          groupId: group,
          groupGenerationId: current.generationId,
          memberId: current.memberId,
          topics: byTopic.map(([topic, ofTopic]) => ({
            topic,
            partitions: ofTopic.map(({ partition, offset, fingerprints }) => ({
              partition,
              offset: String(offset),
              metadata: formatFingerprints(fingerprints),
            })),
          })),
        }),
      )
    },
    async stop() {
      stopping.abort()
      await running
      await options.onRevoked(options.owned())
      await Promise.all([heartbeats.stop(), leave()])
    },
  }
}

const without = (some: readonly Partition[], others: readonly Partition[]): Partition[] => {
  const names = new Set(others.map(nameOf))
  return some.filter(each => !names.has(nameOf(each)))
}
