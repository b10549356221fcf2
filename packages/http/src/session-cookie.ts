import { type Refusal, type Result, refused } from '@holdfast/schemas'
import type { Operator, VerifiedActor } from '@holdfast/trust'
import type { FastifyRequest } from 'fastify'
import { readCookie } from './cookies.ts'
import { type OwnOrigin, refusalOfForeignOrigin } from './own-origin.ts'

/** The cookie of who signed in at the desk. */
export const sessionCookie = '__Host-holdfast'

/** Who speaks by a session, a member or an operator; undefined where none came, or a token beside it, which counts then. */
export type SessionVerifier<S extends VerifiedActor | Operator = VerifiedActor> = (
  request: Pick<FastifyRequest, 'headers' | 'method'>,
) => Promise<Result<S, Refusal>> | Result<never, Refusal> | undefined

interface SealedSessions<S> {
  verify(text: string): Promise<Result<S, Refusal>>
}

/** A browser sends a cookie whoever made it ask, so with a session it is looked at who did. */
export function createSessionVerifier<S extends VerifiedActor | Operator>(
  sessions: SealedSessions<S>,
  ownOrigin: OwnOrigin,
): SessionVerifier<S> {
  return request => {
    const { authorization, cookie } = request.headers
    const sealed = authorization === undefined ? readCookie(cookie, sessionCookie) : undefined
    if (sealed === undefined) return undefined
    const foreign = refusalOfForeignOrigin(request, ownOrigin)
    return foreign ? refused(foreign) : sessions.verify(sealed)
  }
}
