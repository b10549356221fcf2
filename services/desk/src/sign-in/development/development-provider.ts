import { hash, randomUUID } from 'node:crypto'
import { sendRefusal } from '@holdfast/http'
import { parseWith, personSchema, specialUnits } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { createDocumentCipher, type Members } from '@holdfast/trust'
import { SignJWT } from 'jose'
import { z } from 'zod'
import { sendPlainPage } from '../../page/plain-page.ts'
import { type ClaimNames, signInRoles } from '../claims/session-of-claims.ts'
import { chooserPage } from './chooser.ts'
import { preferredLanguage } from './chooser-texts.ts'
import { keyId, signingKeyOf } from './signing-key.ts'

const root = '/development-sign-in'
export const developmentClientId = 'desk'
export const developmentIssuerAt = (origin: string): URL => new URL(`${origin}${root}`)

const open = { config: { open: true } } as const
const notHere = { code: 'NOT_FOUND', message: 'The desk is not at this address.' } as const
const invalidChoice = 'This person cannot sign in.'
const codeLifeMs = 60_000
const tokenLifeSeconds = 300

const authorizationSchema = z.object({
  response_type: z.literal('code'),
  client_id: z.literal(developmentClientId),
  redirect_uri: z.string(),
  state: z.string().min(1).max(500),
  nonce: z.string().min(1).max(500),
  code_challenge: z.string().length(43),
  code_challenge_method: z.literal('S256'),
})
const chosenSchema = authorizationSchema.extend({
  country: z.string(),
  role: z.enum(signInRoles),
  person: personSchema,
  unit: z.enum([...specialUnits, '']).optional(),
})
const redeemedSchema = z.object({
  grant_type: z.literal('authorization_code'),
  client_id: z.literal(developmentClientId),
  redirect_uri: z.string(),
  code: z.string(),
  code_verifier: z.string(),
})
const codeSchema = chosenSchema.extend({ chosenSeconds: z.number(), issuer: z.string() })

type DevelopmentContext = Pick<ServiceContext, 'http' | 'secret' | 'clock' | 'ownOrigin'> & { readonly members: Members }

/**
 * An OpenID provider for development where any person can choose any identity: discovery, keys, a chooser, tokens. It
 * follows the protocol, so that development exercises the real path. Codes are encrypted and nothing is stored. A code
 * can therefore be redeemed twice within its minute, which a real provider must not allow.
 */
export function serveDevelopmentProvider({ http, secret, clock, members, ownOrigin }: DevelopmentContext, names: ClaimNames): void {
  const { privateKey, publicJwk } = signingKeyOf(secret)
  const codes = createDocumentCipher(secret, 'development codes')

  http.get(`${root}/.well-known/openid-configuration`, open, async (request, reply) => {
    const origin = ownOrigin(request)
    if (origin === undefined) return sendRefusal(reply, notHere)
    const { href: issuer } = developmentIssuerAt(origin)
    return reply.send({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['EdDSA'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none'],
    })
  })

  http.get(`${root}/keys`, open, async () => ({ keys: [publicJwk] }))

  http.get(`${root}/authorize`, open, async (request, reply) => {
    const authorization = parseWith(authorizationSchema, request.query)
    if (!authorization.ok)
      return sendRefusal(reply, { code: 'MALFORMED', message: 'This is not a sign-in request of the desk.' }, authorization.error)
    return sendPlainPage(reply, chooserPage(members, authorization.value, preferredLanguage(request.headers['accept-language'])))
  })

  http.get(`${root}/choose`, open, async (request, reply) => {
    const chosen = parseWith(chosenSchema, request.query)
    if (!chosen.ok) return sendRefusal(reply, { code: 'MALFORMED', message: invalidChoice }, chosen.error)
    const origin = ownOrigin(request)
    const { redirect_uri: to, state, country, role } = chosen.value
    // Redirects only to its own desk.
    if (origin === undefined || to !== `${origin}/auth/callback`) return sendRefusal(reply, notHere)
    if (role !== 'operator' && !members.has(country))
      return sendRefusal(reply, { code: 'MALFORMED', message: invalidChoice }, [
        { code: 'NOT_ONE_OF', path: '/country', message: 'has no part in this engine' },
      ])
    const nowMs = clock.now().getTime()
    const { href: issuer } = developmentIssuerAt(origin)
    const code = await codes.encrypt({ ...chosen.value, issuer, chosenSeconds: Math.floor(nowMs / 1000) }, new Date(nowMs + codeLifeMs))
    return reply.redirect(`${to}?${new URLSearchParams({ code, state })}`, 303)
  })

  // Only this endpoint accepts a form.
  http.register(async scope => {
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(String(body))))
    })
    scope.post(`${root}/token`, open, async (request, reply) => {
      const redeemed = redeemedSchema.safeParse(request.body)
      const code = codeSchema.safeParse(redeemed.success ? await codes.open(redeemed.data.code, clock.now()) : undefined)
      if (!redeemed.success || !code.success || !isRedeemedBy(code.data, redeemed.data))
        return reply.status(400).send({ error: 'invalid_grant' })
      const idToken = await idTokenOf(code.data)
      return reply.send({ access_token: randomUUID(), token_type: 'Bearer', expires_in: tokenLifeSeconds, id_token: idToken })
    })
  })

  function idTokenOf({ country, role, person, unit, nonce, chosenSeconds, issuer }: z.output<typeof codeSchema>): Promise<string> {
    const issuedAt = Math.floor(clock.now().getTime() / 1000)
    // Equal names of two countries are different persons. If a claim names the person, it replaces this `sub`.
    const identity = role === 'operator' ? { sub: `${role}.${person}` } : { sub: `${country}.${role}.${person}`, [names.country]: country }
    const claims = { ...identity, [names.role]: role, [names.person]: person, ...(unit ? { [names.unit]: unit } : {}) }
    return new SignJWT({ ...claims, nonce, auth_time: chosenSeconds })
      .setProtectedHeader({ alg: 'EdDSA', kid: keyId })
      .setIssuer(issuer)
      .setAudience(developmentClientId)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + tokenLifeSeconds)
      .sign(privateKey)
  }
}

const isRedeemedBy = (code: z.output<typeof codeSchema>, { redirect_uri, code_verifier }: z.output<typeof redeemedSchema>): boolean =>
  code.redirect_uri === redirect_uri && code.code_challenge === hash('sha256', code_verifier, 'base64url')
