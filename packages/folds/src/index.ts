export { StateLostError } from './behind-store.ts'
export { type Dispatched, type LastDispatched, lastDispatched, markDispatched } from './dispatched.ts'
export type { FoldDefinition } from './fold-definition.ts'
export { foldLog } from './fold-log.ts'
export { type HeldCommand, heldFull, heldPerMemberRoleMax, readHeld } from './held-commands.ts'
export { decidesKeyCommands, isKeyCommand } from './key-commands.ts'
export { forgetLostPast, type LostPast, lostPast, lostPastWords } from './lost-past.ts'
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
export { readDocument, readFactAt, throwIfWordless, WordlessError } from './read-fact.ts'
export { stateSpace, stateVersions } from './state-space.ts'
export { whereParkedBegins } from './where-parked-begins.ts'
