export {
  type FoldDefinition,
  type FoldedBatch,
  openPartitionFold,
  type PartitionFold,
  type PartitionFoldOptions,
  StateLostError,
} from './partition-fold.ts'
