export { canUnwrapCountryKey, currentKeysOf } from './country-keys.ts'
export { createEmbeddedKeyStore } from './embedded/key-store.ts'
export {
  type DecryptedValues,
  type DecryptionRefusal,
  decryptData,
  decryptionRefusals,
  decryptValues,
  type EncryptionBinding,
  type EncryptionContext,
  encryptValues,
  type PlaintextValues,
  saltIn,
} from './encrypted-values.ts'
export type { CachedKey } from './key-cache.ts'
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
  StoredKey,
  StoreMetadata,
  Tombstone,
  WrappedCountryKey,
  WrappedRequestKey,
} from './key-store.ts'
export { KeysLostError } from './key-store.ts'
export { ensureMasterKeys, type MasterKeys, MasterKeysError, masterKeysFileName, readMasterKeys } from './master-keys.ts'
export { type OpenPersonalData, openPersonalData } from './open-personal-data.ts'
export {
  createPersonalDataCipher,
  type EventWithData,
  KeyUnreadableError,
  type PersonalDataCipher,
  PersonalDataErasedError,
  type StoredEncryptedData,
  type UndecryptableData,
} from './personal-data-cipher.ts'
export { createRedisKeyStore } from './redis/key-store.ts'
export { createRequestKey, type RequestKey } from './request-key.ts'
export type { Rewrapped } from './rewrap.ts'
export { unwrapKey, type WrappedFor, wrapKey, wrappedFor, wrappingKey } from './wrapping.ts'
