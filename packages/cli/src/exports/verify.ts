import { readVerifierKey, type VerifierKey } from '@holdfast/proof'
import { jsonLine, printable } from '@holdfast/schemas'
import { loadMembers, type Members } from '@holdfast/trust'
import { Command, InvalidArgumentError } from 'commander'
import { isHeadOfCopy } from '../backup/ledger-copy.ts'
import { nameOf, readLines } from '../input.ts'
import { describeLedgerProof, describeProof } from '../proof/describe-proof.ts'
import { readSeenCheckpoints } from '../proof/seen-checkpoints.ts'
import type { ProofReport } from '../proof/verify-proof.ts'
import { describeSignatures, type SignatureReport } from '../signatures/verify-signatures.ts'
import { Failure, type Terminal } from '../terminal.ts'
import { createLineVerifier } from './verify-lines.ts'
import type { OutcomeReport } from './verify-outcomes.ts'
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
Finds a changed fact, a missing one, another order, a second version, and a fact that led to something else than it says: each history is folded again by the code that the engine
runs. An export carries a proof that it is whole as the engine gave it, and that its facts lie in trees which the engine has signed; --checkpoint holds those to what a witness has seen of them, so that not even who
runs the engine could have changed or taken away anything of that. --members checks what members have signed by the keys of a registry, and that the facts are that: so who said it needs nobody's word. Exit code 1 with each problem named; else one sentence says what is proved and what is not.

Examples:
  holdfast export --member SG > facts.jsonl
  holdfast verify facts.jsonl
  holdfast verify --checkpoint sg.witness.jsonl facts.jsonl
  holdfast verify --members members.json facts.jsonl
  holdfast verify --ledger topic.jsonl     the values of freeze.ledger as they lie there, one a line, noise included; no copy of "holdfast backup"
  holdfast verify --chain facts.jsonl      the chain alone: a fifth of the memory, and no outcome is checked
  holdfast verify --work work.jsonl        what the desk of a country did among itself: GET /v1/work-log
`

const noCopies =
  'is a copy that "holdfast backup" has made, and not what can be verified here: its chains were checked as it was made, and "holdfast restore" checks it whole before it writes anything'

/** `holdfast verify FILE`: checks the chain of every request in an exported stream, of any size. */
export const verifyCommand = (terminal: Terminal): Command =>
  new Command('verify')
    .description('check the hash chain and the stated outcomes of every request in an exported stream; needs no engine')
    .argument('<file>', 'facts, one JSON text per line, or - for standard input')
    .option(
      '--ledger',
      'the file has the values of freeze.ledger, one a line: repeats, latecomers and refused commands are counted and are no problem',
    )
    .option('--chain', 'check the chain alone, and not what the facts say that they led to')
    .option(
      '--checkpoint <file>',
      'what a witness has seen: its file, or one checkpoint; with --ledger the file has the values of one whole partition',
    )
    .option('--witness <key>', 'the key of that witness, NAME+ID+BASE64: each checkpoint that is used must be signed by it', parseWitness)
    .option('--members <file>', 'a registry of members, by whose keys the signatures that facts keep are checked')
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
      const verifier = createLineVerifier({ ledger, chain, witnessing: witnessing || undefined, members })
      for await (const lines of readLines(file, terminal))
        for (const line of lines) {
          if (line.number === 1 && isHeadOfCopy(line.text)) throw new Failure(`${nameOf(file)} ${noCopies}`)
          verifier.add(line)
        }
      const { chain: report, outcomes: stated, signatures, proof, tree, refused, problems, problemCount } = await verifier.finish()
      // An empty file proves nothing: more likely the export before it failed.
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
        ? `; ${repeats} repeats and ${latecomers} latecomers changed nothing${refused > 0 ? `, ${refused} commands were refused` : ''}`
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

/** Null where the export carries none. */
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
    throw new Failure(`${path} can't be used: ${(error as Error).message}`)
  }
}

function wordsOf(stated: OutcomeReport | undefined): string {
  if (!stated) return '; what they led to was not checked'
  const { proved, opaque } = stated
  return [
    proved > 0 ? `; ${proved} led to what they say` : '',
    opaque > 0 ? `; ${opaque} requests hold facts of a newer version: their chain was checked, and their outcome was not` : '',
  ].join('')
}
