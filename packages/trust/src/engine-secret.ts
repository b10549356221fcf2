import { hkdfSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { requestIdOf } from '@holdfast/schemas'
import { hmacBytes, hmacHex } from './hmac.ts'
import { publishFile } from './publish-file.ts'

export const engineSecretFileName = 'engine-secret'

/** What every service of one engine knows and nobody else: from it come ids and places that tell a stranger nothing. */
export interface EngineSecret {
  /** 32 bytes for one purpose; the same purpose gives the same bytes at every service of this engine. */
  keyFor(purpose: string): Buffer
}

/** From 32 bytes and more (RFC 5869). */
export function createEngineSecret(bytes: Uint8Array): EngineSecret {
  const keys = new Map<string, Buffer>()
  return {
    keyFor(purpose) {
      const known = keys.get(purpose)
      if (known) return known
      const key = Buffer.from(hkdfSync('sha256', bytes, 'holdfast', purpose, 32))
      keys.set(purpose, key)
      return key
    },
  }
}

/** HMAC-SHA-256 over the parts, with a key of the engine: who does not have the key can neither make nor guess it. */
export const digestBytesWith = (key: Buffer, ...parts: readonly string[]): Buffer => hmacBytes(key, parts.join('\u001f'))

/** The same in hex. */
export const digestWith = (key: Buffer, ...parts: readonly string[]): string => hmacHex(key, parts.join('\u001f'))

/**
 * By what the engine compares what it can't read, such as the place of an account: 64 hex digits that nobody can make or guess without the secret of the engine. The same kind and parts give the same mark, whatever request they are of.
 */
export const keyedDigestOf = (secret: EngineSecret, kind: string, ...parts: readonly string[]): string =>
  digestWith(secret.keyFor(`marks of ${kind}`), ...parts)

/**
 * The id of the request that a country asks for under an idempotency key at this engine: the same for every repeat of the same words, whatever a store remembers, another for
 * other words, and nothing that anybody could work out or check a guess of the words by.
 * @param fingerprint of the words, as `fingerprintOf` makes it.
 */
export const requestIdFor = (secret: EngineSecret, country: string, idempotencyKey: string, fingerprint: string): string =>
  requestIdOf(country, digestWith(secret.keyFor('request ids'), country, idempotencyKey, fingerprint))

/** Thrown for a secret that can't be used; the message names the file and says what it has to be. */
export class EngineSecretError extends Error {
  override readonly name = 'EngineSecretError'
}

/** Reads the secret of an engine: 64 hex digits in a file of their own. Throws EngineSecretError. */
export function readEngineSecret(path: string): EngineSecret {
  let text: string
  try {
    text = readFileSync(path, 'utf8').trim()
  } catch (error) {
    throw new EngineSecretError(`${path} can't be read: ${(error as Error).message}`)
  }
  if (!/^[0-9a-f]{64}$/i.test(text))
    throw new EngineSecretError(`${path} is no secret of an engine: it must hold 64 hex digits, as "openssl rand -hex 32" makes them`)
  return createEngineSecret(Buffer.from(text, 'hex'))
}

/** The secret in the directory, made there on the first start. Safe when several processes start at once. */
export function ensureEngineSecret(dataDir: string): EngineSecret {
  const path = join(dataDir, engineSecretFileName)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  if (!existsSync(path)) publishFile(path, `${randomBytes(32).toString('hex')}\n`, 0o600)
  return readEngineSecret(path)
}
