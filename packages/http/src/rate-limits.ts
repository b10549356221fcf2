import { isPersonRole } from '@holdfast/schemas'
import type { VerifiedActor } from '@holdfast/trust'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { createBuckets, type RateLimit } from './buckets.ts'

/**
 * The rate limits of one member role at one process. A bank and the police of its country are two roles, so neither
 * uses up the other's quota.
 */
export interface Quotas {
  readonly requests: RateLimit
  readonly bytes: RateLimit
  /**
   * The part of the member role's rate that one person may use: a stolen token or a looping page leaves the rest to
   * colleagues. Default: all of it.
   */
  readonly ofPerson?: RateLimit
}

/** Why a request must be repeated later, and when. */
export interface Wait {
  readonly message: string
  readonly ms: number
}

/** The rate limits of all member roles at one process. */
export interface RateLimits {
  /** Charges all bytes received on the connection since the last call, so no body length needs to be trusted. */
  chargeBytes(request: FastifyRequest, memberRole: string): void
  /**
   * Charges one request. If the quota of the member role or the person is used up, charges nothing and returns how long
   * to wait.
   */
  takeRequest(caller: VerifiedActor, memberRole: string): Wait | undefined
  /** Counts a request as in progress until it is answered. Returns how long to wait if the member role has too many. */
  noteAtOnce(memberRole: string, reply: FastifyReply): Wait | undefined
}

export const noLimit: RateLimit = { perSecond: Number.POSITIVE_INFINITY, atOnce: Number.POSITIVE_INFINITY }

/** The most requests of one member role in progress; a command may wait ten seconds for its decision. */
const atOnceMax = 128
const atOnceWaitMs = 1_000

export function createRateLimits(quotas: Quotas): RateLimits {
  const requests = createBuckets(quotas.requests)
  const bytes = createBuckets(quotas.bytes)
  const ofPersons = createBuckets(quotas.ofPerson ?? noLimit)
  const atOnce = new Map<string, number>()
  const readOf = new WeakMap<object, number>()

  return {
    chargeBytes({ raw: { socket } }, memberRole) {
      const before = readOf.get(socket) ?? 0
      readOf.set(socket, socket.bytesRead)
      bytes.take(memberRole, socket.bytesRead - before, performance.now())
    },
    takeRequest(caller, memberRole) {
      const now = performance.now()
      const ms = Math.max(requests.waitMs(memberRole, now), bytes.waitMs(memberRole, now))
      if (ms > 0) return { message: `The quota of ${memberRole} is used up. Wait before the next request.`, ms }
      const person = isPersonRole(caller.role) ? `${memberRole}/${caller.person}` : undefined
      const ofPersonMs = person === undefined ? 0 : ofPersons.waitMs(person, now)
      if (ofPersonMs > 0)
        return { message: `${person} has used up the quota of one person of ${memberRole}. Wait before the next request.`, ms: ofPersonMs }
      requests.take(memberRole, 1, now)
      if (person !== undefined) ofPersons.take(person, 1, now)
      return undefined
    },
    noteAtOnce(memberRole, reply) {
      const count = (atOnce.get(memberRole) ?? 0) + 1
      atOnce.set(memberRole, count)
      reply.raw.once('close', () => {
        const left = (atOnce.get(memberRole) ?? 1) - 1
        if (left > 0) atOnce.set(memberRole, left)
        else atOnce.delete(memberRole)
      })
      return count > atOnceMax
        ? { message: `${atOnceMax} requests of ${memberRole} are in progress. Wait for their answers.`, ms: atOnceWaitMs }
        : undefined
    },
  }
}
