export { type Dispatched, type LastDispatched, lastDispatched, recordDispatched } from './dispatched.ts'
export { whereParkedBegins } from './find-parked-start.ts'
export { type HeldCommand, heldFull, heldPerMemberRoleMax, readHeld } from './held-commands.ts'
export { decidesKeyCommands, isKeyCommand } from './key-commands.ts'
export { logStateFaults } from './log-state-faults.ts'
export { discardTruncated, findTruncation, type LogTruncation, truncationMessage } from './log-truncation.ts'
export { createParkedEntries, type Parked, type ParkedEntry } from './parked-entries.ts'
export { parkedEventIn } from './parked-event.ts'
export { createParking, type Parking, requestRedrive, startParking, type WaitingErasure } from './parking.ts'
export type { CommandToHold, PartitionParking } from './partition-parking.ts'
export {
  type AppliedBatch,
  type AppliedFact,
  type AppliedRefusal,
  type OpenPartitions,
  openPartitionState,
  type PartitionState,
  type PartitionStateOptions,
  type SkippedRecords,
} from './partition-state.ts'
export { assertReadable, readDocument, readFactAt, UnreadableDataError } from './read-fact.ts'
export type { StateDefinition } from './state-definition.ts'
export { StateLostError } from './write-behind-store.ts'
