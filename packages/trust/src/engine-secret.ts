import { hkdfSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { requestIdOf } from '@holdfast/schemas'
import { hmacBytes, hmacHex } from './hmac.ts'
import { publishFile } from './publish-file.ts'

export const engineSecretFileName = 'engine-secret'

/** A secret that only the services of one engine know. Ids and digests derived from it reveal nothing. */
export interface EngineSecret {
  /** 32 bytes for one purpose, equal in every service of this engine. */
  keyFor(purpose: string): Buffer
}

/** Derives keys from at least 32 bytes (RFC 5869). */
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

/** HMAC-SHA-256 over the parts, under an engine key. It can't be computed or guessed without the key. */
export const digestBytesWith = (key: Buffer, ...parts: readonly string[]): Buffer => hmacBytes(key, parts.join('\u001f'))

/** As hex. */
export const digestWith = (key: Buffer, ...parts: readonly string[]): string => hmacHex(key, parts.join('\u001f'))

/**
 * A keyed digest by which the engine compares encrypted values, such as accounts: 64 hex digits that can't be computed
 * without the engine's secret. Equal kind and parts give the same digest, for every request.
 */
export const keyedDigestOf = (secret: EngineSecret, kind: string, ...parts: readonly string[]): string =>
  digestWith(secret.keyFor(`marks of ${kind}`), ...parts)

/**
 * The request id for a country's idempotency key at this engine. It is equal for every repeat of the same content,
 * independent of any store. It differs for other content and can't be used to guess the content. @param fingerprint of
 * the content, from `fingerprintOf`.
 */
export const requestIdFor = (secret: EngineSecret, country: string, idempotencyKey: string, fingerprint: string): string =>
  requestIdOf(country, digestWith(secret.keyFor('request ids'), country, idempotencyKey, fingerprint))

/** Thrown for an unusable secret; the message names the file and its required format. */
export class EngineSecretError extends Error {
  override readonly name = 'EngineSecretError'
}

/** Reads the engine's secret from a file of 64 hex digits. Throws EngineSecretError. */
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

/** The secret of the directory, created at the first start. Safe when several processes start at once. */
export function ensureEngineSecret(dataDir: string): EngineSecret {
  const path = join(dataDir, engineSecretFileName)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  if (!existsSync(path)) publishFile(path, `${randomBytes(32).toString('hex')}\n`, 0o600)
  return readEngineSecret(path)
}
