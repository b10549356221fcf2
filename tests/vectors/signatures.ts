import { sign } from 'node:crypto'
import { type EventToSign, signedText } from '@holdfast/schemas'
import { createEventVerifier, type Members, membersFileSchema } from '@holdfast/trust'
import { es256Signatures } from './es256-signatures.ts'
import { ed25519Key } from './test-keys.ts'
import { at, erasedPerson, former, hardware, iat, later, singapore, singaporeWith, timorLeste } from './two-countries.ts'
import { type Case, refusal, type VectorKind, vectorsOf } from './vector-file.ts'

interface Input {
  /** The header of the record. */
  readonly signature: string
  readonly event: EventToSign
  readonly at: string
}

const rule =
  'A signature is a JWS in its compact form with a detached payload (RFC 7515, appendix F): HEADER..SIGNATURE. Its payload is `text`: the canonical JSON (RFC 8785) of {"data", "id", "source", "type"} of the event, and of nothing else of it. What is signed is the ASCII of HEADER.PAYLOAD, both in base64url. The protected header has typ (holdfast-event+jws), kid, alg and, as a token has them among its claims, iss, sub, role, aud (holdfast), iat and exp. Its key is the one that is registered in the country `iss` under the name `kid`, of the member itself, of a person or of an institution; algorithms, nbf and exp of a key as in tokens.json. The key of a person signs for that person alone, in a role of its own, and no other key of the country for it; that of an institution in the role institution. At the instant `at`, in whole seconds: iat is at most 60 s ahead; exp is less than 60 s ago; it is no more than 660 s since iat. From iat to exp it is no more than 600 s. `person` is sub in small letters. `endsAt` is the first of exp and the exp of the key. The keys here are made for these vectors, and known to everybody.'

const costa = ed25519Key('a person of Timor-Leste')
const bank = ed25519Key('a bank of Timor-Leste')

const registry = {
  members: [
    singaporeWith(300),
    {
      country: 'TL',
      name: 'Timor-Leste',
      keys: { keys: [{ ...timorLeste.publicKey, kid: 'k1' }] },
      persons: [{ person: 'A.Costa', roles: ['officer'], keys: { keys: [{ ...costa.publicKey, kid: 'costa' }] } }],
      institutions: [{ name: 'Kamanasa Bank', bics: ['KMNSTLDL'], keys: { keys: [{ ...bank.publicKey, kid: 'bank' }] }, signs: true }],
    },
  ],
}
const members: Members = new Map(membersFileSchema.parse(registry).members.map(member => [member.country, member]))

const request: EventToSign = {
  id: 'SG-2024-IGRIP-01',
  source: '/ncb/sg',
  type: 'holdfast.request.v1',
  data: {
    caseReference: 'SG-2024-IGRIP-01',
    payment: { amount: { currency: 'USD', value: '41300000.00' }, creditor: 'Zo\u00eb \u20ac' },
    hop: 1,
  },
}
const answer: EventToSign = {
  id: 'answer-1',
  source: '/institutions/tl',
  type: 'holdfast.answer.v1',
  data: {
    requestId: '445a0189-a8e9-509e-8929-646bc5413012',
    orderId: '7d1a4f0e-6c1f-5c0a-8b8e-1f2a3b4c5d6e',
    institution: { bic: 'KMNSTLDL' },
    kind: 'noFunds',
    details: { reason: 'AM04' },
  },
}

const encoded = (text: string) => Buffer.from(text).toString('base64url')
type Header = Readonly<Record<string, unknown>>
const header: Header = {
  alg: 'Ed25519',
  kid: 'k1',
  typ: 'holdfast-event+jws',
  iss: 'SG',
  sub: 'ncb',
  role: 'system',
  aud: 'holdfast',
  iat,
  exp: iat + 600,
}
const ofBank: Header = { iss: 'TL', sub: 'payments', role: 'institution', kid: 'bank' }
const ofCosta: Header = { iss: 'TL', sub: 'a.costa', role: 'officer', kid: 'costa' }

interface Signing {
  readonly key?: typeof singapore
  readonly when?: string
  readonly event?: EventToSign
  /** The signed event, where it differs. */
  readonly of?: EventToSign
}

function signed(changed: Header = {}, { key = singapore, when = at, event = request, of = event }: Signing = {}): Input {
  const head = encoded(JSON.stringify({ ...header, ...changed }))
  const mark = sign(null, Buffer.from(`${head}.${encoded(signedText(of))}`), key.key).toString('base64url')
  return { signature: `${head}..${mark}`, event, at: when }
}

/** ECDSA uses a random number for each signature, so this one is stored. */
function signedByHardware(): Input {
  const head = encoded(JSON.stringify({ ...header, alg: 'ES256', kid: 'k2' }))
  const text = `${head}.${encoded(signedText(request))}`
  const mark = es256Signatures[text]
  if (mark) return { signature: `${head}..${mark}`, event: request, at }
  const fresh = sign('sha256', Buffer.from(text), { key: hardware.key, dsaEncoding: 'ieee-p1363' }).toString('base64url')
  throw new Error(`es256-signatures.ts lacks the signature of this text; add a new one:\n  '${text}':\n    '${fresh}',`)
}
const whole = signed()
const [head = '', mark = ''] = whole.signature.split('..')
/** Changes the unused bits of the last letter. */
function nextLetter(text: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return letters[letters.indexOf(text.at(-1) ?? '') + 1] ?? ''
}
/** The same event with other data, under the original signature. */
const instead = (change: object): Input => ({ ...whole, event: { ...request, ...change } })
const other = (data: object) => instead({ data: { ...(request.data as object), ...data } })

const taken: readonly Case<Input>[] = [
  ['a request, by Ed25519', whole],
  ['by ES256', signedByHardware()],
  ['by Ed25519 under its former name', signed({ alg: 'EdDSA' })],
  [
    'properties in another order',
    signed({}, { event: { data: { ...(request.data as object) }, type: request.type, id: request.id, source: request.source } }),
  ],
  ['an answer of an institution', signed(ofBank, { key: bank, event: answer })],
  ['by the key of a person', signed(ofCosta, { key: costa })],
  ['names that differ in capitals are one person', signed({ ...ofCosta, sub: 'A.COSTA' }, { key: costa })],
  ['from a clock that is 60 s ahead', signed({}, { when: later(-60) })],
  ['59 s after its end', signed({}, { when: later(659) })],
  ['a key that ends before the signature', signed({ kid: 'k0' }, { key: former, when: later(299) })],
  ['more in its header', signed({ jti: '1', note: 'a\u00e7\u00e3o' })],
]

const refused: readonly Case<Input>[] = [
  ['another word in its data', other({ hop: 2 }), 'the signature is of other data'],
  ['a word more in its data', other({ more: null }), 'the signature is of other data'],
  ['under another id', instead({ id: 'SG-2024-IGRIP-02' }), 'the signature is of another event'],
  ['of another source', instead({ source: '/ncb/my' }), 'the signature is of another event'],
  ['as another type', instead({ type: 'holdfast.answer.v1' }), 'the signature is of another event'],
  ['over the data alone', signed({}, { of: { ...request, id: '', source: '', type: '' } }), 'id, source and type are signed too'],
  ['with its payload in it', { ...whole, signature: `${head}.${encoded(signedText(request))}.${mark}` }, 'the payload is detached'],
  ['without a signature', { ...whole, signature: `${head}..` }, 'it has no signature'],
  [
    'with another text of its bytes',
    { ...whole, signature: `${whole.signature.slice(0, -1)}${nextLetter(whole.signature)}` },
    'RFC 4648, 3.5: the bits that are left over are zeros',
  ],
  ['alg none', signed({ alg: 'none' }), 'it has no signature'],
  ['HS256 named', signed({ alg: 'HS256' }), 'everybody has the public key'],
  ['ES256 named over a key of Ed25519', signed({ alg: 'ES256' }), 'the key says what it signs with'],
  ['of the type of a token', signed({ typ: 'JWT' }), 'a token is no signature'],
  ['of no type', signed({ typ: undefined }), 'typ is needed'],
  ['a header that has to be understood', signed({ crit: ['b64'], b64: false }), 'RFC 7515, 4.1.11'],
  ['by the key of another country under the same name', signed({}, { key: timorLeste }), 'a key speaks for its country alone'],
  ['by a key that is not registered', signed({}, { key: erasedPerson }), 'no key of Singapore signed it'],
  ['by a key that it brings along', signed({ jwk: erasedPerson.publicKey }, { key: erasedPerson }), 'no key of Singapore signed it'],
  ['in the name of another country', signed({ iss: 'TL' }), 'no key of Timor-Leste signed it'],
  ['no name of a key', signed({ kid: undefined }), 'kid is needed'],
  ['a person by the key of another', signed({ ...ofCosta, sub: 'b.belo' }, { key: costa }), 'the key is of one person'],
  ['a person in another role', signed({ ...ofCosta, role: 'authority' }, { key: costa }), 'the registry gives her the role of an officer'],
  ['a person by the key of her country', signed({ ...ofCosta, kid: 'k1' }, { key: timorLeste }), 'she has a key of her own'],
  ['a bank in another role', signed({ ...ofBank, role: 'system' }, { key: bank }), 'it speaks as an institution'],
  ['for another audience', signed({ aud: 'elsewhere' }), 'aud'],
  ['60 s after its end', signed({}, { when: later(660) }), 'it has ended'],
  ['of 61 s from now', signed({}, { when: later(-61) }), 'no clock may be so far ahead'],
  ['for eleven minutes', signed({ exp: iat + 660 }), 'it lives ten minutes at most'],
  ['a key after its time', signed({ kid: 'k0' }, { key: former, when: later(300) }), 'without tolerance'],
  ...['iss', 'sub', 'role', 'aud', 'iat', 'exp'].map(
    (name): Case<Input> => [`without ${name}`, signed({ [name]: undefined }), 'it is needed'],
  ),
]

export const signatureVectors = async (): Promise<VectorKind> => ({
  kind: 'signatures',
  rule,
  given: { registry },
  vectors: await vectorsOf([...taken, ...refused], async ({ signature, event, at: instant }) => {
    const verify = createEventVerifier({ members, now: () => new Date(instant), clockSkewSeconds: 60 })
    const verified = await verify(signature, event)
    if (!verified.ok) return refusal
    const { country, role, person, tokenEndsAt } = verified.value
    return { country, role, person, endsAt: tokenEndsAt.toISOString(), text: signedText(event) }
  }),
})
