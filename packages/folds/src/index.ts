export { type Dispatched, type LastDispatched, lastDispatched, recordDispatched } from './dispatched.ts'
export type { FoldDefinition } from './fold-definition.ts'
export { foldLog } from './fold-log.ts'
export { type HeldCommand, heldFull, heldPerMemberRoleMax, readHeld } from './held-commands.ts'
export { decidesKeyCommands, isKeyCommand } from './key-commands.ts'
export { discardTruncated, findTruncation, type LogTruncation, truncationMessage } from './log-truncation.ts'
export { createParkedEntries, type Parked, type ParkedEntry } from './parked-entries.ts'
export { parkedEventIn } from './parked-event.ts'
export { askRedrive, createParking, type Parking, startParking, type WaitingErasure } from './parking.ts'
export {
  type FoldedBatch,
  type FoldedFact,
  type FoldedRefusal,
  type LeftOut,
  type OpenFolds,
  openPartitionFold,
  type PartitionFold,
  type PartitionFoldOptions,
} from './partition-fold.ts'
export type { CommandToHold, PartitionParking } from './partition-parking.ts'
export { assertReadable, readDocument, readFactAt, UnreadableDataError } from './read-fact.ts'
export { stateSpace, stateVersions } from './state-space.ts'
export { whereParkedBegins } from './where-parked-begins.ts'
export { StateLostError } from './write-behind-store.ts'
