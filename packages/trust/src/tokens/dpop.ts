import { hash } from 'node:crypto'
import type { Refusal } from '@holdfast/schemas'
import { z } from 'zod'
import { keyNumberSchema } from '../registry/key-numbers.ts'
import { isUsableKey, type PublicKeyNumbers, thumbprintOf } from '../registry/members.ts'
import type { BoundToken } from './binding.ts'
import { isSignedBy, objectIn, readJws, type VerifyingKey } from './jws.ts'
import { verifyingKeyOf } from './jwt.ts'
import { createProofMemory } from './proof-memory.ts'

// A proof shows that a token's sender holds the private key that the token is bound to (RFC 9449): a JWT for one
// request, signed with that key.

/** The accepted algorithms, as named in a challenge. */
export const dpopAlgorithms = ['Ed25519', 'EdDSA', 'ES256'] as const
/** The validity from its creation. A request takes less time than this. */
const proofLifeSeconds = 60
/** Our own proofs have 500 characters. */
const proofMax = 4200

/** The request that the proof belongs to. */
export interface ProvedRequest {
  /** The `DPoP` header as received; several are joined by commas. */
  readonly proof: string | undefined
  readonly method: string
  /** The engine's public origins; empty if it does not know its own address. */
  readonly origins: readonly string[]
  /** The path as received, without the query. */
  readonly path: string
}

const ofProof = (message: string): Refusal => ({ code: 'UNAUTHENTICATED', message, dpopError: 'invalid_dpop_proof' })
const missing = ofProof('the DPoP header is missing: a token that is bound to a key needs a proof, made for this request')
const several = ofProof('there are several DPoP headers: send one proof')
const noProof = ofProof('the DPoP header is no proof: it is a signed JWT of at most 4200 characters')
const otherType = ofProof('the proof is not of the type "dpop+jwt" (typ)')
const notSignedAtAll = ofProof('the proof is not signed: its header names the algorithm "none"')
const otherAlgorithm = ofProof('the proof is signed by an algorithm that is not taken here: sign it with Ed25519, or with ES256')
const privateKey = ofProof('the proof carries a private key (jwk): all who have seen it have that key now, take another')
const noKey = ofProof('the proof carries no public key (jwk) that may sign it: one of Ed25519, or of P-256')
// The same message for another key and a wrong signature, so that a stolen token reveals nothing.
const otherKey = ofProof('the proof is not signed by the key that the token is bound to')
const otherMethod = ofProof('the proof is for another method (htm)')
const otherAddress = ofProof('the proof is for another address (htu)')
const unknownAddress = ofProof(
  'no proof can be checked at this address: the engine does not know itself by it, HOLDFAST_PUBLIC_ORIGINS has to name it',
)
const noInstant = ofProof('the proof does not say when it was made (iat)')
const tooOld = ofProof(`the proof is older than ${proofLifeSeconds} seconds (iat): make one for each request`)
const ofTheFuture = ofProof('the proof is of the future (iat)')
const otherToken = ofProof('the proof is for another token (ath)')
const noName = ofProof('the proof has no name of its own (jti)')
const used = ofProof('the proof was used before (jti): make one for each request')
const tooMany = (retryAfterMs: number): Refusal => ({
  code: 'RATE_LIMITED',
  message: 'more proofs of this side, or of you alone, are remembered than the quota allows: wait before the next',
  retryAfterMs,
})

export interface DpopOptions {
  readonly now: () => Date
  readonly clockSkewSeconds: number
  /**
   * The most proofs of one member role in their period of validity, and half as many of one person or institution. More
   * are refused.
   */
  readonly proofsOfSideMax: number
  /** Limits the verifications: each takes 0.1 ms, and a client may send a thousand at once. */
  readonly turn?: (() => Promise<void>) | undefined
}

/** Gives why a proof does not show that who sent the token holds the key with this thumbprint; undefined where it does. */
export type DpopVerifier = (request: ProvedRequest, token: BoundToken & { readonly jkt: string }) => Promise<Refusal | undefined>

/** Verifies proofs by RFC 9449, 4.3. Each is accepted once by this process. */
export function createDpopVerifier({ now, clockSkewSeconds, proofsOfSideMax, turn }: DpopOptions): DpopVerifier {
  // One second more, because proofs have whole seconds.
  const keptMs = (proofLifeSeconds + 2 * clockSkewSeconds + 1) * 1000
  const memory = createProofMemory({ keptMs, ofSideMax: proofsOfSideMax })

  return async ({ proof, method, origins, path }, { token, jkt, ...user }) => {
    if (proof === undefined || proof === '') return missing
    if (proof.includes(',')) return several
    const head = headOf(proof)
    if ('code' in head) return head
    if (head.thumbprint !== jkt) return otherKey
    await turn?.()
    const jws = readJws(proof)
    const claims = isSignedBy(jws, head.key) ? jws?.payload : undefined
    if (!claims) return otherKey
    const { htm, htu, iat, ath, jti } = claims
    if (htm !== method) return otherMethod
    if (origins.length === 0) return unknownAddress
    const address = typeof htu === 'string' ? URL.parse(htu) : null
    if (!address || !origins.includes(address.origin) || address.pathname !== path) return otherAddress
    if (ath !== hash('sha256', token, 'base64url')) return otherToken
    if (typeof iat !== 'number') return noInstant
    const nowMs = now().getTime()
    const age = Math.floor(nowMs / 1000) - iat
    if (age > proofLifeSeconds + clockSkewSeconds) return tooOld
    if (age < -clockSkewSeconds) return ofTheFuture
    if (typeof jti !== 'string' || jti === '') return noName
    // Last, so that a refused request uses no proof.
    const noted = memory.note(user, hash('sha256', JSON.stringify([jkt, jti]), 'base64url'), nowMs)
    return noted === 'new' ? undefined : noted === 'used' ? used : tooMany(keptMs)
  }
}

const numbers = { x: keyNumberSchema }
// Other JWK members, such as names and uses, are ignored.
const jwkSchema = z.discriminatedUnion('kty', [
  z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), ...numbers }),
  z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), ...numbers, y: numbers.x }),
])
/** The private or secret JWK members of all key types (RFC 7518, 6). */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

/** The key in a proof's header, or a refusal. */
function headOf(proof: string): { readonly key: VerifyingKey; readonly thumbprint: string } | Refusal {
  if (proof.length > proofMax || !/^[\w-]+\.[\w-]+\.[\w-]*$/.test(proof)) return noProof
  const header = objectIn(proof.split('.')[0] ?? '')
  if (!header) return noProof
  if (header.typ !== 'dpop+jwt') return otherType
  if (header.alg === 'none') return notSignedAtAll
  if (!dpopAlgorithms.some(taken => taken === header.alg)) return otherAlgorithm
  const { jwk } = header
  if (typeof jwk === 'object' && jwk !== null && privateMembers.some(name => Object.hasOwn(jwk, name))) return privateKey
  const parsed = jwkSchema.safeParse(jwk)
  if (!parsed.success || !isUsableKey(parsed.data)) return noKey
  const numbersOfKey: PublicKeyNumbers = parsed.data
  return { key: verifyingKeyOf(numbersOfKey), thumbprint: thumbprintOf(numbersOfKey) }
}
