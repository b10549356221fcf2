import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { accepted, personSchema, type Refusal, type Result } from '@holdfast/schemas'
import { decodeProtectedHeader } from 'jose'
import type { z } from 'zod'
import { bearerIn, isValidAt, signJwt, tokenLifeMaxSeconds, unauthenticated, type VerifyingKey, verifyingKeyOf, verifyJwt } from './jwt.ts'
import { makeKey } from './make-key.ts'
import { type OperatorsFile, operatorsFileSchema, type PrivateKeyJwk, privateKeySchema, readRegistry } from './members.ts'
import { publishFile } from './publish-file.ts'

// Who runs an engine is no member: an operator belongs to no country, sees no request and gives no command. Its tokens have an audience of their own, so that
// neither kind is ever taken for the other.

const operatorAudience = 'holdfast-operator'
const issuer = 'holdfast'
export const developmentOperatorsFileName = 'operators.json'
const developmentOperatorKeyFileName = 'operator-development-key.json'

export interface Operator {
  readonly person: string
  /** When its word ends, by our clock. */
  readonly tokenEndsAt: Date
  /** Of a session of the page alone: when the person last proved who it is, and how, in the words of its provider. */
  readonly signedInAt?: Date
  readonly how?: readonly string[]
}
export type OperatorVerifier = (authorization: string | undefined) => Promise<Result<Operator, Refusal>>

export const loadOperators = (path: string): OperatorsFile => readRegistry(path, operatorsFileSchema)

const notSigned = unauthenticated('the token is not signed by a key of an operator of this engine')

export interface OperatorVerifierOptions {
  /** Gives those of now. Undefined where the engine has none. */
  readonly operators: (() => OperatorsFile) | undefined
  readonly now: () => Date
  readonly clockSkewSeconds: number
}

/** Takes the Authorization header as it came and returns which operator speaks. */
export function createOperatorVerifier({ operators, now, clockSkewSeconds }: OperatorVerifierOptions): OperatorVerifier {
  let read: OperatorsFile | undefined
  let keys: ReadonlyMap<string, VerifyingKey> = new Map()
  return async authorization => {
    if (!operators) return unauthenticated('this engine has no operators: HOLDFAST_OPERATORS names the file of their keys')
    const bearer = bearerIn(authorization)
    if (!bearer.ok) return bearer
    const registered = operators()
    if (registered !== read) {
      read = registered
      keys = new Map(registered.keys.map(jwk => [jwk.kid, verifyingKeyOf(jwk)]))
    }
    const key = keyOf(bearer.value, keys)
    const at = now()
    if (!key || !isValidAt(key, at)) return notSigned
    const payload = verifyJwt(bearer.value, key, { audience: operatorAudience, issuer, at, clockSkewSeconds, notSigned })
    if (!payload.ok) return payload
    const person = personSchema.safeParse(payload.value.sub)
    if (!person.success) return unauthenticated('the token does not name a person (sub)')
    return accepted({ person: person.data.toLowerCase(), tokenEndsAt: new Date((payload.value.exp ?? 0) * 1000) })
  }
}

function keyOf(token: string, keys: ReadonlyMap<string, VerifyingKey>): VerifyingKey | undefined {
  try {
    return keys.get(decodeProtectedHeader(token).kid ?? '')
  } catch {
    return undefined
  }
}

/** Makes a bearer token for an operator. Throws RangeError when it would live longer than an hour. */
export const signOperatorToken = (key: PrivateKeyJwk, person: string, ttlSeconds: number, now: Date): Promise<string> =>
  signJwt({ issuer, subject: person, audience: operatorAudience, key, kid: key.kid, ttlSeconds, now })

/** Makes a key for the operator of a development engine, unless the directory has one; returns the path of the file with its public part. */
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
