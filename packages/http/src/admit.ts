// Decides on the head of an HTTP request whether it is admitted, before its body is read. Callers: create-http.ts, on
// every route.
// In this order: does the client read its answers, is the route open to anybody, which principal (operator, session,
// token),
// may this principal use this route, has its member role quota left, and of a POST: is writing allowed and is there
// storage.
// A refusal goes out at once, and a stranger's connection is closed. Nothing of the body is read before.
// Each verifier is optional: a service without sessions or operators leaves it out, and such principals are unknown
// there.

import { setTimeout as pause } from 'node:timers/promises'
import type { StorageWatch } from '@holdfast/runtime'
import { accepted, type Refusal, type Result, refused } from '@holdfast/schemas'
import { type Operator, type OperatorVerifier, refusalOfAct, type TokenVerifier, type VerifiedActor } from '@holdfast/trust'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { blockOf } from './address-block.ts'
import { createBuckets, type RateLimit } from './buckets.ts'
import type { HoldingOf } from './holding.ts'
import type { RouteConfig } from './route-config.ts'
import type { SessionVerifier } from './session-cookie.ts'
import { createRateLimits, noLimit, type Quotas, type Wait } from './shares.ts'

export interface AdmissionOptions {
  readonly verify: TokenVerifier
  /** Without it no token is taken that is bound to a key or a certificate. */
  readonly holdingOf?: HoldingOf
  /** Without it nobody comes with a session. */
  readonly verifySession?: SessionVerifier
  /** Without it there are no operators. */
  readonly verifyOperator?: OperatorVerifier
  /** Without it no operator comes with a session. */
  readonly verifyOperatorSession?: SessionVerifier<Operator>
  /** Without them a side may ask as often as it likes. */
  readonly quotas?: Quotas
  /** Without it there is always room. */
  readonly storage?: Pick<StorageWatch, 'whyNoRequests' | 'whyNothing'>
  /** Why nothing may be written; undefined while it may. */
  readonly whyClosed?: () => string | undefined
}

const noOperators: OperatorVerifier = async () => refused({ code: 'UNAUTHENTICATED', message: 'nobody is known as an operator here' })

/** A client that sends more requests on one connection than it has had answers for does not read them. */
const unansweredMax = 64
/** What a stranger gets by address: enough for a clock that is wrong, little enough that guessing costs more than it does. */
const strangers: RateLimit = { perSecond: 20, atOnce: 40 }
/** Somebody has to do something first. */
const closedRetryMs = 30_000
/** A no is told late to who asks too often, so that asking again at once gains nothing. */
const waitMsMax = 1_000
const waitingMax = 1_000

/** Who sent the request. Only for addresses that need a token: there it is known before anything of the body is read. */
export function callerOf(request: FastifyRequest): VerifiedActor {
  if (!request.caller) throw new Error(`${request.routeOptions.url} is open to anybody and has no caller`)
  return request.caller
}

/** Who runs the engine. Only for addresses that are for operators. */
export function operatorOf(request: FastifyRequest): Operator {
  if (!request.operator) throw new Error(`${request.routeOptions.url} is not for operators`)
  return request.operator
}

export type Admission = (request: FastifyRequest, reply: FastifyReply) => Promise<Result<undefined, Refusal>>

/**
 * Decides on the head of a request whether it is let in, before a byte of its body is read: who it is from, whether that side has any of its share left, and whether there is
 * room. What it took is counted once it is over.
 */
export function createAdmission({
  verify,
  holdingOf,
  verifySession,
  verifyOperator = noOperators,
  verifyOperatorSession,
  quotas = { requests: noLimit, bytes: noLimit },
  storage,
  whyClosed = () => undefined,
}: AdmissionOptions): Admission {
  const shares = createRateLimits(quotas)
  const failures = createBuckets(strangers)
  const unanswered = new WeakMap<object, number>()
  let waiting = 0

  /** False when too many wait already: then the connection is not worth keeping. */
  async function holdUp(ms: number): Promise<boolean> {
    if (waiting >= waitingMax) return false
    waiting++
    await pause(Math.min(ms, waitMsMax))
    waiting--
    return true
  }

  /** Counted before anything is waited for: two thousand requests can arrive in one turn. */
  function noteUnanswered({ raw: { socket } }: FastifyRequest, reply: FastifyReply): number {
    const count = (unanswered.get(socket) ?? 0) + 1
    unanswered.set(socket, count)
    reply.raw.once('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1))
    return count
  }

  function hangUp(reply: FastifyReply): void {
    reply.header('connection', 'close')
  }

  async function tooOften(request: FastifyRequest, reply: FastifyReply, { message, ms }: Wait): Promise<Result<never, Refusal>> {
    if (!(await holdUp(ms)) || request.method === 'POST') hangUp(reply)
    return refused({ code: 'RATE_LIMITED', message, retryAfterMs: ms })
  }

  /** Who is nobody here is answered, each address so often, and the connection ends: what it still sends is not read. */
  async function stranger(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): Promise<Result<undefined, Refusal>> {
    hangUp(reply)
    const now = performance.now()
    const block = blockOf(request.ip)
    const waitMs = failures.waitMs(block, now)
    if (waitMs === 0) failures.take(block, 1, now)
    else if (!(await holdUp(waitMsMax))) request.raw.socket.destroy()
    return request.is404 ? accepted(undefined) : refused(refusal)
  }

  function whyNotWritten(config: RouteConfig, caller: VerifiedActor): Refusal | undefined {
    const tooLong = refusalOfAct(caller)
    if (tooLong) return tooLong
    const closed = whyClosed()
    if (closed) return { code: 'CLOSED', message: closed, retryAfterMs: closedRetryMs }
    return storage?.whyNothing() ?? (config.opensRequests ? storage?.whyNoRequests() : undefined)
  }

  return async (request, reply) => {
    const { socket } = request.raw
    if (noteUnanswered(request, reply) > unansweredMax) {
      socket.destroy()
      return refused({ code: 'RATE_LIMITED', message: `${unansweredMax} requests of this connection have no answer yet` })
    }
    const { config } = request.routeOptions
    if (config.open) return accepted(undefined)
    if (config.forOperators || config.alsoForOperators) {
      const operator = await (verifyOperatorSession?.(request) ?? verifyOperator(request.headers.authorization, holdingOf?.(request)))
      if (operator.ok) {
        request.operator = operator.value
        return accepted(undefined)
      }
      if (config.forOperators) return stranger(request, reply, operator.error)
    }
    const caller = await (verifySession?.(request) ?? verify(request.headers.authorization, undefined, holdingOf?.(request)))
    if (!caller.ok) return stranger(request, reply, caller.error)
    const misplaced = whyNotHere(config, caller.value)
    if (misplaced) return refused(misplaced)
    request.caller = caller.value
    const side = `${caller.value.country}/${caller.value.role}`
    if (socket.destroyed) return refused({ code: 'UNAVAILABLE', message: 'the caller has gone' })
    shares.chargeBytes(request, side)
    reply.raw.once('close', () => shares.chargeBytes(request, side))
    const wait = shares.takeRequest(caller.value, side) ?? (config.stays ? undefined : shares.noteAtOnce(side, reply))
    if (wait) return tooOften(request, reply, wait)
    const notWritten = request.method === 'POST' ? whyNotWritten(config, caller.value) : undefined
    if (!notWritten) return accepted(undefined)
    hangUp(reply)
    return refused(notWritten)
  }
}

function whyNotHere({ forUnits, forInstitutions }: RouteConfig, { unit, bics }: VerifiedActor): Refusal | undefined {
  if (unit && !forUnits)
    return {
      code: 'NOT_PERMITTED',
      message: 'a specialised unit reads what is shared with it: this is for the desk of its country',
    }
  if (bics && !forInstitutions)
    return {
      code: 'NOT_PERMITTED',
      message: 'an institution sees and answers its own orders (GET /v1/orders, POST and GET /v1/answers): this is for its country',
    }
  return undefined
}
