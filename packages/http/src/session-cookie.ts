import { type Refusal, type Result, refused } from '@holdfast/schemas'
import type { Operator, VerifiedActor } from '@holdfast/trust'
import type { FastifyRequest } from 'fastify'
import { readCookie } from './cookies.ts'
import { type OwnOrigin, refusalOfForeignOrigin } from './own-origin.ts'

/** The cookie of a desk session. */
export const sessionCookie = '__Host-holdfast'

/**
 * The principal of a session, a member's person or an operator; undefined without a session, or if a token is present,
 * which takes precedence.
 */
export type SessionVerifier<S extends VerifiedActor | Operator = VerifiedActor> = (
  request: Pick<FastifyRequest, 'headers' | 'method'>,
) => Promise<Result<S, Refusal>> | Result<never, Refusal> | undefined

interface EncryptedSessions<S> {
  verify(text: string): Promise<Result<S, Refusal>>
}

/** A browser sends a cookie whatever page caused the request, so the origin is checked for sessions. */
export function createSessionVerifier<S extends VerifiedActor | Operator>(
  sessions: EncryptedSessions<S>,
  ownOrigin: OwnOrigin,
): SessionVerifier<S> {
  return request => {
    const { authorization, cookie } = request.headers
    const session = authorization === undefined ? readCookie(cookie, sessionCookie) : undefined
    if (session === undefined) return undefined
    const foreign = refusalOfForeignOrigin(request, ownOrigin)
    return foreign ? refused(foreign) : sessions.verify(session)
  }
}
