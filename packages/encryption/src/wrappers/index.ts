export { decryptStreams, type PersonalDataCipher } from './decrypted-streams.ts'
export { pseudonymousIdempotency } from './pseudonymous-idempotency.ts'
export { isOfErasedData, publishUnlessErased } from './publish-unless-erased.ts'
