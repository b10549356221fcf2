import { type KeyObject, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { publishFile } from '@holdfast/trust'
import { unwrapKey, wrapKey, wrappingKey } from './wrapping.ts'

/** What wraps the keys of countries. Asynchronous, so that a service for keys may stand behind it: it is asked once for each key of a country, and never for a request. */
export interface MasterKeys {
  /** The id of the key that wraps from now on. */
  readonly current: string
  /** By the current key. Rejects where that can't be reached. */
  wrap(bytes: Uint8Array, aad: Uint8Array): Promise<{ readonly by: string; readonly wrapped: Uint8Array }>
  /** By the key of this id, current or former. Undefined where no such key is known, or what is wrapped is not of it; rejects where it can't be reached. */
  unwrap(by: string, wrapped: Uint8Array, aad: Uint8Array): Promise<Uint8Array | undefined>
}

export const masterKeysFileName = 'master-keys'

/** Thrown for master keys that can't be used; the message names the file and the line, and nothing that stands there. */
export class MasterKeysError extends Error {
  override readonly name = 'MasterKeysError'
}

const linePattern = /^([A-Za-z0-9][A-Za-z0-9._-]{0,63}) ([0-9a-fA-F]{64})$/

/**
 * Reads master keys: a line for each, its id, a space and 64 hex digits. The first is the current one, the others are former ones, which unwrap what has not been wrapped anew. Throws MasterKeysError.
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
    if (keys.has(id)) throw new MasterKeysError(`${path}, line ${index + 1}: the id is there already`)
    keys.set(id, wrappingKey(Buffer.from(hex, 'hex')))
  }
  return masterKeysOf(keys)
}

/** The first of them is the current one. */
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

/** The master keys in the directory, one of them made there on the first start. Safe when several processes start at once. */
export function ensureMasterKeys(dataDir: string): MasterKeys {
  const path = join(dataDir, masterKeysFileName)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  if (!existsSync(path)) publishFile(path, `first ${randomBytes(32).toString('hex')}\n`, 0o600)
  return readMasterKeys(path)
}
