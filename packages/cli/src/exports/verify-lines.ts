import { isExportProof, isFeatureLevelRaised, isRefusedCommand, parseForeignJson, readLedgerRecord } from '@holdfast/schemas'
import { type ChainReport, createChainVerifier, type Members } from '@holdfast/trust'
import type { Line } from '../input.ts'
import { createLedgerTree, type LedgerTreeReport } from '../proof/ledger-tree.ts'
import { createProofVerifier, type ProofReport } from '../proof/verify-proof.ts'
import type { Witnessing } from '../proof/witnessed-trees.ts'
import { createSignatureVerifier, type SignatureReport, type SignedWorkflow } from '../signatures/verify-signatures.ts'
import { createOutcomeVerifier, type DerivingWorkflow, type OutcomeReport } from './verify-outcomes.ts'

export interface VerifyingOptions {
  /** The lines are of a ledger itself, with its noise, and not of an export. */
  readonly ledger?: boolean
  /** Derives the resulting states again; without it, only the chain is verified. */
  /** Its resulting states are derived again, if there is a workflow. */
  readonly workflow?: DerivingWorkflow | undefined
  /** Signatures are not counted without it. */
  readonly signed?: SignedWorkflow
  readonly witnessing?: Witnessing | undefined
  /** Verify signatures with these keys; without them, signatures are only counted. */
  readonly members?: Members | undefined
}

export interface LineProblem {
  readonly line: number
  readonly requestId?: string
  readonly message: string
}

export interface VerifiedLines {
  readonly chain: ChainReport
  readonly outcomes?: OutcomeReport
  readonly signatures: SignatureReport
  /** For an export. */
  readonly proof?: ProofReport
  /** For a ledger that is compared with what a witness has seen. */
  readonly tree?: LedgerTreeReport
  readonly refused: number
  /** By line, the first problems of each kind. */
  readonly problems: readonly LineProblem[]
  readonly problemCount: number
}

export interface LineVerifier {
  add(line: Line): void
  finish(): Promise<VerifiedLines>
}

const nothingSigned: SignedWorkflow = { isKnownFact: () => false, eventSignedFor: () => undefined, findDifference: () => undefined }

/** Up to this many lines that are not facts are listed; the rest is counted. */
const unreadableMax = 1000

/** Verifies the lines of an export, or of a ledger, as a stream: chains, resulting states, and the proof. */
export function createLineVerifier({
  ledger = false,
  workflow,
  signed = nothingSigned,
  witnessing,
  members,
}: VerifyingOptions): LineVerifier {
  const verifier = createChainVerifier({ strict: !ledger })
  const outcomes = workflow && createOutcomeVerifier(workflow)
  const signatures = createSignatureVerifier(members, signed)
  const proof = ledger ? undefined : createProofVerifier(witnessing)
  const tree = ledger && witnessing ? createLedgerTree(witnessing) : undefined
  const unreadable: LineProblem[] = []
  let unreadableCount = 0
  let refused = 0

  return {
    add({ number, text }) {
      if (proof && isExportProof(text)) return proof.addProof(text, number)
      const entry = readLedgerRecord(text, parseForeignJson)
      if (entry.ok && !isRefusedCommand(entry.value) && !isFeatureLevelRaised(entry.value)) {
        verifier.add(entry.value, number)
        outcomes?.add(entry.value, number)
        signatures.add(entry.value, number)
        proof?.addFact(entry.value.hash, number)
        tree?.add(entry.value)
      }
      // A ledger also has other records; an export has facts only.
      else if (entry.ok && ledger) {
        if (!isRefusedCommand(entry.value)) return
        verifier.addRefused(entry.value)
        outcomes?.addRefused(entry.value)
        tree?.addRefused(entry.value)
        refused++
      } else if (++unreadableCount <= unreadableMax)
        unreadable.push({
          line: number,
          message: `not a fact: ${entry.ok ? (isRefusedCommand(entry.value) ? 'a refused command' : 'a level') : entry.error}`,
        })
    },
    async finish() {
      const ofChain = verifier.finish()
      const stated = outcomes?.finish()
      const signed = signatures.finish()
      const proved = await proof?.finish()
      const ofTree = await tree?.finish()
      const unproved = [...(proved?.problems ?? []), ...(ofTree?.problem ? [{ line: 1, message: ofTree.problem }] : [])]
      return {
        chain: ofChain,
        ...(stated ? { outcomes: stated } : {}),
        signatures: signed,
        ...(proved ? { proof: proved } : {}),
        ...(ofTree ? { tree: ofTree } : {}),
        refused,
        problems: [...ofChain.problems, ...(stated?.problems ?? []), ...signed.problems, ...unproved, ...unreadable].sort(
          (a, b) => a.line - b.line,
        ),
        problemCount: ofChain.problemCount + (stated?.problemCount ?? 0) + signed.problemCount + unproved.length + unreadableCount,
      }
    },
  }
}
