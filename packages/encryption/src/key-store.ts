import { StoreUnavailableError } from '@holdfast/stores'

/** A data key of a request and country, as stored: wrapped by a key of that country. */
export interface WrappedRequestKey {
  readonly keyId: string
  readonly requestId: string
  readonly country: string
  /** The id of the country's key. */
  readonly wrappedBy: string
  /** 60 bytes in base64url. */
  readonly wrapped: string
  readonly createdAt: string
}

/** A country key, as stored: wrapped by a master key. The highest version wraps new keys. */
export interface WrappedCountryKey {
  readonly keyId: string
  readonly country: string
  /** Starts at 1. */
  readonly version: number
  /** The id of the master key. */
  readonly wrappedBy: string
  /** 60 bytes in base64url. */
  readonly wrapped: string
  readonly createdAt: string
}

/** The destruction of all keys of a request: intended, done, and confirmed. */
export interface Destruction {
  readonly requestId: string
  /** A code, never free text. */
  readonly because: string
  readonly intendedAt: string
  /** From then on the request has no keys and gets none. */
  readonly destroyedAt?: string
  readonly confirmedAt?: string
  /** The destroyed keys. */
  readonly keys: readonly { readonly keyId: string; readonly country: string }[]
}

/** What remains of destroyed keys. */
export type Tombstone = Destruction & { readonly destroyedAt: string }

export type StoredKey =
  | { readonly state: 'present'; readonly key: WrappedRequestKey }
  | { readonly state: 'destroyed'; readonly destruction: Tombstone }

/** A key that is rewrapped, from the key `from` to another one. */
export interface Rewrapping {
  readonly keyId: string
  readonly from: string
  readonly wrappedBy: string
  readonly wrapped: string
}

/** The records of a backup. */
export interface KeyRecords {
  readonly requestKeys: readonly WrappedRequestKey[]
  readonly countryKeys: readonly WrappedCountryKey[]
  readonly destructions: readonly Destruction[]
}

/** Metadata of the store. */
export interface StoreMetadata {
  /** The engine that owns the keys. */
  readonly engine?: string
  /** `under way`, or when the latest restore ended. Keys that were created before it may be missing. */
  readonly restored?: string
  /** Up to which ledger offsets the keys were compared, as JSON. An older copy of the store has lower offsets. */
  readonly compared?: string
}

/** Thrown if the store was flushed or replaced since this process started. */
export class KeysLostError extends StoreUnavailableError {}

/**
 * Stores wrapped keys: the only data of an engine that can't be rebuilt from the ledger. What resolves survives a power
 * loss. Everything throws StoreUnavailableError if the store is unreachable, and never reports a key as missing for
 * that reason. A call has at most `entriesMax` keys, or throws RangeError.
 */
export interface KeyStore {
  /** In the order of the ids; undefined for a key that never existed. */
  find(keyIds: readonly string[]): Promise<readonly (StoredKey | undefined)[]>
  /** Additional operations of a store in this process; undefined for others. */
  readonly ordered?: OrderedKeys | undefined
  /**
   * Stores each key, unless its request has one for that country or its keys were destroyed. Returns the stored keys,
   * in order.
   */
  insert(keys: readonly WrappedRequestKey[]): Promise<readonly StoredKey[]>
  countryKeys(keyIds: readonly string[]): Promise<readonly (WrappedCountryKey | undefined)[]>
  /** The keys that wrap new keys of these countries; undefined if a country has none yet. */
  currentCountryKeys(countries: readonly string[]): Promise<readonly (WrappedCountryKey | undefined)[]>
  /** Stores the key if its version follows the country's current key; returns the current key. */
  insertCountryKey(key: WrappedCountryKey): Promise<WrappedCountryKey>
  /** Changes each key that is still wrapped by `from` and not destroyed. Returns the number of changes. */
  rewrapRequestKeys(rewrappings: readonly Rewrapping[]): Promise<number>
  rewrapCountryKeys(rewrappings: readonly Rewrapping[]): Promise<number>
  /** Returns the first intention. */
  intend(requestId: string, because: string, at: string): Promise<Destruction>
  /**
   * Destroys the keys of a request and prevents new ones. Resolves once their bytes are in no file of the store.
   * Idempotent. Undefined without an intention.
   */
  destroy(requestId: string, at: string): Promise<Tombstone | undefined>
  /** Undefined if nothing was destroyed. */
  confirm(requestId: string, at: string): Promise<Tombstone | undefined>
  /** Intended destructions that are not confirmed, at most `limit`. */
  unfinished(limit: number): Promise<readonly Destruction[]>
  /** Page by page, each as of its read. A key may appear twice; every key that exists throughout appears. */
  pagesOfRequestKeys(): AsyncIterable<readonly WrappedRequestKey[]>
  pagesOfCountryKeys(): AsyncIterable<readonly WrappedCountryKey[]>
  pagesOfDestructions(): AsyncIterable<readonly Destruction[]>
  metadata(): Promise<StoreMetadata>
  /** Sets one metadata entry. */
  setMetadata(name: keyof StoreMetadata, value: string): Promise<void>
  /**
   * Adds missing records. A key of a request whose keys were destroyed, here or by these records, stays destroyed; its
   * bytes are not stored.
   */
  restore(records: KeyRecords): Promise<void>
}

/** A store that returns keys before they are durable (ADR 46), so that encryption continues meanwhile. */
export interface OrderedKeys {
  /**
   * As `KeyStore.insert`, but at once: later calls find the keys. What they encrypt must not become durable before
   * `durable` resolves.
   */
  insert(keys: readonly WrappedRequestKey[]): readonly StoredKey[]
  /**
   * Resolves once all keys returned so far are durable; rejects if some were rolled back, which then never existed.
   * Undefined if all are durable. Its rejection may stay unhandled.
   */
  durable(): Promise<void> | undefined
  /** Called in the turn in which keys are rolled back, before the store answers anything else. */
  onRolledBack(listener: () => void): void
}

export const pageSize = 500
