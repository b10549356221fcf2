export { type Clock, systemClock, takenAt } from './clock.ts'
export { type BaseConfig, baseConfigSchema, configSchemaWithPort, type ServiceConfig } from './config.ts'
export { type AddressedRecord, type CountryTopics, createCountryTopics, publishByTopic } from './country-topics.ts'
export { createDeadLetters, type DeadLetters } from './dead-letters.ts'
export { createDrivers, type Drivers } from './drivers.ts'
export { createFairTurns, type FairTurns } from './fair-turns.ts'
export { createGate, type Gate } from './gate.ts'
export { callerOf, operatorOf, type Quotas } from './http/admit.ts'
export { type Answer, answerOnce, leaseMs, type Outcome, readIdempotencyKey } from './http/answer-once.ts'
export { type Buckets, createBuckets, type Share } from './http/buckets.ts'
export { cookieText, readCookie } from './http/cookies.ts'
export { createHttp } from './http/create-http.ts'
export { type OwnOrigin, whyForeign } from './http/own-origin.ts'
export { problemDetails, refusalAnswer, sendAnswer, sendRefusal } from './http/problem-details.ts'
export { sessionCookie } from './http/session-cookie.ts'
export { whyOperatorSignsInAgain, whySignInAgain } from './http/signed-in-lately.ts'
export { type StorageWatch, watchStorage } from './http/storage-watch.ts'
export { createLog, type Logger, silentLogger } from './log.ts'
export { type LogTime, type LogTimeOptions, watchLogTime } from './log-time.ts'
export { openPartitionRecord } from './partitions/partition-record.ts'
export { streamsOfLedger } from './partitions/streams-of-ledger.ts'
export { personsNeedProof } from './persons-need-proof.ts'
export { putAside } from './put-aside.ts'
export { readConfig, redact } from './read-config.ts'
export { createReadiness, type Readiness } from './readiness.ts'
export {
  isPortTaken,
  type Running,
  runService,
  type ServiceContext,
  type ServiceDefinition,
  type StartedService,
  type StartOptions,
  startService,
} from './run-service.ts'
export { keptOf, type SignedEvent, type Speaker, speakerOfRecord } from './speaker-of-record.ts'
export type { StatusParts } from './status/announce-status.ts'
export { createLagClock, type LagClock } from './status/lag-clock.ts'
export { watchFile } from './watch-file.ts'
export { markedIdempotency } from './words/marked-idempotency.ts'
export { keysFileName, openKeyStore } from './words/open-key-store.ts'
export { withOpenedWords } from './words/opened-streams.ts'
export { publishUnlessGone } from './words/publish-unless-gone.ts'
