import type { RequestSummary } from '@holdfast/payment-stop/lifecycle'
import { isFact, isKnownFact, type LedgerFact, type ProposedCommand, parseActor } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'

/** A position in the list, oldest first: the instant of the proposal in milliseconds, and its ledger position. */
export interface ProposalCursor {
  readonly proposedMs: number
  readonly number: number
}

/** A proposal that awaits a second officer, and its sequence in the history of its request. */
export interface StoredProposal extends ProposalCursor {
  readonly requestId: string
  readonly sequence: number
  readonly command: ProposedCommand
}

export interface ProposalReader {
  /** The open proposals of a country's officers, oldest first. */
  proposals(
    country: string,
    after: ProposalCursor | undefined,
    limit: number,
  ): { proposals: StoredProposal[]; next: ProposalCursor | undefined }
}

export interface StoredProposals extends ProposalReader {
  /** To be called within a write, with each fact. Returns whether the fact is a proposal. */
  keep(fact: LedgerFact, number: number): boolean
  /** To be called within a write, with the new summary of a request. Deletes proposals that are no longer open. */
  settle(summary: RequestSummary): void
}

/** Whether a request with this summary can have open proposals. */
export const mayHaveProposals = ({ resultingState: { proposals = [], states } }: RequestSummary): boolean =>
  proposals.length > 0 || states.includes(inReview)

const inReview = 'received.awaitingReview'

export function createStoredProposals(file: SqliteFile): StoredProposals {
  file.schema(`
    CREATE TABLE IF NOT EXISTS proposals (
      country TEXT NOT NULL,
      proposed_ms INTEGER NOT NULL,
      number INTEGER NOT NULL,
      request_id TEXT NOT NULL,
      sequence INTEGER NOT NULL,
      command TEXT NOT NULL,
      PRIMARY KEY (country, proposed_ms, number)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS proposals_request ON proposals (request_id);
  `)
  const insert = file.prepare(
    'INSERT INTO proposals (country, proposed_ms, number, request_id, sequence, command) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const forgetOthers = file.prepare(
    'DELETE FROM proposals WHERE request_id = ?1 AND sequence NOT IN (SELECT value FROM json_each(?2)) AND NOT (?3 AND command = ?4)',
  )
  const read = file.prepare(
    `SELECT proposed_ms AS proposedMs, number, request_id AS requestId, sequence, command FROM proposals
     WHERE country = ? AND (proposed_ms, number) > (?, ?) ORDER BY proposed_ms, number LIMIT ?`,
  )
  return {
    keep(fact, number) {
      const command = commandIn(fact)
      const actor = command && parseActor(fact.actor)
      if (!actor?.ok) return false
      insert.run(actor.value.country, Date.parse(fact.time), number, fact.subject, fact.sequence, command as string)
      return true
    },
    settle({ requestId, resultingState: { proposals = [], states } }) {
      const open = JSON.stringify(proposals.map(({ sequence }) => sequence))
      // The statechart keeps at most one proposal of a verification, which ends with the review.
      forgetOthers.run(requestId, open, Number(states.includes(inReview)), 'ApproveVerification' satisfies ProposedCommand)
    },
    proposals(country, after, limit) {
      const rows = read.all(country, after?.proposedMs ?? 0, after?.number ?? 0, limit + 1) as unknown as StoredProposal[]
      const page = rows.slice(0, limit)
      return { proposals: page, next: rows.length > limit ? page.at(-1) : undefined }
    },
  }
}

/** The command by which a second officer approves a proposal. */
function commandIn(fact: LedgerFact): ProposedCommand | undefined {
  if (!isKnownFact(fact)) return undefined
  if (isFact(fact, 'ActionProposed')) return fact.data.command
  return isFact(fact, 'VerificationProposed') ? 'ApproveVerification' : undefined
}
