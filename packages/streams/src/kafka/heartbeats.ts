import { pause } from '../pause.ts'
import { within } from '../waits.ts'
import { asKafkaError, isMembershipLost, isOfType } from './faults.ts'

/** The ids by which a group knows a member. */
export interface Membership {
  readonly generationId: number
  readonly memberId: string
}

/** Sends a member's heartbeats and detects the end of its membership. */
export interface Heartbeats {
  /** The group accepted, as from a member, a request that was sent at this time. */
  heard(sentAt: number): void
  /** Ends the membership if the group has not answered for a session timeout, even if no timer could run meanwhile. */
  checkSession(): void
  /** The membership is over; stop the session timer until the next one. */
  lost(): void
  /** Resolves when no heartbeat is in flight. */
  stop(): Promise<void>
}

export interface HeartbeatsOptions {
  readonly sessionTimeoutMs: number
  /** Undefined while it is no member; then no heartbeat is sent. */
  membership(): Membership | undefined
  isJoining(): boolean
  send(as: Membership): Promise<unknown>
  /** Other members may own its partitions now. */
  onMembershipOver(why: string): void
  /** The member has to join again. */
  onRebalance(error: unknown): void
}

/**
 * A rebalance is noticed within this time, and a partition that changes owner waits for it at most twice. Costs five
 * small requests a second for each group of a process.
 */
const heartbeatMs = 200

/**
 * Heartbeats continue during a join, which may wait for other members, so that a working member knows whether it still
 * is one.
 */
export function createHeartbeats(options: HeartbeatsOptions): Heartbeats {
  const { sessionTimeoutMs, membership, isJoining, send, onMembershipOver, onRebalance } = options
  const stopping = new AbortController()
  const { signal } = stopping
  /**
   * When the last request was sent that the group accepted. The group waits at least a session timeout from then on.
   */
  let heardAt = 0
  let sessionTimer: NodeJS.Timeout | undefined

  async function beat(): Promise<void> {
    while (!signal.aborted) {
      await pause(heartbeatMs, signal)
      const current = membership()
      if (!current) continue
      const sentAt = performance.now()
      await within(send(current), sessionTimeoutMs / 3, () => new Error('no answer to a heartbeat')).then(
        () => heard(sentAt),
        // A member that left meanwhile already knows that it is none.
        error => membership() === current && !signal.aborted && onBadHeartbeat(error, sentAt),
      )
    }
  }

  function onBadHeartbeat(error: unknown, sentAt: number): void {
    if (!isMembershipLost(error)) return
    // During a join the next generation may have begun with this member in it. If not, another answer says so.
    const isMember = isOfType(error, 'REBALANCE_IN_PROGRESS') || (isJoining() && isOfType(error, 'ILLEGAL_GENERATION'))
    if (isMember) heard(sentAt)
    else onMembershipOver(asKafkaError(error).message)
    onRebalance(error)
  }

  function heard(sentAt: number): void {
    if (!membership() || sentAt < heardAt) return
    heardAt = sentAt
    clearTimeout(sessionTimer)
    sessionTimer = setTimeout(checkSession, sessionTimeoutMs - (performance.now() - sentAt) + 1)
  }

  function checkSession(): void {
    if (membership() && performance.now() - heardAt >= sessionTimeoutMs)
      onMembershipOver(`the group has not answered for ${sessionTimeoutMs} ms`)
  }

  const beating = beat()
  return {
    heard,
    checkSession,
    lost: () => clearTimeout(sessionTimer),
    async stop() {
      stopping.abort()
      await beating
      // The last heartbeat may have been answered meanwhile.
      clearTimeout(sessionTimer)
    },
  }
}
