export { base64Of, bytesOfBase64, bytesOfHex, hexOf } from './bytes.ts'
export { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.ts'
export { consistencyProof, isConsistent, type TreeHead } from './consistency.ts'
export { claimedTimes, cosign, cosignedAt } from './cosignature.ts'
export { inclusionProof, type PlacedLeaf, rootByInclusion } from './inclusion.ts'
export {
  isSignedBy,
  readVerifierKey,
  type SigningKey,
  signatureTypes,
  signingKeyOf,
  signNote,
  type VerifierKey,
  writeVerifierKey,
} from './keys.ts'
export { type Note, readNote, writeNote } from './note.ts'
export { engineNameOf, exportsNameOf, readTreeOrigin, type TreeOrigin, treeOriginOf } from './origins.ts'
export { nodesIn, type Tile, type TileReader, tilesWith } from './tiles.ts'
export { createGrowingTree, type GrowingTree, isSameHash, leafHash, type NodeReader, rootOf } from './tree.ts'
