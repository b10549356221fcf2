import type { BasicSummary, RecordedProposal, Views } from '@holdfast/core'
import { type LedgerFact, parseActor } from '@holdfast/schemas'
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
  readonly command: string
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
  keep(decisions: Views['decisions'], fact: LedgerFact, number: number): boolean
  /** To be called within a write, with the new summary of a request. Deletes proposals that are no longer open. */
  settle(decisions: Views['decisions'], summary: BasicSummary): void
}

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
  const readOfRequest = file.prepare<RecordedProposal>('SELECT sequence, command FROM proposals WHERE request_id = ?')
  const remove = file.prepare('DELETE FROM proposals WHERE request_id = ? AND sequence = ?')
  const read = file.prepare(
    `SELECT proposed_ms AS proposedMs, number, request_id AS requestId, sequence, command FROM proposals
     WHERE country = ? AND (proposed_ms, number) > (?, ?) ORDER BY proposed_ms, number LIMIT ?`,
  )
  return {
    keep({ approvalOf }, fact, number) {
      const command = approvalOf(fact)
      if (command === undefined) return false
      const actor = parseActor(fact.actor)
      if (!actor.ok) return false
      insert.run(actor.value.country, Date.parse(fact.time), number, fact.subject, fact.sequence, command)
      return true
    },
    settle({ isOpen }, summary) {
      const { requestId } = summary
      for (const proposal of readOfRequest.all(requestId)) if (!isOpen(summary, proposal)) remove.run(requestId, proposal.sequence)
    },
    proposals(country, after, limit) {
      const rows = read.all(country, after?.proposedMs ?? 0, after?.number ?? 0, limit + 1) as unknown as StoredProposal[]
      const page = rows.slice(0, limit)
      return { proposals: page, next: rows.length > limit ? page.at(-1) : undefined }
    },
  }
}
