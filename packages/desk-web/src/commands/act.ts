import type { ProposalToApprove } from '@holdfast/schemas'
import type { NamesIn } from '../locales/index.ts'

/** A command that members give. */
export type MemberCommand = NamesIn<'commands'>

/** A command that a person has started to prepare. */
export interface Act {
  readonly command: MemberCommand
  readonly needsApproval: boolean
  /** Present for an approval: the data of the proposal. */
  readonly second?: Pick<ProposalToApprove, 'data' | 'proposedBy' | 'at'>
  /** Present for a form that was filled in before a new sign-in: its values, by path. */
  readonly values?: Readonly<Record<string, string>>
}
