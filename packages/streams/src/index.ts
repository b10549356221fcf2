export { createEmbeddedStreams, type EmbeddedStreamsOptions } from './embedded/embedded-streams.ts'
export { type AttemptResult, attempt, attemptSync, isPermanent, isTransient, reasonOf } from './lasting-fault.ts'
export type { StreamsLog } from './log.ts'
export {
  fingerprintsAfter,
  fingerprintsAfterBatch,
  formatFingerprints,
  type LogFingerprint,
  type LogFingerprints,
  parseFingerprints,
  unchangedUpTo,
} from './log-fingerprints.ts'
export { namespacedStreams } from './namespaced-streams.ts'
export * from './port.ts'
export { renamedStreams } from './renamed-streams.ts'
export { type RetryUnavailableOptions, retryUnavailable } from './retry-unavailable.ts'
export { createSerialQueue, type SerialQueue } from './serial-queue.ts'
export { type MachineTime, systemTime } from './system-time.ts'
export { createTopicReader } from './topic-reader.ts'
export { untilDone } from './until-done.ts'
export { isSettledWithin, unlessAborted, within } from './waits.ts'
