import type { Fact } from '@holdfast/payment-stop/language'
import { canonicalJson, chainStart, storedEvent, type WorkDraft, type WorkEvent } from '@holdfast/schemas'
import { type ChainedEvent, chainWork, factHash } from '@holdfast/trust'
import { actedFact, encryptedFact, encryptedNote } from './encrypted-fact.ts'
import { held, withdrawn } from './sample-facts.ts'
import { type Case, refusal, type VectorKind, vectorsOf } from './vector-file.ts'

interface Input {
  readonly event: ChainedEvent | WorkEvent
}

const rule =
  'A fact is bound to the one before it in the history of its request: prevhash is the hash of that fact, and 64 zeros in the first. hash is the SHA-256 (lower-case hex) of the canonical JSON of the whole event without its hash: everything else counts, whether its name is known or not. The events of the work of a country are chained in the same way, one chain for each country. Where `encrypted` of data, or of the data of a command that data quotes, has `decrypted`, the personal data was decrypted for a reader: what is hashed is the event as it is stored, without the values at these places (RFC 6901) and without `decrypted`. Its `digest` has to be that of these values and this salt (encrypted-fields.json), or they are other values than were encrypted. Where it has `destroyedAt`, the personal data is erased: what is hashed is the event without that member. Where the event has `decryptedactor` (a salt, a pseudonym, and the pseudonym of a proof, separated by points), the name of its actor was decrypted: what is hashed is the event without it, with the pseudonym instead of the person in `actor`, and with the other one as `actorproof`. The third part of its `encryptedactor` has to be the digest of this salt and of `/actor` and `/actorproof` as they are given.'

const kindOf = ({ type }: { readonly type: string }) => type.slice(type.lastIndexOf('.') + 1)

const draft = {
  specversion: '1.0',
  id: 'dcf2ccb5-1ee0-5d09-8f3b-6fd3a4f1b1d3',
  source: '/holdfast/desk',
  type: 'holdfast.work.v1.NoteTaken',
  subject: held[0]?.subject ?? '',
  time: '2024-07-23T02:31:00.000Z',
  actor: 'SG/officer/a.tan',
  country: 'SG',
  aftersequence: 3,
  data: { text: 'O banco confirma: “€ 9 850” retidos' },
} satisfies WorkDraft
const struck = {
  ...draft,
  id: '4f1e7b1c-7d6e-5f4c-9d3f-0a5a5b4e2c11',
  type: 'holdfast.work.v1.NoteStruck',
  time: '2024-07-23T02:32:00.000Z',
  data: { note: 1, reason: 'Of another case' },
} satisfies WorkDraft
const encrypted = encryptedNote(draft)
const noted = chainWork(draft, { sequence: 0, hash: chainStart })

const cases: readonly Case<Input>[] = [
  ...held.map((event): Case<Input> => [`${event.sequence} of a request: ${kindOf(event)}`, { event }]),
  ...withdrawn.map((event): Case<Input> => [`${event.sequence} of a request that was withdrawn: ${kindOf(event)}`, { event }]),
  ['1 of the work of a country: NoteTaken', { event: noted }],
  ['2 of the work of a country: NoteStruck', { event: chainWork(struck, noted) }],
  ['words are encrypted, as it is stored', { event: encryptedFact.stored }],
  ['words are encrypted, as it is given to who may read them', { event: encryptedFact.given }],
  ['words are encrypted, and one of them was changed', { event: encryptedFact.changed }, 'these are not the words that its digest is of'],
  ['words are encrypted and their key is destroyed, as it is given', { event: encryptedFact.destroyed }],
  ['words are encrypted in what is quoted, as it is given', { event: encryptedFact.quoting }],
  ['the actor is encrypted, as stored', { event: actedFact.stored }],
  ['the actor is decrypted for a reader with access', { event: actedFact.given }],
  ['the actor is encrypted, and the name was changed', { event: actedFact.changed }, 'this is not the name that its digest is of'],
  ['words are encrypted in the work of a country: NoteTaken, as it is stored', { event: encrypted.stored }],
  ['words are encrypted in the work of a country: NoteTaken, as it is given', { event: encrypted.given }],
]

export const factVectors = async (): Promise<VectorKind> => ({
  kind: 'facts',
  rule,
  vectors: await vectorsOf(cases, ({ event }) => {
    const { hash: _stated, ...hashed } = event as Fact
    const canonical = canonicalJson(storedEvent(hashed))
    return /"digest":"of other words"|"encryptedactor":"of another actor"/.test(canonical) ? refusal : { canonical, hash: factHash(event) }
  }),
})
