// Decides on the head of an HTTP request whether it is accepted, before its body is read. Callers: create-http.ts, on
// every route.
// Checks in order: does the client read its answers, is the route open, which principal is it (operator, session,
// token),
// may it use this route, has its member role any quota left, and for a POST: are writes allowed and is there storage.
// A refusal is sent at once, and the connection of an unknown principal is closed.
// Each verifier is optional: a service without sessions or operators leaves it out, and knows no such principals.

import { setTimeout as pause } from 'node:timers/promises'
import type { StorageWatch } from '@holdfast/runtime'
import { accepted, type Refusal, type Result, refused } from '@holdfast/schemas'
import { type Operator, type OperatorVerifier, refusalOfAct, type TokenVerifier, type VerifiedActor } from '@holdfast/trust'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { blockOf } from './address-block.ts'
import { createBuckets, type RateLimit } from './buckets.ts'
import type { HoldingOf } from './holding.ts'
import { createRateLimits, noLimit, type Quotas, type Wait } from './rate-limits.ts'
import type { RouteConfig } from './route-config.ts'
import type { SessionVerifier } from './session-cookie.ts'

export interface HeadCheckOptions {
  readonly verify: TokenVerifier
  /** Without it, tokens that are bound to a key or a certificate are refused. */
  readonly holdingOf?: HoldingOf
  /** Without it, there are no sessions. */
  readonly verifySession?: SessionVerifier
  /** Without it, there are no operators. */
  readonly verifyOperator?: OperatorVerifier
  /** Without it, operators have no sessions. */
  readonly verifyOperatorSession?: SessionVerifier<Operator>
  /** Without them, member roles have no rate limit. */
  readonly quotas?: Quotas
  /** Without it, storage is never low. */
  readonly storage?: Pick<StorageWatch, 'whyNoRequests' | 'whyNothing'>
  /** Why writes are refused; undefined while they are allowed. */
  readonly whyClosed?: () => string | undefined
}

const noOperators: OperatorVerifier = async () => refused({ code: 'UNAUTHENTICATED', message: 'this service knows no operators' })

/** A client with more unanswered requests on one connection does not read its answers. */
const unansweredMax = 64
/** The quota of unknown principals by address: enough for a wrong clock, too little for guessing. */
const strangers: RateLimit = { perSecond: 20, atOnce: 40 }
/** An operator must act first. */
const closedRetryMs = 30_000
/** A refusal for too many requests is delayed, so that an immediate retry gains nothing. */
const waitMsMax = 1_000
const waitingMax = 1_000

/** The principal of a request, on routes that need a token. It is known before the body is read. */
export function callerOf(request: FastifyRequest): VerifiedActor {
  if (!request.caller) throw new Error(`${request.routeOptions.url} is an open route without a caller`)
  return request.caller
}

/** The operator, on routes for operators. */
export function operatorOf(request: FastifyRequest): Operator {
  if (!request.operator) throw new Error(`${request.routeOptions.url} is not for operators`)
  return request.operator
}

export type HeadCheck = (request: FastifyRequest, reply: FastifyReply) => Promise<Result<undefined, Refusal>>

/**
 * Returns a check of the request head, before any byte of the body is read: the principal, the rate limit of its member
 * role, and the storage. Its cost is counted when the request is over.
 */
export function createHeadCheck({
  verify,
  holdingOf,
  verifySession,
  verifyOperator = noOperators,
  verifyOperatorSession,
  quotas = { requests: noLimit, bytes: noLimit },
  storage,
  whyClosed = () => undefined,
}: HeadCheckOptions): HeadCheck {
  const shares = createRateLimits(quotas)
  const failures = createBuckets(strangers)
  const unanswered = new WeakMap<object, number>()
  let waiting = 0

  /** False if too many requests wait already: then the connection is closed. */
  async function holdUp(ms: number): Promise<boolean> {
    if (waiting >= waitingMax) return false
    waiting++
    await pause(Math.min(ms, waitMsMax))
    waiting--
    return true
  }

  /** Counted before any wait: two thousand requests can arrive at once. */
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

  /**
   * Answers an unknown principal, with a limit for each address, and closes the connection: further data is not read.
   */
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
      return refused({
        code: 'RATE_LIMITED',
        message: `${unansweredMax} requests of this connection are unanswered. Read the answers first`,
      })
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
    const memberRole = `${caller.value.country}/${caller.value.role}`
    if (socket.destroyed) return refused({ code: 'UNAVAILABLE', message: 'the client closed the connection' })
    shares.chargeBytes(request, memberRole)
    reply.raw.once('close', () => shares.chargeBytes(request, memberRole))
    const wait = shares.takeRequest(caller.value, memberRole) ?? (config.stays ? undefined : shares.noteAtOnce(memberRole, reply))
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
      message: 'Specialised units have read access to shared requests only. The national desk must perform this action.',
    }
  if (bics && !forInstitutions)
    return {
      code: 'NOT_PERMITTED',
      message:
        'Institutions have access to their own orders only (GET /v1/orders, POST and GET /v1/answers). Their country must perform this action.',
    }
  return undefined
}
