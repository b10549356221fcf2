import type { LedgerTreeReport } from './ledger-tree.ts'
import type { ProofReport } from './verify-proof.ts'

/** What an intact export proves, and what it does not, in one sentence each. */
export function describeProof({ statement, included, newer, witnessed }: ProofReport): string {
  if (!statement)
    return 'Proved: no history was changed or has a gap. Not proved, because the export has no proof: that no fact is missing at the end of a history, that no history is missing or was rewritten completely, and which engine made it.'
  const { engine, country, at, requestId, size } = statement
  const of = requestId === undefined ? '' : ` of request ${requestId}`
  const behind = newer > 0 ? `, except for the newest ${newer}, which no checkpoint covers` : ''
  const proved = `Proved: these are the ${size} facts${of}, complete and in order, that the engine ${engine} gave to ${country} at ${at.toISOString()}; ${included === size ? 'each is' : `${included} are`} in a tree that it has signed${behind}`
  const lacking = `that the engine gave ${country} all facts that it has access to`
  return witnessed === undefined
    ? `${proved}. Not proved: ${lacking}, and that it shows others the same history, which needs a checkpoint of a witness (--checkpoint).`
    : `${proved}, and the witness has seen ${witnessed} of them. Not proved: ${lacking}${witnessed < size ? `, and that the other ${size - witnessed} are what it shows others` : ''}.`
}

/** The same for a copy of the ledger. */
export const describeLedgerProof = ({ accepted, witnessed }: LedgerTreeReport): string =>
  `Proved: the first ${witnessed} of its ${accepted} accepted facts are all that the witness has seen of this partition, in order, and no history was changed or has a gap. Not proved: that no later fact is missing.`
