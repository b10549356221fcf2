import { canonicalJson, type FactEvent, sha256Of, storedEvent, type UnhashedFact, type WorkDraft, type WorkEvent } from '@holdfast/schemas'

/** The fields of the chain; all other fields of the fact are only hashed. */
export type ChainedEvent = Pick<FactEvent, 'subject' | 'sequence' | 'prevhash' | 'hash' | 'causationid'>

/** A fact with its hash. */
export type Chained<F> = F & { readonly hash: string }

/**
 * SHA-256 in hex of the event's RFC 8785 canonical JSON without `hash`, so that property order, spaces and escapes do
 * not matter. For a fact with decrypted personal data and names it is the hash of the stored fact, and proves these
 * values. Throws for invalid Unicode (a lone surrogate), which has no canonical form.
 */
export function factHash(fact: UnhashedFact | ChainedEvent | WorkEvent | Omit<WorkEvent, 'hash'>): string {
  const { hash: _stated, ...hashed } = fact as ChainedEvent & { readonly data: object }
  return sha256Of(canonicalJson(storedEvent(hashed)))
}

/**
 * Returns the fact with its `hash`. Its `prevhash` must be the hash of the request's previous fact, or `chainStart`.
 */
export const chainFact = <F extends UnhashedFact>(fact: F): Chained<F> => chainedLine(fact).fact

/** As `chainFact`, with the canonical text, which is the hashed one plus the hash. */
export function chainedLine<F extends UnhashedFact>(unchained: F): { readonly fact: Chained<F>; readonly line: string } {
  const { hash: _former, ...fact } = unchained as UnhashedFact & { readonly hash?: string }
  const hashed = canonicalJson(fact)
  const hash = sha256Of(hashed)
  // Members are sorted by name. After `id` there are only strings and numbers, in which quotes are escaped.
  const at = hashed.lastIndexOf('"id":')
  return { fact: { ...fact, hash } as unknown as Chained<F>, line: `${hashed.slice(0, at)}"hash":"${hash}",${hashed.slice(at)}` }
}

/** The end of a country's work chain: the sequence and hash of its last event, 0 and `chainStart` before the first. */
export type WorkChainEnd = Pick<WorkEvent, 'sequence' | 'hash'>

/** Appends a work event to its chain. */
export function chainWork(draft: WorkDraft, end: WorkChainEnd): WorkEvent {
  const unhashed = { ...draft, sequence: end.sequence + 1, prevhash: end.hash }
  return { ...unhashed, hash: factHash(unhashed as Omit<WorkEvent, 'hash'>) } as WorkEvent
}

/**
 * Whether an event is the next of its chain, judged by what every reader sees: the first event of a sequence number
 * counts, and all others are ignored. False also if its hash is wrong, or if it has no canonical form.
 */
export function followsWork(event: WorkEvent, end: WorkChainEnd): boolean {
  if (event.sequence !== end.sequence + 1 || event.prevhash !== end.hash) return false
  try {
    return factHash(event) === event.hash
  } catch {
    return false
  }
}
