import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import type { EncryptedField, MemberRole, WorkDone } from '@holdfast/schemas'
import { developmentToken } from '@holdfast/trust'
import type { EncryptedFieldLocation, FieldDecrypter } from '../src/desk-work/field-decrypter.ts'
import type { StartedDesk } from './desks.ts'

export interface Answered<T> {
  readonly status: number
  readonly body: T & { readonly code?: string; readonly detail?: string; readonly problems?: readonly { path: string }[] }
}

/** An officer at a desk, by HTTP. */
export function personAt(desk: StartedDesk, country: string, person: string, role: MemberRole = 'officer') {
  let keys = 0
  const send = async <T>(path: string, init: RequestInit): Promise<Answered<T>> => {
    const token = await developmentToken(dirname(desk.keys.HOLDFAST_MEMBERS as string), { country, role, person })
    const answer = await fetch(`${desk.url}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } })
    const text = await answer.text()
    const isJson = /^application\/(problem\+)?json/.test(answer.headers.get('content-type') ?? '')
    return { status: answer.status, body: isJson ? JSON.parse(text) : text }
  }
  const post = <T>(path: string, body: unknown, key = `${person}-${++keys}`) =>
    send<T>(path, { method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': key }, body: JSON.stringify(body) })
  return {
    get: <T>(path: string) => send<T>(path, {}),
    post,
    does: (kind: string, requestId: string | undefined, data: unknown, key?: string) =>
      post<WorkDone>('/v1/work', { kind, ...(requestId ? { requestId } : {}), data }, key),
  }
}

/** Encrypts a field as an endpoint will: AES-256-GCM, bound to its location. */
export function encryptedAt({ requestId, path }: EncryptedFieldLocation, text: string, kid: string, key: Buffer): EncryptedField {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(JSON.stringify([requestId, path, kid])))
  const ciphertext = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return { encrypted: { kid, box: ciphertext.toString('base64url') } }
}

/** Throws if the ciphertext belongs to another location. */
function decryptField({ requestId, path }: EncryptedFieldLocation, kid: string, text: string, key: Buffer): string {
  const ciphertext = Buffer.from(text, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', key, ciphertext.subarray(0, 12))
  decipher.setAAD(Buffer.from(JSON.stringify([requestId, path, kid])))
  decipher.setAuthTag(ciphertext.subarray(-16))
  return decipher.update(ciphertext.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')
}

/** Keys in memory; `destroy` leaves a tombstone with its date. */
export function createMemoryKeys() {
  const keys = new Map<string, Buffer>()
  const erased = new Map<string, string>()
  const fieldDecrypter: FieldDecrypter = async (location, { kid, box }) => {
    const since = erased.get(kid)
    if (since) return { is: 'gone', since }
    const key = keys.get(kid)
    if (!key) throw new Error(`there is no key ${kid}`)
    return { is: 'plain', text: decryptField(location, kid, box, key) }
  }
  return {
    opener: fieldDecrypter,
    make(kid: string): Buffer {
      const key = randomBytes(32)
      keys.set(kid, key)
      return key
    },
    destroy(kid: string, since: string): void {
      keys.delete(kid)
      erased.set(kid, since)
    },
  }
}
