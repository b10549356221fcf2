import { cookieText, malformedQuery, readCookie, refusalOfForeignOrigin, sendRefusal, sessionCookie } from '@holdfast/http'
import type { Clock } from '@holdfast/runtime'
import { parseWith, type Refusal } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { randomNonce, randomPKCECodeVerifier, randomState } from 'openid-client'
import { z } from 'zod'
import { escapeHtml, refuseAsPage, sendPlainPage } from '../page/plain-page.ts'
import { type ClaimNames, sessionOfClaims } from './claims/session-of-claims.ts'
import type { IdentityProvider } from './identity-provider.ts'
import { returnPathOf } from './return-path.ts'
import { createTickets } from './tickets.ts'

const querySchema = z.object({ return: z.string().optional(), again: z.enum(['0', '1']).default('0') })
const open = { config: { open: true } } as const

const nobody = { title: 'You are not signed in' }
const tryAgain = {
  ...nobody,
  next: '<p><a href="/auth/sign-in">Sign in</a> · <a href="/auth/sign-in?again=1">Sign in as somebody else</a></p>',
}
const unknownAddress: Refusal = {
  code: 'FOREIGN_ORIGIN',
  message: 'nobody signs in at this address: the desk knows itself by another (HOLDFAST_DESK_URL, or 127.0.0.1 and localhost without it)',
}
const notBegun: Refusal = {
  code: 'UNAUTHENTICATED',
  message: 'this sign-in was begun more than ten minutes ago, or in another window or browser: begin again',
}

/**
 * `GET /auth/sign-in?return=/x` sends a browser to the provider, with `again=1` to prove anew who it is; `GET /auth/callback` is where it comes back and gets its session;
 * `POST /auth/sign-out` ends the session, also any copy of it. A browser is told a refusal as a page. `wayClock` is that by which the way to the provider and back is timed.
 */
export function signIn(
  context: ServiceContext,
  provider: IdentityProvider,
  names: ClaimNames,
  sessionMsMax: number,
  wayClock: Clock,
): void {
  const { http, secret, sessions, operatorSessions, ownOrigin, members, clock, log } = context
  const tickets = createTickets({ secret, clock: wayClock })

  http.get('/auth/sign-in', open, async (request, reply) => {
    const query = parseWith(querySchema, request.query)
    if (!query.ok) return sendRefusal(reply, malformedQuery, query.error)
    const origin = ownOrigin(request)
    if (origin === undefined) return refuseAsPage(request, reply, unknownAddress, nobody)
    const begun = {
      state: randomState(),
      nonce: randomNonce(),
      verifier: randomPKCECodeVerifier(),
      again: query.value.again === '1',
      beganMs: wayClock.now().getTime(),
      wayBack: returnPathOf(query.value.return),
    }
    const address = await provider.addressFor(origin, begun)
    if (!address.ok) return refuseAsPage(request, reply, address.error, tryAgain)
    return reply.header('set-cookie', await tickets.keep(begun)).redirect(address.value.href, 303)
  })

  http.get('/auth/callback', open, async (request, reply) => {
    const origin = ownOrigin(request)
    if (origin === undefined) return refuseAsPage(request, reply, unknownAddress, nobody)
    const begun = await tickets.find(request.headers.cookie)
    if (!begun) return refuseAsPage(request, reply, notBegun, tryAgain)
    const claims = await provider.claimsFor(new URL(`${origin}${request.url}`), begun)
    if (!claims.ok) return fail(request, reply, claims.error)
    const now = clock.now()
    const session = sessionOfClaims(claims.value, { names, members, now, sessionMsMax })
    if (!session.ok) return fail(request, reply, session.error)
    const { role, endsAt, how } = session.value
    log.info(
      { ...('country' in session.value ? { country: session.value.country } : {}), role, how, again: begun.again },
      'somebody signed in',
    )
    const maxAgeSeconds = Math.floor((endsAt.getTime() - now.getTime()) / 1000)
    const sealed = await ('country' in session.value ? sessions.seal(session.value) : operatorSessions.seal(session.value))
    const kept = cookieText(sessionCookie, sealed, { sameSite: 'Strict', maxAgeSeconds })
    // A redirect would still belong to the way that began at the provider's site, and the browser would not send the new cookie on it.
    return sendPlainPage(reply.header('set-cookie', [tickets.dropped, kept]), {
      title: 'You are signed in',
      body: `<p><a href="${escapeHtml(begun.wayBack)}">Go on</a></p>`,
      onwardTo: begun.wayBack,
    })
  })

  http.post('/auth/sign-out', open, async (request, reply) => {
    const foreign = refusalOfForeignOrigin(request, ownOrigin)
    if (foreign) return sendRefusal(reply, foreign)
    reply.header('set-cookie', cookieText(sessionCookie, '', { sameSite: 'Strict', maxAgeSeconds: 0 }))
    const sealed = readCookie(request.headers.cookie, sessionCookie)
    if (sealed !== undefined) await Promise.all([sessions.end(sealed), operatorSessions.end(sealed)])
    return reply.status(204).send()
  })

  const fail = (request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply =>
    refuseAsPage(request, reply.header('set-cookie', tickets.dropped), refusal, tryAgain)
}
