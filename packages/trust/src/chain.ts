import { canonicalJson, type Fact, sha256Of, storedEvent, type UnchainedFact, type WorkDraft, type WorkEvent } from '@holdfast/schemas'

/** What the chain is made of; everything else in the fact is only hashed. */
export type ChainedEvent = Pick<Fact, 'subject' | 'sequence' | 'prevhash' | 'hash' | 'causationid'>

/**
 * SHA-256 in hex of the RFC 8785 canonical JSON of the whole event without its `hash`, so that the order of properties, spaces and escapes of a copy
 * do not matter and everything else does. Of a fact that is given to a reader with its words and with the names of who acts it is the hash of what is stored, and of these words and names. Throws on text that is no Unicode (a lone surrogate), which has no canonical form.
 */
export function factHash(fact: UnchainedFact | ChainedEvent | WorkEvent | Omit<WorkEvent, 'hash'>): string {
  const { hash: _stated, ...hashed } = fact as ChainedEvent & { readonly data: object }
  return sha256Of(canonicalJson(storedEvent(hashed)))
}

/** Seals a fact: the same fact with its `hash`. Its `prevhash` must be the hash of the request's fact before it, or `chainStart`. */
export const chainFact = (fact: UnchainedFact): Fact => chainedLine(fact).fact

/** The same with the text that it is written as: the one that was hashed, and the hash in its place. */
export function chainedLine(unchained: UnchainedFact): { readonly fact: Fact; readonly line: string } {
  const { hash: _former, ...fact } = unchained as UnchainedFact & { readonly hash?: string }
  const hashed = canonicalJson(fact)
  const hash = sha256Of(hashed)
  // Members are in the order of their names, and behind `id` the event has texts and numbers alone, in which quotes are escaped.
  const at = hashed.lastIndexOf('"id":')
  return { fact: { ...fact, hash } as Fact, line: `${hashed.slice(0, at)}"hash":"${hash}",${hashed.slice(at)}` }
}

/** Where the chain of a country's work ends: the place and hash of its last event, 0 and `chainStart` before the first. */
export type WorkChainEnd = Pick<WorkEvent, 'sequence' | 'hash'>

/** Seals a work event behind the end of its chain. */
export function chainWork(draft: WorkDraft, end: WorkChainEnd): WorkEvent {
  const unsealed = { ...draft, sequence: end.sequence + 1, prevhash: end.hash }
  return { ...unsealed, hash: factHash(unsealed as Omit<WorkEvent, 'hash'>) } as WorkEvent
}

/**
 * Whether an event is the next of its chain, by what every reader sees: the first to take a place has it, and whatever else lies in the topic is noise. False as well for an event that is not
 * what its hash says, or has no canonical form.
 */
export function followsWork(event: WorkEvent, end: WorkChainEnd): boolean {
  if (event.sequence !== end.sequence + 1 || event.prevhash !== end.hash) return false
  try {
    return factHash(event) === event.hash
  } catch {
    return false
  }
}
