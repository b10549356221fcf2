import { type KeyObject, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { publishFile } from '@holdfast/trust'
import { unwrapKey, wrapKey, wrappingKey } from './wrapping.ts'

/**
 * Wraps the country keys. Asynchronous, so that a key management service can implement it. It is called once per
 * country key, never per request.
 */
export interface MasterKeys {
  /** The id of the key that wraps from now on. */
  readonly current: string
  /** Wraps by the current key. Rejects if it is unreachable. */
  wrap(bytes: Uint8Array, aad: Uint8Array): Promise<{ readonly by: string; readonly wrapped: Uint8Array }>
  /**
   * Unwraps by the key with this id, current or former. Undefined if the key is unknown or does not match; rejects if
   * it is unreachable.
   */
  unwrap(by: string, wrapped: Uint8Array, aad: Uint8Array): Promise<Uint8Array | undefined>
}

export const masterKeysFileName = 'master-keys'

/** Thrown for unusable master keys. The message has the file and line, and none of its content. */
export class MasterKeysError extends Error {
  override readonly name = 'MasterKeysError'
}

const linePattern = /^([A-Za-z0-9][A-Za-z0-9._-]{0,63}) ([0-9a-fA-F]{64})$/

/**
 * Reads master keys: one per line, as an id, a space and 64 hex digits. The first is the current key. The others are
 * former keys, which unwrap what is not rewrapped yet. Throws MasterKeysError.
 */
export function readMasterKeys(path: string): MasterKeys {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new MasterKeysError(`${path} can't be read: ${(error as Error).message}`)
  }
  const keys = new Map<string, KeyObject>()
  for (const [index, line] of text.trimEnd().split('\n').entries()) {
    const [, id = '', hex = ''] = linePattern.exec(line) ?? []
    if (id === '') throw new MasterKeysError(`${path}, line ${index + 1}: must be an id, a space and 64 hex digits`)
    if (keys.has(id)) throw new MasterKeysError(`${path}, line ${index + 1}: duplicate id`)
    keys.set(id, wrappingKey(Buffer.from(hex, 'hex')))
  }
  return masterKeysOf(keys)
}

/** The first is the current key. */
function masterKeysOf(keys: ReadonlyMap<string, KeyObject>): MasterKeys {
  const [current, key] = keys.entries().next().value as [string, KeyObject]
  return {
    current,
    wrap: async (bytes, aad) => ({ by: current, wrapped: wrapKey(key, bytes, aad) }),
    async unwrap(by, wrapped, aad) {
      const known = keys.get(by)
      return known && unwrapKey(known, wrapped, aad)
    },
  }
}

/**
 * Reads the master keys of the directory; creates one at the first start. Safe when several processes start at once.
 */
export function ensureMasterKeys(dataDir: string): MasterKeys {
  const path = join(dataDir, masterKeysFileName)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  if (!existsSync(path)) publishFile(path, `first ${randomBytes(32).toString('hex')}\n`, 0o600)
  return readMasterKeys(path)
}
