import { setTimeout as pause } from 'node:timers/promises'
import { accepted, isOfPersons, type Refusal, type Result, refusals, refused } from '@holdfast/schemas'
import { dpopAlgorithms, type Operator, type OperatorVerifier, refusalOfAct, type TokenVerifier } from '@holdfast/trust'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { createBuckets, type Share } from './buckets.ts'
import type { HoldingOf } from './holding.ts'
import type { SessionVerifier } from './session-cookie.ts'
import type { StorageWatch } from './storage-watch.ts'

type Caller = Extract<Awaited<ReturnType<TokenVerifier>>, { ok: true }>['value']

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent it; undefined only at addresses that anybody may ask. */
    caller: Caller | undefined
    /** Who runs the engine; only at addresses that are for operators, or for them too. */
    operator: Operator | undefined
  }
  interface FastifyContextConfig {
    /** Anybody may ask, without a token. */
    readonly open?: boolean
    /** Only who runs the engine may ask, and no member. */
    readonly forOperators?: boolean
    /** Also somebody of a specialised unit may ask, who reads what is shared with that unit and nothing else. */
    readonly forUnits?: boolean
    /** Also an institution that speaks by a key of its own may ask, which sees its orders and no request. */
    readonly forInstitutions?: boolean
    /** Who runs the engine may ask too, and not only members. */
    readonly alsoForOperators?: boolean
    /** It stays open for as long as its reader likes, and is counted by who serves it. */
    readonly stays?: boolean
    /** Opens requests: closed first when room gets scarce. */
    readonly opensRequests?: boolean
  }
}

/** What one side of a member may ask of one process. A bank and its country's police are two sides: neither uses up the other's share. */
export interface Quotas {
  readonly requests: Share
  readonly bytes: Share
  /** What of the requests of its side one person may ask: a token that got out, or a page in a loop, leaves the rest to the colleagues. Without it, all of them. */
  readonly ofPerson?: Share
}

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

const noLimit: Share = { perSecond: Number.POSITIVE_INFINITY, atOnce: Number.POSITIVE_INFINITY }

/** So many requests of one side are worked on at once; a command may wait ten seconds for its decision. */
const atOnceMax = 128
/** A client that sends more requests on one connection than it has had answers for does not read them. */
const unansweredMax = 64
/** What a stranger gets by address: enough for a clock that is wrong, little enough that guessing costs more than it does. */
const strangers: Share = { perSecond: 20, atOnce: 40 }
/** Somebody has to do something first. */
const closedRetryMs = 30_000
/** A no is told late to who asks too often, so that asking again at once gains nothing. */
const waitMsMax = 1_000
const waitingMax = 1_000

/** RFC 6750, 3, and RFC 9449, 7.1 of what is about a token that is bound to a key, or was sent as one. */
function challengeOf({ message, dpopError }: Refusal, authorization: string): string {
  const isDpop = dpopError !== undefined || /^DPoP /i.test(authorization)
  const scheme = isDpop ? `DPoP algs="${dpopAlgorithms.join(' ')}",` : 'Bearer'
  return `${scheme} error="${dpopError ?? 'invalid_token'}", error_description="${message.replaceAll('"', "'")}"`
}

/** Who sent the request. Only for addresses that need a token: there it is known before anything of the body is read. */
export function callerOf(request: FastifyRequest): Caller {
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
  const requests = createBuckets(quotas.requests)
  const bytes = createBuckets(quotas.bytes)
  const ofPersons = createBuckets(quotas.ofPerson ?? noLimit)
  const failures = createBuckets(strangers)
  const atOnce = new Map<string, number>()
  const unanswered = new WeakMap<object, number>()
  const readOf = new WeakMap<object, number>()
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

  function noteAtOnce(side: string, reply: FastifyReply): number {
    const count = (atOnce.get(side) ?? 0) + 1
    atOnce.set(side, count)
    reply.raw.once('close', () => {
      const left = (atOnce.get(side) ?? 1) - 1
      if (left > 0) atOnce.set(side, left)
      else atOnce.delete(side)
    })
    return count
  }

  /** Everything that came on the connection since the last look, heads and bodies: nobody has to say how long a body is. */
  function chargeBytes(request: FastifyRequest, side: string): void {
    const { socket } = request.raw
    const before = readOf.get(socket) ?? 0
    readOf.set(socket, socket.bytesRead)
    bytes.take(side, socket.bytesRead - before, performance.now())
  }

  function hangUp(reply: FastifyReply): void {
    reply.header('connection', 'close')
  }

  async function tooOften(request: FastifyRequest, reply: FastifyReply, message: string, waitMs: number): Promise<Result<never, Refusal>> {
    if (!(await holdUp(waitMs)) || request.method === 'POST') hangUp(reply)
    return refused({ code: 'RATE_LIMITED', message, retryAfterMs: waitMs })
  }

  /** Who is nobody here is answered, each address so often, and the connection ends: what it still sends is not read. */
  async function stranger(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): Promise<Result<undefined, Refusal>> {
    hangUp(reply)
    const now = performance.now()
    const waitMs = failures.waitMs(request.ip, now)
    if (waitMs === 0) failures.take(request.ip, 1, now)
    else if (!(await holdUp(waitMsMax))) request.raw.socket.destroy()
    if (request.is404) return accepted(undefined)
    const { authorization } = request.headers
    if (authorization !== undefined && refusals[refusal.code].status === 401)
      reply.header('www-authenticate', challengeOf(refusal, authorization))
    return refused(refusal)
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
    if (caller.value.unit && !config.forUnits)
      return refused({
        code: 'NOT_PERMITTED',
        message: 'a specialised unit reads what is shared with it: this is for the desk of its country',
      })
    if (caller.value.bics && !config.forInstitutions)
      return refused({
        code: 'NOT_PERMITTED',
        message: 'an institution sees and answers its own orders (GET /v1/orders, POST /v1/answers): this is for its country',
      })
    request.caller = caller.value
    const side = `${caller.value.country}/${caller.value.role}`
    const now = performance.now()
    if (socket.destroyed) return refused({ code: 'UNAVAILABLE', message: 'the caller has gone' })
    chargeBytes(request, side)
    reply.raw.once('close', () => chargeBytes(request, side))
    const waitMs = Math.max(requests.waitMs(side, now), bytes.waitMs(side, now))
    if (waitMs > 0) return tooOften(request, reply, `${side} has used up its share: wait before the next`, waitMs)
    const person = isOfPersons(caller.value.role) ? `${side}/${caller.value.person}` : undefined
    const waitOfPersonMs = person === undefined ? 0 : ofPersons.waitMs(person, now)
    if (person !== undefined && waitOfPersonMs > 0)
      return tooOften(request, reply, `${person} asks more than a person of ${side} may: wait before the next`, waitOfPersonMs)
    requests.take(side, 1, now)
    if (person !== undefined) ofPersons.take(person, 1, now)
    if (!config.stays && noteAtOnce(side, reply) > atOnceMax)
      return tooOften(request, reply, `${atOnceMax} requests of ${side} are being worked on: wait for them`, waitMsMax)
    if (request.method === 'POST') {
      const tooLong = refusalOfAct(caller.value)
      if (tooLong) {
        hangUp(reply)
        return refused(tooLong)
      }
      const closed = whyClosed()
      if (closed) {
        hangUp(reply)
        return refused({ code: 'CLOSED', message: closed, retryAfterMs: closedRetryMs })
      }
      const noRoom = storage?.whyNothing() ?? (config.opensRequests ? storage?.whyNoRequests() : undefined)
      if (noRoom) {
        hangUp(reply)
        return refused(noRoom)
      }
    }
    return accepted(undefined)
  }
}
