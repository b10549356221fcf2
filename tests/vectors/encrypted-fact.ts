import { createRequestKey, encryptValues, saltIn } from '@holdfast/encryption'
import type { Fact, UnchainedFact } from '@holdfast/payment-stop/language'
import type { EncryptedData, WorkDraft, WorkEvent } from '@holdfast/schemas'
import {
  chainStart,
  formatEncryptedActor,
  type Members,
  valuesAt,
  valuesOfActor,
  withActor,
  withoutValues,
  withValues,
} from '@holdfast/schemas'
import { chainFact, chainWork } from '@holdfast/trust'
import { held } from './sample-facts.ts'

const key = createRequestKey(Buffer.from('a key of a request, for vectors!'))
const keyId = '5b5f5a0e-95a1-4c8c-9e38-6d0a4e0b0c11'
const [first] = held
if (!first) throw new Error('no fact was recorded')
const { hash: _hash, ...unchained } = first

function encrypted(data: object, places: readonly string[]): Members & { readonly encrypted: EncryptedData } {
  const values = valuesAt(data as Members, places)
  return { ...withoutValues(data as Members, places), encrypted: encryptValues(key, { requestId: unchained.subject, keyId }, values) }
}

function opened(data: Members & { readonly encrypted: EncryptedData }, plain: object, places: readonly string[]): Members {
  const { encrypted: block } = data
  return {
    ...withValues(data, valuesAt(plain as Members, places)),
    encrypted: { ...block, decrypted: { salt: saltIn(key, block), pointers: [...places] } },
  }
}

const places = ['/request/victim/name', '/request/payment/creditor', '/request/contact']
const closed = encrypted(unchained.data, places)
const stored = chainFact({ ...unchained, prevhash: chainStart, data: closed } as unknown as UnchainedFact)
const given = { ...stored, data: opened(closed, unchained.data, places) } as unknown as Fact

const said = { reason: 'The victim was paid back, as \u201cZo\u00eb\u201d wrote' }
const words = encrypted(said, ['/reason'])
const proposal = {
  ...unchained,
  type: 'holdfast.fact.v1.ActionProposed',
  data: { command: 'Withdraw', proposalDigest: '0'.repeat(64), data: words },
}
const proposed = chainFact({ ...proposal, prevhash: chainStart } as unknown as UnchainedFact)

const acting = { actor: 'SG/officer/a.tan', actorproof: 'signIn/3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE?acr=urn%3Asilver&amr=hwk' }
const actorBlock = encryptValues(key, { requestId: unchained.subject, keyId }, valuesOfActor(acting))
/** As an engine derives them from a secret that is not published here. */
const markedActing = {
  actor: 'SG/officer/~5f0c6a1e9b3d47c28a6e1f50d2b79c34',
  actorproof: 'signIn/m1qXW3v0kUu8oQyqv7rXl1yVt3u2n5fGk0y8aJcVb0E?acr=urn%3Asilver&amr=hwk',
  encryptedactor: formatEncryptedActor(actorBlock),
}
const { actorproof: _none, ...unproved } = unchained as typeof unchained & { readonly actorproof?: string }
const acted = chainFact({ ...unproved, ...markedActing, prevhash: chainStart } as unknown as UnchainedFact)
const named = withActor(acted, valuesOfActor(acting), saltIn(key, actorBlock))

/** A fact with an encrypted actor: as stored, as given to a reader, and with a changed name. */
export const actedFact = { stored: acted, given: named, changed: { ...named, actor: 'SG/officer/b.lim' } }

/**
 * A fact with encrypted fields: as stored, as given to a reader, and with a changed value; and a fact that quotes a
 * command.
 */
export const encryptedFact = {
  stored,
  given,
  changed: { ...given, data: withValues(given.data as unknown as Members, { '/request/victim/name': 'Someone else' }) } as unknown as Fact,
  /** As given after its key is destroyed. */
  destroyed: {
    ...stored,
    data: { ...closed, encrypted: { ...closed.encrypted, destroyedAt: '2029-07-24T02:31:00.000Z' } },
  } as unknown as Fact,
  quoting: { ...proposed, data: { ...proposed.data, data: opened(words, said, ['/reason']) } } as unknown as Fact,
}

/** A note about the request, as stored and as given. */
export function encryptedNote(draft: WorkDraft): { readonly stored: WorkEvent; readonly given: WorkEvent } {
  const closedNote = encrypted(draft.data, ['/text'])
  const note = chainWork({ ...draft, data: closedNote } as unknown as WorkDraft, { sequence: 0, hash: chainStart })
  return { stored: note, given: { ...note, data: opened(closedNote, draft.data, ['/text']) } as unknown as WorkEvent }
}
