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

const notSignedIn = { title: 'You are not signed in' }
const tryAgain = {
  ...notSignedIn,
  next: '<p><a href="/auth/sign-in">Sign in</a> · <a href="/auth/sign-in?again=1">Sign in as another person</a></p>',
}
const unknownAddress: Refusal = {
  code: 'FOREIGN_ORIGIN',
  message:
    'Sign-in is not possible at this address. Use the address of the desk (HOLDFAST_DESK_URL, or 127.0.0.1 and localhost without it).',
}
const notBegun: Refusal = {
  code: 'UNAUTHENTICATED',
  message: 'This sign-in was started more than ten minutes ago, or in another window or browser. Start again.',
}

/**
 * `GET /auth/sign-in?return=/x` redirects a browser to the provider; `again=1` requires fresh authentication. `GET
 * /auth/callback` receives it back and sets the session cookie. `POST /auth/sign-out` ends the session and all copies
 * of it. Refusals are shown as a page. `signInClock` times the redirects.
 */
export function signIn(
  context: ServiceContext,
  provider: IdentityProvider,
  names: ClaimNames,
  sessionMsMax: number,
  signInClock: Clock,
): void {
  const { http, secret, sessions, operatorSessions, ownOrigin, members, clock, log } = context
  const tickets = createTickets({ secret, clock: signInClock })

  http.get('/auth/sign-in', open, async (request, reply) => {
    const query = parseWith(querySchema, request.query)
    if (!query.ok) return sendRefusal(reply, malformedQuery, query.error)
    const origin = ownOrigin(request)
    if (origin === undefined) return refuseAsPage(request, reply, unknownAddress, notSignedIn)
    const begun = {
      state: randomState(),
      nonce: randomNonce(),
      verifier: randomPKCECodeVerifier(),
      again: query.value.again === '1',
      beganMs: signInClock.now().getTime(),
      wayBack: returnPathOf(query.value.return),
    }
    const address = await provider.addressFor(origin, begun)
    if (!address.ok) return refuseAsPage(request, reply, address.error, tryAgain)
    return reply.header('set-cookie', await tickets.keep(begun)).redirect(address.value.href, 303)
  })

  http.get('/auth/callback', open, async (request, reply) => {
    const origin = ownOrigin(request)
    if (origin === undefined) return refuseAsPage(request, reply, unknownAddress, notSignedIn)
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
      'Person signed in',
    )
    const maxAgeSeconds = Math.floor((endsAt.getTime() - now.getTime()) / 1000)
    const token = await ('country' in session.value ? sessions.encrypt(session.value) : operatorSessions.encrypt(session.value))
    const cookie = cookieText(sessionCookie, token, { sameSite: 'Strict', maxAgeSeconds })
    // Not a redirect: it would belong to the chain that started at the provider's site, and the browser would not send
    // the new cookie on it.
    return sendPlainPage(reply.header('set-cookie', [tickets.dropped, cookie]), {
      title: 'You are signed in',
      body: `<p><a href="${escapeHtml(begun.wayBack)}">Continue</a></p>`,
      onwardTo: begun.wayBack,
    })
  })

  http.post('/auth/sign-out', open, async (request, reply) => {
    const foreign = refusalOfForeignOrigin(request, ownOrigin)
    if (foreign) return sendRefusal(reply, foreign)
    reply.header('set-cookie', cookieText(sessionCookie, '', { sameSite: 'Strict', maxAgeSeconds: 0 }))
    const token = readCookie(request.headers.cookie, sessionCookie)
    if (token !== undefined) await Promise.all([sessions.end(token), operatorSessions.end(token)])
    return reply.status(204).send()
  })

  const fail = (request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply =>
    refuseAsPage(request, reply.header('set-cookie', tickets.dropped), refusal, tryAgain)
}
