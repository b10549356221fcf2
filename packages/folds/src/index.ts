export { createTurns } from './in-turn.ts'
export {
  type FoldDefinition,
  type FoldedBatch,
  type FoldedFact,
  type FoldedRefusal,
  openPartitionFold,
  type PartitionFold,
  type PartitionFoldOptions,
  StateLostError,
} from './partition-fold.ts'
export { readDocument, readFactAt } from './read-fact.ts'
