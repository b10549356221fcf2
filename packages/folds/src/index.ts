export {
  type FoldDefinition,
  type FoldedBatch,
  type FoldedFact,
  openPartitionFold,
  type PartitionFold,
  type PartitionFoldOptions,
  StateLostError,
} from './partition-fold.ts'
