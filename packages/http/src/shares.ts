import { isOfPersons } from '@holdfast/schemas'
import type { VerifiedActor } from '@holdfast/trust'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { createBuckets, type RateLimit } from './buckets.ts'

/** What one side of a member may ask of one process. A bank and its country's police are two sides: neither uses up the other's share. */
export interface Quotas {
  readonly requests: RateLimit
  readonly bytes: RateLimit
  /** What of the requests of its side one person may ask: a token that got out, or a page in a loop, leaves the rest to the colleagues. Without it, all of them. */
  readonly ofPerson?: RateLimit
}

/** Why a request has to come again, and how long until then. */
export interface Wait {
  readonly message: string
  readonly ms: number
}

/** What each side has left of one process. */
export interface RateLimits {
  /** Takes everything that came on the connection since the last call, heads and bodies: nobody has to say how long a body is. */
  chargeBytes(request: FastifyRequest, side: string): void
  /** Takes one request; where nothing is left of the share of its side, or of its person, none, and gives what to wait for. */
  takeRequest(caller: VerifiedActor, side: string): Wait | undefined
  /** Counts a request as worked on until it is answered; gives what to wait for where those of its side are too many. */
  noteAtOnce(side: string, reply: FastifyReply): Wait | undefined
}

export const noLimit: RateLimit = { perSecond: Number.POSITIVE_INFINITY, atOnce: Number.POSITIVE_INFINITY }

/** So many requests of one side are worked on at once; a command may wait ten seconds for its decision. */
const atOnceMax = 128
const atOnceWaitMs = 1_000

export function createRateLimits(quotas: Quotas): RateLimits {
  const requests = createBuckets(quotas.requests)
  const bytes = createBuckets(quotas.bytes)
  const ofPersons = createBuckets(quotas.ofPerson ?? noLimit)
  const atOnce = new Map<string, number>()
  const readOf = new WeakMap<object, number>()

  return {
    chargeBytes({ raw: { socket } }, side) {
      const before = readOf.get(socket) ?? 0
      readOf.set(socket, socket.bytesRead)
      bytes.take(side, socket.bytesRead - before, performance.now())
    },
    takeRequest(caller, side) {
      const now = performance.now()
      const ms = Math.max(requests.waitMs(side, now), bytes.waitMs(side, now))
      if (ms > 0) return { message: `${side} has used up its share: wait before the next`, ms }
      const person = isOfPersons(caller.role) ? `${side}/${caller.person}` : undefined
      const ofPersonMs = person === undefined ? 0 : ofPersons.waitMs(person, now)
      if (ofPersonMs > 0) return { message: `${person} asks more than a person of ${side} may: wait before the next`, ms: ofPersonMs }
      requests.take(side, 1, now)
      if (person !== undefined) ofPersons.take(person, 1, now)
      return undefined
    },
    noteAtOnce(side, reply) {
      const count = (atOnce.get(side) ?? 0) + 1
      atOnce.set(side, count)
      reply.raw.once('close', () => {
        const left = (atOnce.get(side) ?? 1) - 1
        if (left > 0) atOnce.set(side, left)
        else atOnce.delete(side)
      })
      return count > atOnceMax
        ? { message: `${atOnceMax} requests of ${side} are being worked on: wait for them`, ms: atOnceWaitMs }
        : undefined
    },
  }
}
