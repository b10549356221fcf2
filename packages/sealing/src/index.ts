export { currentKeysOf, opensCountryKey } from './country-keys.ts'
export { createEmbeddedKeyStore } from './embedded/key-store.ts'
export type { KeyInHand } from './key-cache.ts'
export { checkKeyLines, type KeyLines, KeyLinesError, type Restored } from './key-lines.ts'
export {
  CountryKeyUnreadableError,
  createKeyRing,
  type DestroyedKey,
  type FoundKey,
  type KeyOwner,
  type KeyRing,
  type KeyRingOptions,
  type ObtainedKey,
  type UnknownKey,
  type UnreadableKey,
} from './key-ring.ts'
export type {
  Destruction,
  KeyRecords,
  KeyStore,
  Rewrapping,
  StandingKey,
  StoreMarks,
  Tombstone,
  WrappedCountryKey,
  WrappedRequestKey,
} from './key-store.ts'
export { KeysLostError } from './key-store.ts'
export { ensureMasterKeys, type MasterKeys, MasterKeysError, masterKeysFileName, readMasterKeys } from './master-keys.ts'
export { createRedisKeyStore } from './redis/key-store.ts'
export { createRequestKey, type RequestKey } from './request-key.ts'
export type { Rewrapped } from './rewrap.ts'
export {
  type OpenedBox,
  type OpenRefusal,
  open,
  openBlock,
  openRefusals,
  type SealedFor,
  type SealedPlace,
  type SealedValues,
  saltIn,
  seal,
} from './sealed-block.ts'
export {
  createWords,
  type EventWithData,
  type KeptBlock,
  KeyUnreadableError,
  type RefusedBlock,
  type Words,
  WordsGoneError,
} from './words.ts'
export { type KeptWords, wordsOf } from './words-of.ts'
export { unwrapKey, type WrappedFor, wrapKey, wrappedFor, wrappingKey } from './wrapping.ts'
