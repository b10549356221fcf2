import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { accepted, personSchema, type Refusal, type Result, refused } from '@holdfast/schemas'
import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose'
import type { z } from 'zod'
import { type OperatorsFile, operatorsFileSchema, type PrivateKeyJwk, privateKeySchema, readRegistry } from './members.ts'
import { publishFile } from './publish-file.ts'
import { tokenLifeMaxSeconds } from './tokens.ts'

// Who runs an engine is no member: an operator belongs to no country, sees no request and gives no command. Its tokens have an audience of their own, so that
// neither kind is ever taken for the other.

const operatorAudience = 'holdfast-operator'
const issuer = 'holdfast'
export const developmentOperatorsFileName = 'operators.json'
const developmentOperatorKeyFileName = 'operator-development-key.json'
/** As for members: 400 characters are a token, more than ten times that is not read. */
const authorizationMax = 4200

export interface Operator {
  readonly person: string
}
export type OperatorVerifier = (authorization: string | undefined) => Promise<Result<Operator, Refusal>>

export const loadOperators = (path: string): OperatorsFile => readRegistry(path, operatorsFileSchema)

const unauthenticated = (message: string): Result<never, Refusal> => refused({ code: 'UNAUTHENTICATED', message })
const notSigned = unauthenticated('the token is not signed by a key of an operator of this engine')

export interface OperatorVerifierOptions {
  /** Undefined where the engine has none. */
  readonly operators: OperatorsFile | undefined
  readonly now: () => Date
  readonly clockSkewSeconds: number
}

/** Takes the Authorization header as it came and returns which operator speaks. */
export function createOperatorVerifier({ operators, now, clockSkewSeconds }: OperatorVerifierOptions): OperatorVerifier {
  const keys = new Map<string, KeyObject>(
    operators?.keys.map(({ kid, kty, crv, x }) => [kid, createPublicKey({ key: { kty, crv, x }, format: 'jwk' })]),
  )
  return async authorization => {
    if (!operators) return unauthenticated('this engine has no operators: HOLDFAST_OPERATORS names the file of their keys')
    const token = authorization && authorization.length <= authorizationMax ? /^Bearer +(\S+) *$/i.exec(authorization)?.[1] : undefined
    if (!token) return unauthenticated('send "Authorization: Bearer TOKEN" with a token of an operator')
    try {
      const key = keys.get(decodeProtectedHeader(token).kid ?? '')
      if (!key) return notSigned
      const { payload } = await jwtVerify(token, key, {
        algorithms: ['EdDSA'],
        issuer,
        audience: operatorAudience,
        currentDate: now(),
        clockTolerance: clockSkewSeconds,
        maxTokenAge: tokenLifeMaxSeconds,
        requiredClaims: ['sub', 'exp', 'iat', 'jti'],
      })
      const person = personSchema.safeParse(payload.sub)
      return person.success ? accepted({ person: person.data.toLowerCase() }) : unauthenticated('the token does not name a person (sub)')
    } catch (error) {
      if (error instanceof errors.JWTExpired) return unauthenticated('the token has expired')
      if (error instanceof errors.JWTClaimValidationFailed)
        return unauthenticated(`the claim "${error.claim}" of the token is missing or not right`)
      if (error instanceof errors.JOSEError || error instanceof TypeError) return notSigned
      throw error
    }
  }
}

/** Makes a bearer token for an operator. Throws when it would live longer than an hour. */
export function signOperatorToken(key: PrivateKeyJwk, person: string, ttlSeconds: number, now: Date): Promise<string> {
  if (!(ttlSeconds > 0 && ttlSeconds <= tokenLifeMaxSeconds)) throw new RangeError(`a token lives 1 to ${tokenLifeMaxSeconds} seconds`)
  const issuedAt = Math.floor(now.getTime() / 1000)
  return new SignJWT()
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ: 'JWT' })
    .setIssuer(issuer)
    .setSubject(person)
    .setAudience(operatorAudience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ttlSeconds)
    .setJti(randomUUID())
    .sign(createPrivateKey({ key, format: 'jwk' }))
}

/** Makes a key for the operator of a development engine, unless the directory has one; returns the path of the file with its public part. */
export function ensureDevelopmentOperator(dataDir: string): string {
  const path = join(dataDir, developmentOperatorsFileName)
  if (existsSync(path)) return path
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const keyPath = join(dataDir, developmentOperatorKeyFileName)
  if (!existsSync(keyPath)) publishFile(keyPath, textOf(makeOperatorKey()), 0o600)
  const { d: _private, ...publicKey } = readRegistry(keyPath, privateKeySchema)
  publishFile(path, textOf({ keys: [publicKey] }), 0o600)
  return path
}

function makeOperatorKey(): PrivateKeyJwk {
  const { x = '', d = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  return { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', kid: 'operator-development', x, d }
}

/** A token of the operator of a development engine. Throws when the directory has no key for one. */
export async function developmentOperatorToken(
  dataDir: string,
  person: string,
  ttlSeconds = tokenLifeMaxSeconds,
  now = new Date(),
): Promise<string> {
  const path = join(dataDir, developmentOperatorKeyFileName)
  if (!existsSync(path)) throw new Error(`${path} is not there: an engine makes it when it starts with development keys`)
  return signOperatorToken(readRegistry(path, privateKeySchema), person, ttlSeconds, now)
}

const textOf = (content: z.input<typeof privateKeySchema> | OperatorsFile) => `${JSON.stringify(content, undefined, 2)}\n`
