import { pause } from '../pause.ts'
import { within } from '../waits.ts'
import { asKafkaError, isMembershipLost, isOfType } from './faults.ts'

/** As what a group knows a member. */
export interface Membership {
  readonly generationId: number
  readonly memberId: string
}

/** Tells the group again and again that its member is there, and finds out where it is none any more. */
export interface Heartbeats {
  /** The group has answered, as to its member, what was sent at this time. */
  heard(sentAt: number): void
  /** Ends the membership where nothing was heard of the group for a session, also when no timer could run meanwhile. */
  noticeSilence(): void
  /** The membership is over: until the next one nothing has to be heard. */
  lost(): void
  /** Resolves when none is under way. */
  stop(): Promise<void>
}

export interface HeartbeatsOptions {
  readonly sessionTimeoutMs: number
  /** Undefined while it is no member; then no heartbeat is sent. */
  membership(): Membership | undefined
  isJoining(): boolean
  send(as: Membership): Promise<unknown>
  /** Others may have its partitions by now. */
  onMembershipOver(why: string): void
  /** The member has to join again. */
  onRebalance(error: unknown): void
}

/** A rebalance is noticed within this time; a partition that changes hands waits for it at most twice. Five small requests a second for each group that a process is in. */
const heartbeatMs = 200

/** They go on beside joins, which wait for others: who works meanwhile has to know that it is still a member. */
export function createHeartbeats(options: HeartbeatsOptions): Heartbeats {
  const { sessionTimeoutMs, membership, isJoining, send, onMembershipOver, onRebalance } = options
  const stopping = new AbortController()
  const { signal } = stopping
  /** When the last request was sent that the group answered as to its member: the group waits for at least a session from there on. */
  let heardAt = 0
  let silence: NodeJS.Timeout | undefined

  async function beat(): Promise<void> {
    while (!signal.aborted) {
      await pause(heartbeatMs, signal)
      const held = membership()
      if (!held) continue
      const sentAt = performance.now()
      await within(send(held), sessionTimeoutMs / 3, () => new Error('no answer to a heartbeat')).then(
        () => heard(sentAt),
        // Who has left meanwhile is told that it is no member, and knows.
        error => membership() === held && !signal.aborted && onBadHeartbeat(error, sentAt),
      )
    }
  }

  function onBadHeartbeat(error: unknown, sentAt: number): void {
    if (!isMembershipLost(error)) return
    // While a join is under way the next generation may have begun, with this member in it: who is none any more is told so by another answer.
    const isMember = isOfType(error, 'REBALANCE_IN_PROGRESS') || (isJoining() && isOfType(error, 'ILLEGAL_GENERATION'))
    if (isMember) heard(sentAt)
    else onMembershipOver(asKafkaError(error).message)
    onRebalance(error)
  }

  function heard(sentAt: number): void {
    if (!membership() || sentAt < heardAt) return
    heardAt = sentAt
    clearTimeout(silence)
    silence = setTimeout(noticeSilence, sessionTimeoutMs - (performance.now() - sentAt) + 1)
  }

  function noticeSilence(): void {
    if (membership() && performance.now() - heardAt >= sessionTimeoutMs)
      onMembershipOver(`nothing was heard of the group for ${sessionTimeoutMs} ms`)
  }

  const beating = beat()
  return {
    heard,
    noticeSilence,
    lost: () => clearTimeout(silence),
    async stop() {
      stopping.abort()
      await beating
      // The last heartbeat may have been answered meanwhile.
      clearTimeout(silence)
    },
  }
}
