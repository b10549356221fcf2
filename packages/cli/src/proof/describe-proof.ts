import type { LedgerTreeReport } from './ledger-tree.ts'
import type { ProofReport } from './verify-proof.ts'

/** What an export that is intact proves, and what it does not, in one sentence. */
export function describeProof({ statement, included, newer, witnessed }: ProofReport): string {
  if (!statement)
    return 'Proved: no history was changed or cut within. Not proved, as it carries no proof: that nothing was taken away at the end of a history, that no history was left out or rewritten throughout, and who gave it.'
  const { engine, country, at, requestId, size } = statement
  const of = requestId === undefined ? '' : ` of request ${requestId}`
  const behind = newer > 0 ? `, but for the newest ${newer}, which no checkpoint covers` : ''
  const proved = `Proved: these are the ${size} facts${of}, all and in their order, that the engine ${engine} gave to ${country} at ${at.toISOString()}; ${included === size ? 'each lies' : `${included} lie`} in a tree that it has signed${behind}`
  const lacking = `that the engine gave ${country} all that there is for it`
  return witnessed === undefined
    ? `${proved}. Not proved: ${lacking}, and that it shows others the same past, for which a checkpoint of a witness is needed (--checkpoint).`
    : `${proved}, and ${witnessed} of them among those that the witness has seen. Not proved: ${lacking}${witnessed < size ? `, and that the other ${size - witnessed} are what it shows others` : ''}.`
}

/** The same of a copy of the ledger. */
export const describeLedgerProof = ({ accepted, witnessed }: LedgerTreeReport): string =>
  `Proved: the first ${witnessed} of its ${accepted} accepted facts are all that the witness has seen of this partition, in their order, and no history was changed or cut within. Not proved: that nothing was taken away behind those.`
