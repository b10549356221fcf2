import { StoreUnavailableError } from '@holdfast/stores'

/** A request's key for the words of one country, as it is stored: wrapped by a key of that country. */
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

/** A country's key, as it is stored: wrapped by a master key. Of several the one of the highest version wraps what is new. */
export interface WrappedCountryKey {
  readonly keyId: string
  readonly country: string
  /** From 1 on. */
  readonly version: number
  /** The id of the master key. */
  readonly wrappedBy: string
  /** 60 bytes in base64url. */
  readonly wrapped: string
  readonly createdAt: string
}

/** The end of all keys of a request: meant, done, and known to be on record. */
export interface Destruction {
  readonly requestId: string
  /** Why: a code, and never a text about somebody. */
  readonly because: string
  readonly intendedAt: string
  /** Since then no key of the request is there, and none will be. */
  readonly destroyedAt?: string
  readonly confirmedAt?: string
  /** Those that were destroyed. */
  readonly keys: readonly { readonly keyId: string; readonly country: string }[]
}

/** What stays of keys that were destroyed. */
export type Tombstone = Destruction & { readonly destroyedAt: string }

export type StoredKey =
  | { readonly state: 'there'; readonly key: WrappedRequestKey }
  | { readonly state: 'destroyed'; readonly destruction: Tombstone }

/** A key that is wrapped anew, by another one than `from`. */
export interface Rewrapping {
  readonly keyId: string
  readonly from: string
  readonly wrappedBy: string
  readonly wrapped: string
}

/** What a copy of the store brings. */
export interface KeyRecords {
  readonly requestKeys: readonly WrappedRequestKey[]
  readonly countryKeys: readonly WrappedCountryKey[]
  readonly destructions: readonly Destruction[]
}

/** What is said of a store itself. */
export interface StoreMetadata {
  /** Of which engine its keys are. */
  readonly engine?: string
  /** `under way`, or when its newest restore was done: keys that were made before that may be missing. */
  readonly restored?: string
  /** Up to which offsets the ledger was compared with the keys, as JSON: an older copy of the store has an older mark. */
  readonly compared?: string
}

/** Thrown where the store is not the one that this process began with: it was flushed or exchanged. */
export class KeysLostError extends StoreUnavailableError {}

/**
 * Where wrapped keys are kept: the one thing of an engine that can't be made again from the ledger. What resolves survives a power loss. Everything throws StoreUnavailableError where the store can't be reached, and says of nothing
 * that it is not there only because of that. A call names at most `entriesMax` keys, or throws RangeError.
 */
export interface KeyStore {
  /** In the order of the ids; undefined for a key that never was. */
  find(keyIds: readonly string[]): Promise<readonly (StoredKey | undefined)[]>
  /** What a store in this process can do besides; undefined for any other. */
  readonly ordered?: OrderedKeys | undefined
  /** Stores each key unless its request has one for that country or its keys were destroyed; gives what stands, in the same order. */
  insert(keys: readonly WrappedRequestKey[]): Promise<readonly StoredKey[]>
  countryKeys(keyIds: readonly string[]): Promise<readonly (WrappedCountryKey | undefined)[]>
  /** The keys that wrap what is new for these countries; undefined where a country has none yet. */
  currentCountryKeys(countries: readonly string[]): Promise<readonly (WrappedCountryKey | undefined)[]>
  /** Stores the key if its version is the one behind the country's current key; gives the key that is current then. */
  insertCountryKey(key: WrappedCountryKey): Promise<WrappedCountryKey>
  /** Each is changed that is still wrapped by `from`, and was not destroyed. Gives how many were. */
  rewrapRequestKeys(rewrappings: readonly Rewrapping[]): Promise<number>
  rewrapCountryKeys(rewrappings: readonly Rewrapping[]): Promise<number>
  /** Gives the destruction that stands: the first one that was meant. */
  intend(requestId: string, because: string, at: string): Promise<Destruction>
  /**
   * Destroys the keys of a request and those that it will never get, and resolves once their bytes are in no file of the store. Done again it gives the same. Undefined where it was not intended.
   */
  destroy(requestId: string, at: string): Promise<Tombstone | undefined>
  /** Undefined where nothing was destroyed. */
  confirm(requestId: string, at: string): Promise<Tombstone | undefined>
  /** What was intended and is not confirmed, at most so many. */
  unfinished(limit: number): Promise<readonly Destruction[]>
  /** Page by page, each as it is when it is read. One may come twice; all that were there from the beginning to the end come. */
  pagesOfRequestKeys(): AsyncIterable<readonly WrappedRequestKey[]>
  pagesOfCountryKeys(): AsyncIterable<readonly WrappedCountryKey[]>
  pagesOfDestructions(): AsyncIterable<readonly Destruction[]>
  marks(): Promise<StoreMetadata>
  /** Sets one of the marks. */
  mark(name: keyof StoreMetadata, value: string): Promise<void>
  /** Adds what is not there. A key of a request that was destroyed, here or by these records, stays destroyed; its bytes are not stored. */
  restore(records: KeyRecords): Promise<void>
}

/** Of a store that knows of a key before it is durable (ADR 46): what it seals goes on meanwhile. */
export interface OrderedKeys {
  /** As `KeyStore.insert`, at once: whoever asks this store finds the keys from here on. Nothing that they seal may be durable before `durable` says so. */
  insert(keys: readonly WrappedRequestKey[]): readonly StoredKey[]
  /** Resolves once all keys that were given so far are durable, and rejects where some of them were undone: those never were. Undefined where all are. A rejection that nobody waits for is no fault of the process. */
  durable(): Promise<void> | undefined
  /** Called in the turn in which keys that were given are undone, before anything else is asked of the store. */
  onUndone(listener: () => void): void
}

export const pageSize = 500
