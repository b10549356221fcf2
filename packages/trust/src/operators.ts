import { hash } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { accepted, personSchema, type Refusal, type Result, refused } from '@holdfast/schemas'
import type { z } from 'zod'
import { publishFile } from './publish-file.ts'
import { makeKey } from './registry/make-key.ts'
import { type OperatorsFile, operatorsFileSchema, type PrivateKeyJwk, privateKeySchema, readRegistry } from './registry/members.ts'
import { confirmationIn, type Holding, isRefusal, refusalOfUse } from './tokens/binding.ts'
import { isSignedByOnThreadPool, readJws, type VerifyingKey } from './tokens/jws.ts'
import { claimsOf, isValidAt, signJwt, tokenIn, unauthenticated, verifyingKeyOf } from './tokens/jwt.ts'
import { actLifeMaxSeconds } from './tokens/tokens.ts'

// An operator is no member: it belongs to no country, can read no request and gives no command. Its tokens have their
// own audience, so that neither kind is accepted as the other.

const operatorAudience = 'holdfast-operator'
const issuer = 'holdfast'
export const developmentOperatorsFileName = 'operators.json'
const developmentOperatorKeyFileName = 'operator-development-key.json'

export interface Operator {
  readonly person: string
  /** When its token or session ends, by our clock. */
  readonly tokenEndsAt: Date
  /** The token's unique id and its own lifetime. A session has none. */
  readonly tokenId?: string
  readonly tokenLifeSeconds?: number
  /** For a session only: when and how the person last authenticated, as the provider reports it. */
  readonly signedInAt?: Date
  readonly how?: readonly string[]
}
export type OperatorVerifier = (authorization: string | undefined, holding?: Holding) => Promise<Result<Operator, Refusal>>

export const loadOperators = (path: string): OperatorsFile => readRegistry(path, operatorsFileSchema)

const notSigned = unauthenticated('the token is not signed by a key of an operator of this engine')

export interface OperatorVerifierOptions {
  /** Returns the current operators; undefined if the engine has none. */
  readonly operators: (() => OperatorsFile) | undefined
  readonly now: () => Date
  readonly clockSkewSeconds: number
}

/** Verifies an Authorization header and returns the operator. */
export function createOperatorVerifier({ operators, now, clockSkewSeconds }: OperatorVerifierOptions): OperatorVerifier {
  let read: OperatorsFile | undefined
  let keys: ReadonlyMap<unknown, VerifyingKey> = new Map()
  return async (authorization, holding) => {
    if (!operators) return unauthenticated('this engine has no operators: HOLDFAST_OPERATORS names the file of their keys')
    const sent = tokenIn(authorization)
    if (!sent.ok) return sent
    const registered = operators()
    if (registered !== read) {
      read = registered
      keys = new Map(registered.keys.map(jwk => [jwk.kid, verifyingKeyOf(jwk)]))
    }
    const jws = readJws(sent.value.token)
    const key = jws && keys.get(jws.header.kid)
    const at = now()
    if (!key || !isValidAt(key, at)) return notSigned
    const isSigned = await isSignedByOnThreadPool(jws, key)
    const payload = claimsOf(jws, isSigned, { audience: operatorAudience, issuer, at, clockSkewSeconds, notSigned })
    if (!payload.ok) return payload
    const person = personSchema.safeParse(payload.value.sub)
    if (!person.success) return unauthenticated('the token does not name a person (sub)')
    const { exp = 0, iat = 0, jti, cnf } = payload.value
    const bound = confirmationIn(cnf)
    if (isRefusal(bound)) return refused(bound)
    const unheld = await refusalOfUse(sent.value, bound, { side: 'operator', who: person.data.toLowerCase() }, holding)
    if (unheld) return refused(unheld)
    return accepted({
      person: person.data.toLowerCase(),
      tokenEndsAt: new Date(exp * 1000),
      tokenId: hash('sha256', JSON.stringify([key.x, jti]), 'base64url'),
      tokenLifeSeconds: exp - iat,
    })
  }
}

/** Creates a bearer token for an operator. Throws RangeError for a lifetime over an hour. */
export const signOperatorToken = (key: PrivateKeyJwk, person: string, ttlSeconds: number, now: Date): Promise<string> =>
  signJwt({ issuer, subject: person, audience: operatorAudience, key, kid: key.kid, ttlSeconds, now })

/**
 * Creates an operator key for a development engine, unless the directory has one. Returns the path of its public part.
 */
export function ensureDevelopmentOperator(dataDir: string): string {
  const path = join(dataDir, developmentOperatorsFileName)
  if (existsSync(path)) return path
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const keyPath = join(dataDir, developmentOperatorKeyFileName)
  if (!existsSync(keyPath)) publishFile(keyPath, textOf(makeKey('operator-development').privateKey), 0o600)
  const { d: _private, ...publicKey } = readRegistry(keyPath, privateKeySchema)
  publishFile(path, textOf({ keys: [publicKey] }), 0o600)
  return path
}

/** A token of a development engine's operator, by default one that may act. Throws if the directory has no key. */
export async function developmentOperatorToken(
  dataDir: string,
  person: string,
  ttlSeconds = actLifeMaxSeconds,
  now = new Date(),
): Promise<string> {
  const path = join(dataDir, developmentOperatorKeyFileName)
  if (!existsSync(path)) throw new Error(`${path} is not there: an engine makes it when it starts with development keys`)
  return signOperatorToken(readRegistry(path, privateKeySchema), person, ttlSeconds, now)
}

const textOf = (content: z.input<typeof privateKeySchema> | OperatorsFile) => `${JSON.stringify(content, undefined, 2)}\n`
