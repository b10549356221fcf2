import type { ProposalToApprove } from '@holdfast/schemas'
import type { Words } from '../words/index.ts'

/** A command that members give. */
export type MemberCommand = keyof Words['commands']

/** A command that a person has begun to give. */
export interface Act {
  readonly command: MemberCommand
  readonly joint: boolean
  /** There where it is the second person's word: it is in the words of the first. */
  readonly second?: Pick<ProposalToApprove, 'data' | 'proposedBy' | 'at'>
}
