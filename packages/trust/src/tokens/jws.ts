import { type KeyObject, verify } from 'node:crypto'
import { isDetachedJws } from '@holdfast/schemas'
import { runOnThreadPool } from '../thread-pool.ts'

/** A registered key for verification, with its algorithm. */
export interface VerifyingKey {
  readonly key: KeyObject
  /** Its public number `x`, which identifies the key whatever its name. */
  readonly x: string
  readonly algorithms: string[]
  /** In milliseconds since 1970. It verifies nothing before its start, and nothing from its end on. */
  readonly beginsAtMs: number
  readonly endsAtMs: number
}

type Members = Readonly<Record<string, unknown>>

/** A JWS in three parts (RFC 7515), parsed but not verified. */
export interface Jws {
  readonly header: Members
  /** The signed object; undefined if the payload is no object, or detached. */
  readonly payload: Members | undefined
  readonly signed: Buffer
  readonly signature: Buffer
}

/** Undefined for an invalid JWS or a header that is no object. */
export function readJws(text: string): Jws | undefined {
  const [head = '', body = '', signature = '', ...more] = text.split('.')
  const header = objectIn(head)
  if (more.length > 0 || !header) return undefined
  return {
    header,
    payload: objectIn(body),
    signed: Buffer.from(text.slice(0, head.length + 1 + body.length)),
    signature: Buffer.from(signature, 'base64url'),
  }
}

/** A JWS with a detached payload (RFC 7515, appendix F). */
export interface DetachedJws {
  readonly header: Members
  over(text: string): Jws
}

/** Undefined for an invalid JWS or a header that is no object. */
export function readDetachedJws(text: string): DetachedJws | undefined {
  const [head = '', signature = ''] = isDetachedJws(text) ? text.split('..') : []
  const header = objectIn(head)
  return (
    header && {
      header,
      over: said => ({
        header,
        payload: undefined,
        signed: Buffer.from(`${head}.${Buffer.from(said).toString('base64url')}`),
        signature: Buffer.from(signature, 'base64url'),
      }),
    }
  )
}

/** Verifies only with the key's own algorithm, and without critical extensions (RFC 7515, 4.1.11). */
const mayVerify = ({ header }: Jws, { algorithms }: VerifyingKey): boolean =>
  header.crit === undefined && algorithms.includes(header.alg as string)

const how = ({ header }: Jws, { key }: VerifyingKey) =>
  header.alg === 'ES256' ? (['sha256', { key, dsaEncoding: 'ieee-p1363' }] as const) : ([null, key] as const)

/**
 * Whether the key signed it. Takes 130 µs of a processor, where `jose` takes 210 to 300; each act has its own token.
 */
export function isSignedBy(jws: Jws | undefined, key: VerifyingKey): boolean {
  if (!jws || !mayVerify(jws, key)) return false
  const [algorithm, by] = how(jws, key)
  return verify(algorithm, jws.signed, by, jws.signature)
}

/** The same on Node's thread pool, so that a client with many tokens delays only itself. */
export async function isSignedByOnThreadPool(jws: Jws | undefined, key: VerifyingKey): Promise<boolean> {
  if (!jws || !mayVerify(jws, key)) return false
  const [algorithm, by] = how(jws, key)
  return runOnThreadPool<boolean>(done => verify(algorithm, jws.signed, by, jws.signature, done))
}

/** A part of a token. */
export const partOf = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** The object in a part of a token; undefined if it is none. */
export function objectIn(part: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(utf8.decode(Buffer.from(part, 'base64url')))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined
  } catch {
    return undefined
  }
}
const utf8 = new TextDecoder('utf-8', { fatal: true })
