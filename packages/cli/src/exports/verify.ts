import { readVerifierKey, type VerifierKey } from '@holdfast/proof'
import { jsonLine, printable } from '@holdfast/schemas'
import { loadMembers, type Members } from '@holdfast/trust'
import { Command, InvalidArgumentError } from 'commander'
import { isHeadOfCopy } from '../backup/ledger-copy.ts'
import { nameOf, readLines } from '../input.ts'
import { describeLedgerProof, describeProof } from '../proof/describe-proof.ts'
import { readSeenCheckpoints } from '../proof/seen-checkpoints.ts'
import type { ProofReport } from '../proof/verify-proof.ts'
import { describeSignatures, type SignatureReport, type SignedWorkflow } from '../signatures/verify-signatures.ts'
import { Failure, type Terminal } from '../terminal.ts'
import { createLineVerifier } from './verify-lines.ts'
import type { DerivingWorkflow, OutcomeReport } from './verify-outcomes.ts'
import { verifyWork } from './verify-work.ts'

interface VerifyOptions {
  readonly ledger?: boolean
  readonly chain?: boolean
  readonly work?: boolean
  readonly checkpoint?: string
  readonly witness?: VerifierKey
  readonly members?: string
  readonly json?: boolean
}

const after = `
Detects changed, missing, reordered and duplicated facts, and facts whose resulting state is wrong: each history is derived again with the engine's code.
An export carries a proof that it is complete as the engine sent it, and that its facts are in trees that the engine has signed. --checkpoint compares
those trees with what a witness has seen, so that not even the operator could have changed or removed facts. --members verifies the signatures of
members with the keys of a registry, so that the actor of a fact is proved without trust in the engine.
Exit code 1 with each problem listed; else one sentence states what is proved and what is not.

Examples:
  holdfast export --member SG > facts.jsonl
  holdfast verify facts.jsonl
  holdfast verify --checkpoint sg.witness.jsonl facts.jsonl
  holdfast verify --members members.json facts.jsonl
  holdfast verify --ledger topic.jsonl     the values of freeze.ledger, one per line, noise included; not a "holdfast backup" file
  holdfast verify --chain facts.jsonl      only the chain, with a fifth of the memory; no resulting states
  holdfast verify --work work.jsonl        the work log of a country's desk: GET /v1/work-log
`

const noCopies =
  'is a backup of "holdfast backup", which cannot be verified here. Its chains were checked when it was made, and "holdfast restore" checks all of it before it writes'

/** `holdfast verify FILE`: verifies the chain of every request in an export of any size. */
export const verifyCommand = (terminal: Terminal, workflow: DerivingWorkflow & SignedWorkflow): Command =>
  new Command('verify')
    .description('verify the hash chain and the resulting states of every request in an export, offline')
    .argument('<file>', 'facts, one JSON text per line, or - for standard input')
    .option(
      '--ledger',
      'the file has the values of freeze.ledger, one per line; repeats, late facts and refused commands are counted and accepted',
    )
    .option('--chain', 'verify only the chain, and no resulting states')
    .option(
      '--checkpoint <file>',
      'what a witness has seen: its file, or one checkpoint; with --ledger the input must be one whole partition',
    )
    .option('--witness <key>', 'the key of that witness, NAME+ID+BASE64, which must have signed each checkpoint that is used', parseWitness)
    .option('--members <file>', 'a registry of members, whose keys verify the signatures in facts')
    .option('--work', 'the file is the work log of a desk')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', after)
    .action(async (file: string, { ledger = false, chain = false, work = false, json = false, ...options }: VerifyOptions) => {
      if (work) return verifyWork(file, json, terminal)
      const witnessing = options.checkpoint && {
        seen: await readSeenCheckpoints(options.checkpoint, terminal),
        witness: options.witness,
      }
      const members = options.members === undefined ? undefined : membersIn(options.members)
      const verifier = createLineVerifier({
        ledger,
        workflow: chain ? undefined : workflow,
        signed: workflow,
        witnessing: witnessing || undefined,
        members,
      })
      for await (const lines of readLines(file, terminal))
        for (const line of lines) {
          if (line.number === 1 && isHeadOfCopy(line.text)) throw new Failure(`${nameOf(file)} ${noCopies}`)
          verifier.add(line)
        }
      const { chain: report, outcomes: stated, signatures, proof, tree, refused, problems, problemCount } = await verifier.finish()
      // An empty file proves nothing: the export before it has probably failed.
      if (problemCount > 0 || report.facts === 0) terminal.setExitCode(1)
      if (json)
        return terminal.write(
          jsonLine({
            ...report,
            ...(stated ? { outcomes: countsOf(stated) } : {}),
            ...(signatures.checked ? { signatures: signaturesOf(signatures) } : {}),
            ...(proof ? { proof: inFigures(proof) } : {}),
            ...(tree ? { ledger: tree } : {}),
            problems,
            problemCount,
          }),
        )

      for (const problem of problems) {
        const request = problem.requestId !== undefined ? ` request ${problem.requestId}:` : ''
        terminal.tell(`line ${problem.line}:${request} ${problem.message}`)
      }
      if (problemCount > problems.length) terminal.tell(`and ${problemCount - problems.length} more`)
      const { repeats, latecomers } = report.dropped
      const noise = ledger
        ? `; ${repeats} repeated and ${latecomers} late facts changed nothing${refused > 0 ? `, ${refused} commands were refused` : ''}`
        : ''
      const isEmpty = report.facts + problemCount === 0
      const verdict = isEmpty
        ? 'NOTHING TO VERIFY'
        : problemCount === 0
          ? 'intact'
          : `NOT INTACT, ${problemCount} ${problemCount === 1 ? 'problem' : 'problems'}`
      await terminal.write(
        `${printable(nameOf(file))}: ${verdict}: ${report.facts} facts of ${report.requests} requests${noise}${wordsOf(stated)}${unchecked(signatures)}\n`,
      )
      if (problemCount > 0 || isEmpty) return
      if (proof) await terminal.write(`${printable(describeProof(proof))}\n`)
      if (tree) await terminal.write(`${describeLedgerProof(tree)}\n`)
      const bySignatures = describeSignatures(signatures)
      if (bySignatures) await terminal.write(`${bySignatures}\n`)
    })

function parseWitness(text: string): VerifierKey {
  const key = readVerifierKey(text)
  if (key.ok) return key.value
  throw new InvalidArgumentError(`${key.error}.`)
}

/** Null if the export has no proof. */
function inFigures({ statement, included, newer, witnessed }: ProofReport) {
  if (!statement) return null
  const { engine, country, at, requestId } = statement
  return { engine, country, at, requestId, included, newer, witnessed }
}

const countsOf = ({ proved, opaque }: OutcomeReport) => ({ proved, opaque })

const signaturesOf = ({ proved, unread, absent }: SignatureReport) => ({ proved, unread, absent })

const unchecked = ({ checked, unread }: SignatureReport): string =>
  checked || unread === 0 ? '' : `; ${unread} were signed, and their signatures were not checked (--members)`

function membersIn(path: string): Members {
  try {
    return loadMembers(path)
  } catch (error) {
    throw new Failure(`${path} cannot be used: ${(error as Error).message}`)
  }
}

function wordsOf(stated: OutcomeReport | undefined): string {
  if (!stated) return '; resulting states were not verified'
  const { proved, opaque } = stated
  return [
    proved > 0 ? `; ${proved} have the resulting state that they state` : '',
    opaque > 0 ? `; ${opaque} requests have facts of a newer version: their chain was verified, their resulting states were not` : '',
  ].join('')
}
