// One member of a Kafka consumer group, on kafkajs's protocol layer. Callers: stage.ts.
// States: joining → member → (rebalance) joining, or → membership lost → joining as a new member; stopped at the end.
// It keeps its partitions while the group rebalances and releases only those that another member gets (ADR 32).

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
  /** The group's position; the start of the partition when it has none yet. */
  readonly committed: number
  /** What lay before it, as who committed it had seen it. */
  readonly past: LogFingerprints
}

export interface Position extends Partition {
  readonly offset: number
  /** Kept with the position: a partition that lost its tail and grew again looks the same by its offsets. */
  readonly past: LogFingerprints
}

export interface GroupMemberOptions {
  /** Waits in joins, for as long as others take to join. */
  readonly joining: KafkaConnection
  /** Never waits at the broker: heartbeats and commits go on while a join waits. Not closed. */
  readonly asking: KafkaConnection
  readonly group: string
  readonly topics: readonly string[]
  readonly sessionTimeoutMs: number
  readonly memberships: StoredMemberships
  readonly log: StreamsLog
  readonly faults: OngoingFaults
  /** What this member works on, what it is about to let go of included. Nobody else is given these. */
  held(): readonly Partition[]
  /** These too are this member's from now on. */
  onGained(shares: readonly AssignedPartition[]): void
  /** These are due to others, who get them once this resolves. While it runs, `commit` still holds. */
  onRevoked(partitions: readonly Partition[]): Promise<void>
  /** Others may have every partition by now: work on them is to stop at once. */
  onLost(): void
}

export interface GroupMember {
  /** Resolves when the first share is known. */
  readonly joined: Promise<void>
  /** Calls `onLost` where nothing was heard of the group for a session, also when no timer could run meanwhile, as in a process that was asleep. */
  noticeSilence(): void
  commit(positions: readonly Position[]): Promise<void>
  /** Resolves when `onRevoked` has run for all that was held and the member has left the group. */
  stop(): Promise<void>
}

/** How long a member may take to join before the others go on without it. */
const rebalanceTimeoutMs = 15_000
const leaveMs = 1_000
/** Names how partitions are shared, so that members that share otherwise can't join. */
const protocolName = 'holdfast-keep'
/**
 * A member of a Kafka consumer group: joins, keeps its place by heartbeats of its own timer, and joins again whenever it has to. It never gives up. It goes on
 * with its partitions while the group shares them anew, and lets go only of those that are due to others (docs/adr/0032).
 * Written on kafkajs's protocol and not on its consumer, which beats only between batches, goes on with a batch of a partition that it lost, holds
 * up all partitions of a broker for one that is slow, and stops for good on some errors.
 */
export function createGroupMember(options: GroupMemberOptions): GroupMember {
  const { joining, asking, group, topics, sessionTimeoutMs, memberships, log, faults } = options
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
      coordinate(asking, coordinator =>
        coordinator.heartbeat({ groupId: group, groupGenerationId: as.generationId, memberId: as.memberId }),
      ),
    onMembershipOver: lose,
    onRebalance(error) {
      log.debug({ group, topics, fault: asKafkaError(error).message }, 'the group shares its partitions anew')
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
        if (isOfType(error, 'UNKNOWN_MEMBER_ID')) lose(asKafkaError(error).message)
        if (isMembershipLost(error)) continue
        // Who starts is told; who was a member once goes on trying, as the right may come back.
        if (isLastingAnswer(error))
          first.reject(new Error(`the group ${group} can not be joined: ${asKafkaError(error).message}`, { cause: error }))
        // While the session lasts nobody else gets the partitions; a coordinator that moves or a broker that restarts is waited for.
        log.warn({ group, topics, fault: asKafkaError(error).message }, 'the group can not be reached; tried again')
        faults.note(options, `the group ${group} has not been joined`, error)
        await pause(backOff.next(), signal)
      }
    }
    faults.clear(options)
    first.reject(unavailable(`the stage of ${group} stopped before it had joined`, new Error('stopped')))
  }

  /** A join may wait for all other members; who stops does not wait for it. */
  const unlessStopped = <T>(work: Promise<T>): Promise<T> => unlessAborted(work, signal)

  /** A group that knows a killed process as its member still would wait for its session, and so would this join. */
  async function endPredecessor(): Promise<void> {
    const former = memberships.ofPredecessor(group)
    if (former === undefined) return
    await coordinate(asking, coordinator => coordinator.leaveGroup({ groupId: group, memberId: former })).catch(error => {
      if (!isOfType(error, 'UNKNOWN_MEMBER_ID')) throw error
    })
    memberships.forget(group)
    log.info({ group, topics }, 'the process before this one was killed: the group does not wait for it any longer')
  }

  async function join(): Promise<void> {
    const metadata = MemberMetadata.encode({ version: 0, topics, userData: encodePartitions(options.held()) })
    await coordinate(joining, async (coordinator, cluster) => {
      const joined = await coordinator.joinGroup({
        groupId: group,
        sessionTimeout: sessionTimeoutMs,
        rebalanceTimeout: rebalanceTimeoutMs,
        memberId,
        groupProtocols: [{ name: protocolName, metadata }],
      })
      memberId = joined.memberId
      memberships.keep(group, memberId)
      const { generationId } = joined
      const groupAssignment = joined.leaderId === memberId ? await buildAssignments(cluster, joined.members) : []
      const sentAt = performance.now()
      const { memberAssignment } = await coordinator.syncGroup({ groupId: group, generationId, memberId, groupAssignment })
      if (signal.aborted) return
      membership = { generationId, memberId }
      changed = Promise.withResolvers()
      heartbeats.heard(sentAt)
      await settle(coordinator, cluster, decodePartitions(memberAssignment))
      first.resolve()
    })
  }

  /** Takes what is new at once, and lets go of what is due to others, who get it when this member has joined again without it. */
  async function settle(coordinator: KafkaBroker, cluster: KafkaCluster, assigned: readonly Partition[]): Promise<void> {
    const held = options.held()
    const gained = without(assigned, held)
    const revoked = without(held, assigned)
    const shares = await positionsOf(coordinator, cluster, gained)
    if (signal.aborted) return
    if (membership) options.onGained(shares)
    log.info({ group, partitions: assigned.map(nameOf), gained: gained.length, revoked: revoked.length }, 'partitions assigned')
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
        past: parseFingerprints(metadata ?? ''),
        committed: Number(offset) < 0 ? await offsetFor(cluster, topic, partition, earliest) : Number(offset),
      })),
    )
  }

  function lose(why: string): void {
    heartbeats.lost()
    memberId = ''
    if (!membership) return
    membership = undefined
    log.warn({ group, topics, why }, 'every partition is let go of: others may have them by now')
    options.onLost()
    changed.resolve()
  }

  async function leave(): Promise<void> {
    if (memberId === '') return
    const gone = coordinate(asking, coordinator => coordinator.leaveGroup({ groupId: group, memberId }))
    await within(gone, leaveMs, () => new Error('no answer')).then(
      () => memberships.forget(group),
      error => log.debug({ group, fault: asKafkaError(error).message }, 'the group finds out by itself that a member left'),
    )
  }

  const running = run()
  return {
    joined: first.promise,
    noticeSilence: heartbeats.noticeSilence,
    async commit(positions) {
      const held = membership
      if (!held || positions.length === 0) return
      const byTopic = [...Map.groupBy(positions, position => position.topic)]
      await coordinate(asking, coordinator =>
        coordinator.offsetCommit({
          groupId: group,
          groupGenerationId: held.generationId,
          memberId: held.memberId,
          topics: byTopic.map(([topic, ofTopic]) => ({
            topic,
            partitions: ofTopic.map(({ partition, offset, past }) => ({
              partition,
              offset: String(offset),
              metadata: formatFingerprints(past),
            })),
          })),
        }),
      )
    },
    async stop() {
      stopping.abort()
      await running
      await options.onRevoked(options.held())
      await Promise.all([heartbeats.stop(), leave()])
    },
  }
}

const without = (some: readonly Partition[], others: readonly Partition[]): Partition[] => {
  const names = new Set(others.map(nameOf))
  return some.filter(each => !names.has(nameOf(each)))
}
