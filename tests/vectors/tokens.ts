import { createHmac, sign } from 'node:crypto'
import { createTokenVerifier, type Members, membersFileSchema } from '@holdfast/trust'
import { es256Signatures } from './es256-signatures.ts'
import { at, erasedPerson, former, hardware, iat, later, singapore, singaporeWith, timorLeste } from './two-countries.ts'
import { type Case, refusal, type VectorKind, vectorsOf } from './vector-file.ts'

interface Input {
  readonly authorization: string
  readonly at: string
}

const rule =
  'A token is a JWS in its compact form (RFC 7515), in Authorization: Bearer TOKEN, or bearer. Its key is the one that is registered for the country `iss` under the name `kid`; the kind of that key says which alg it may sign with: OKP Ed25519, or its former name EdDSA (RFC 8037); EC ES256 (RFC 7518). nbf and exp of a key: it verifies nothing before the one, and nothing from the other on, with no tolerance. Of the claims: iss, sub (1 to 64 letters, digits or . _ @ -), role (one of five), aud (holdfast), iat, exp and jti are needed. At the instant `at`, in whole seconds: iat is at most 60 s ahead; exp is less than 60 s ago; it is no more than 3660 s since iat; nbf, where there is one, is at most 60 s ahead. A token with cnf counts only with the proof that its sender adds: it is refused here. Other claims are passed over. `person` is sub in small letters. `endsAt` is the first of exp, iat + 3600 s and the exp of the key. The keys here are made for these vectors, and known to everybody.'

const registry = {
  members: [singaporeWith(1200), { country: 'TL', name: 'Timor-Leste', keys: { keys: [{ ...timorLeste.publicKey, kid: 'k1' }] } }],
}
const members: Members = new Map(membersFileSchema.parse(registry).members.map(member => [member.country, member]))

type Claims = Readonly<Record<string, unknown>>
const claims: Claims = { iss: 'SG', sub: 'a.tan', role: 'officer', aud: 'holdfast', iat, exp: iat + 600, jti: '1' }
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const unsigned = (header: object, said: Claims = claims) => `${encoded(header)}.${encoded(said)}`
const header = { alg: 'Ed25519', kid: 'k1', typ: 'JWT' }

const bearer = (token: string, when = at): Input => ({ authorization: `Bearer ${token}`, at: when })
function signed(
  said: Claims = claims,
  { key = singapore, when = at, ...head }: { key?: typeof singapore; when?: string; [name: string]: unknown } = {},
): Input {
  const text = unsigned({ ...header, ...head }, said)
  return bearer(`${text}.${sign(null, Buffer.from(text), key.key).toString('base64url')}`, when)
}

/** ECDSA uses a random number for each signature, so these are stored. */
function signedByHardware(said: Claims, head: object = { alg: 'ES256', kid: 'k2' }): Input {
  const text = unsigned(head, said)
  const signature = es256Signatures[text]
  if (signature) return bearer(`${text}.${signature}`)
  const fresh = sign('sha256', Buffer.from(text), { key: hardware.key, dsaEncoding: 'ieee-p1363' }).toString('base64url')
  throw new Error(`es256-signatures.ts lacks the signature of this text; add a new one:\n  '${text}':\n    '${fresh}',`)
}
const ofHardware = signedByHardware(claims)
const hardwareParts = ofHardware.authorization.slice('Bearer '.length).split('.') as [string, string, string]
const withSignature = (bytes: Buffer) => bearer(`${hardwareParts[0]}.${hardwareParts[1]}.${bytes.toString('base64url')}`)

/** An ASN.1 integer, of which a DER signature has two. */
function derOf(p1363: Buffer): Buffer {
  const numbers = [p1363.subarray(0, 32), p1363.subarray(32)].map(number => {
    const whole = Buffer.concat([Buffer.from([0]), number])
    return Buffer.concat([Buffer.from([2, whole.length]), whole])
  })
  const both = Buffer.concat(numbers)
  return Buffer.concat([Buffer.from([0x30, both.length]), both])
}

/**
 * The same signature with the order of the group added to its second half, which RFC 8032 (5.1.7) forbids: a token
 * would have two forms.
 */
function stretched(input: Input): Input {
  const [head = '', body = '', signature = ''] = input.authorization.slice('Bearer '.length).split('.')
  const bytes = Buffer.from(signature, 'base64url')
  let sum = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + 2n ** 252n + 27742317777372353535851937790883648493n
  for (let i = 32; i < 64; i++, sum >>= 8n) bytes[i] = Number(sum & 255n)
  return bearer(`${head}.${body}.${bytes.toString('base64url')}`)
}

const hmacOf = (key: string | Buffer) => {
  const text = unsigned({ ...header, alg: 'HS256' })
  return bearer(`${text}.${createHmac('sha256', key).update(text).digest('base64url')}`)
}
const x = singapore.publicKey.x ?? ''
const without = (name: string): Claims => Object.fromEntries(Object.entries(claims).filter(([claim]) => claim !== name))
const other = signed().authorization.split('.')

const taken: readonly Case<Input>[] = [
  ['by Ed25519', signed()],
  ['by ES256', ofHardware],
  ['by Ed25519 under its former name', signed(claims, { alg: 'EdDSA' })],
  ['of a system of Timor-Leste', signed({ ...claims, iss: 'TL', sub: 'ncb', role: 'system' }, { key: timorLeste })],
  ['names that differ in capitals are one person', signed({ ...claims, sub: 'A.Tan' })],
  ['claims that are not known', signed({ ...claims, name: 'ação', nonce: { a: 1 } })],
  ['bearer in small letters', { authorization: signed().authorization.replace('Bearer', 'bearer'), at }],
  ['by ES256 with other claims', signedByHardware({ ...claims, sub: 'ncb', role: 'system', jti: '2' })],
  ['from a clock that is 60 s ahead', signed(claims, { when: later(-60) })],
  ['59 s after its end', signed(claims, { when: later(659) })],
  ['for a year, in its first hour', signed({ ...claims, exp: iat + 31_536_000 }, { when: later(3600) })],
  ['a key in its time', signed(claims, { key: former, kid: 'k0' })],
  ['a key that ends before the token', signed({ ...claims, exp: iat + 3600 }, { key: former, kid: 'k0', when: later(1199) })],
]

const refused: readonly Case<Input>[] = [
  ['alg none without a signature', bearer(`${unsigned({ ...header, alg: 'none' })}.`), 'it has no signature'],
  ['alg none with some signature', bearer(`${unsigned({ ...header, alg: 'none' })}.AAAA`), 'it has no signature'],
  ['HS256 with the public number as its key', hmacOf(x), 'everybody has the public key'],
  ['HS256 with the bytes of the public key', hmacOf(Buffer.from(x, 'base64url')), 'everybody has the public key'],
  ['ES256 named over a key of Ed25519', signed(claims, { alg: 'ES256' }), 'the key says what it signs with'],
  ['Ed25519 named over a key of P-256', signedByHardware(claims, { alg: 'Ed25519', kid: 'k2' }), 'the key says what it signs with'],
  ['by the key of another country under the same name', signed(claims, { key: timorLeste }), 'a key speaks for its country alone'],
  ['by a key that is not registered', signed(claims, { key: erasedPerson }), 'no key of Singapore signed it'],
  ['by a key that it brings along', signed(claims, { key: erasedPerson, jwk: erasedPerson.publicKey }), 'no key of Singapore signed it'],
  ['a key that has another name', signed(claims, { kid: 'k9' }), 'no key of Singapore has this name'],
  ['no name of a key', signed(claims, { kid: undefined }), 'kid is needed'],
  ['of a country that is no member', signed({ ...claims, iss: 'XX' }), 'it has no key'],
  [
    'other claims under the signature',
    bearer([other[0]?.slice('Bearer '.length), encoded({ ...claims, sub: 'b.lim' }), other[2]].join('.')),
    'the signature is of other claims',
  ],
  ['a signature of Ed25519 that is not reduced', stretched(signed()), 'RFC 8032, 5.1.7'],
  ['a signature of ES256 in DER', withSignature(derOf(Buffer.from(hardwareParts[2], 'base64url'))), 'RFC 7518, 3.4: 64 bytes'],
  ['a signature of ES256 of nothing but zeros', withSignature(Buffer.alloc(64)), 'r and s are 1 and more'],
  ['a header that has to be understood', signed(claims, { crit: ['x'], x: 1 }), 'RFC 7515, 4.1.11'],
  ['60 s after its end', signed(claims, { when: later(660) }), 'it has ended'],
  ['of 61 s from now', signed(claims, { when: later(-61) }), 'no clock may be so far ahead'],
  [
    'for a year, after an hour and a minute',
    signed({ ...claims, exp: iat + 31_536_000 }, { when: later(3661) }),
    'it lives an hour at most',
  ],
  ['not before another hour', signed({ ...claims, nbf: iat + 3600 }), 'nbf'],
  ['a key before its time', signed({ ...claims, iat: iat - 1 }, { key: former, kid: 'k0', when: later(-1) }), 'without tolerance'],
  ['a key after its time', signed({ ...claims, exp: iat + 3600 }, { key: former, kid: 'k0', when: later(1200) }), 'without tolerance'],
  ['for another audience', signed({ ...claims, aud: 'elsewhere' }), 'aud'],
  ...['aud', 'exp', 'iat', 'jti', 'sub', 'role', 'iss'].map(
    (claim): Case<Input> => [`without ${claim}`, signed(without(claim)), 'it is needed'],
  ),
  ['a role that is none', signed({ ...claims, role: 'validation' }), 'role'],
  ['a person that is none', signed({ ...claims, sub: 'a tan/officer' }), 'sub'],
  ['an end that is a text', signed({ ...claims, exp: String(iat + 600) }), 'exp'],
  [
    'bound to a key, without a proof',
    signed({ ...claims, cnf: { jkt: 'A'.repeat(43) } }),
    'RFC 9449, 7.1: who sends it shows that he holds the key',
  ],
  [
    'bound to a certificate, without a proof',
    signed({ ...claims, cnf: { 'x5t#S256': 'A'.repeat(43) } }),
    'RFC 8705, 3: who sends it connects with the certificate',
  ],
  ['bound to something that is not known', signed({ ...claims, cnf: { kid: 'x' } }), 'nothing would hold it to that'],
  ['no Bearer', { authorization: 'Basic YTpi', at }, 'a token is needed'],
]

export const tokenVectors = async (): Promise<VectorKind> => ({
  kind: 'tokens',
  rule,
  given: { registry },
  vectors: await vectorsOf([...taken, ...refused], async input => {
    const verify = createTokenVerifier({ members, now: () => new Date(input.at), clockSkewSeconds: 60 })
    const verified = await verify(input.authorization)
    if (!verified.ok) return refusal
    const { country, role, person, tokenEndsAt } = verified.value
    return { country, role, person, endsAt: tokenEndsAt.toISOString() }
  }),
})
