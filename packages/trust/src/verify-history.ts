import { chainStart, isNextRefusal, type RefusedCommand, type WorkEvent, wasRefused } from '@holdfast/schemas'
import { type ChainedEvent, factHash } from './chain.ts'

/** One problem of a history. Lines count from 1. */
export interface ChainProblem {
  readonly line: number
  readonly requestId: string
  readonly message: string
}

export interface ChainReport {
  readonly requests: number
  /** Facts that are part of a history. */
  readonly facts: number
  /** What the acceptance rule drops: the log's order is the arbiter, so these can't have changed a history. */
  readonly dropped: {
    /** A fact that was appended again, the same in every byte that counts. */
    readonly repeats: number
    /** Another fact for a sequence that was taken already, or for a command that was refused, and what follows such a fact: of two owners who wrote at a time. */
    readonly latecomers: number
  }
  /** The first thousand. */
  readonly problems: readonly ChainProblem[]
  readonly problemCount: number
}

export interface ChainVerifier<E = ChainedEvent> {
  /** Takes the facts in the order of the log; those of different requests may be mixed in any way. */
  add(fact: E, line: number): void
  finish(): ChainReport
}

export interface LedgerVerifier extends ChainVerifier {
  /** Takes a refused command of a raw ledger, in the order of the log too. */
  addRefused(refused: RefusedCommand): void
}

export interface ChainVerifierOptions {
  /** For an export, which holds accepted facts only: a repeat or a latecomer is then a problem. Default false, for a raw ledger. */
  readonly strict?: boolean
}

/** Limits the memory for a file in which everything is wrong. */
const problemsMax = 1000

interface History {
  /** The stated hash of each fact by its sequence; a hole where a fact is missing. */
  readonly hashes: Array<string | undefined>
  /** The hashes of latecomers. What is built on one of them was written by the same late owner. */
  branches: Set<string> | undefined
  readonly refusals: { readonly commands: string[] }
}

/** A forged sequence of a billion must not make an array of a billion; a request has a thousand facts at most. */
const leapMax = 10_000

/**
 * Checks hash chains as facts come. Finds a change, a gap, a wrong order, a second version of a fact and a broken link. What no chain can show by itself is
 * a history rewritten from some fact to its very end, or cut short there: compare the last hash with another copy for that.
 * Keeps one hash per fact: 200 bytes a fact where requests have four of them each.
 */
export const createChainVerifier = ({ strict = false }: ChainVerifierOptions = {}): LedgerVerifier =>
  createVerifier({ strict, called: 'fact', chainOf: ({ subject }) => subject })

/** The same for the work of desks: a chain for each country, which stands where reports name a request. A work log holds what was accepted, so that it is strict unless it is a raw topic. */
export const createWorkVerifier = ({ strict = true }: ChainVerifierOptions = {}): ChainVerifier<WorkEvent> =>
  createVerifier({ strict, called: 'event', chainOf: ({ country }) => country })

interface Verifying<E> {
  readonly strict: boolean
  /** What one of a chain is called. */
  readonly called: string
  chainOf(event: E): string
}

function createVerifier<E extends ChainedEvent | WorkEvent>({
  strict,
  called,
  chainOf,
}: Verifying<E>): ChainVerifier<E> & Pick<LedgerVerifier, 'addRefused'> {
  const histories = new Map<string, History>()
  const problems: ChainProblem[] = []
  let problemCount = 0
  let facts = 0
  let repeats = 0
  let latecomers = 0

  return {
    add(fact, line) {
      const { sequence, prevhash, hash } = fact
      const subject = chainOf(fact)
      const report = (message: string) => {
        problemCount++
        if (problems.length < problemsMax) problems.push({ line, requestId: subject, message })
      }
      let history = histories.get(subject)
      if (!history) {
        history = { hashes: [], branches: undefined, refusals: { commands: [] } }
        histories.set(subject, history)
      }
      const { hashes, refusals } = history
      const intact = isIntact(fact)
      const taken = hashes[sequence - 1]

      if (intact && taken === hash) {
        repeats++
        if (strict) report(`${called} ${sequence} stands here again`)
        return
      }
      const isRefused = fact.causationid !== undefined && wasRefused(refusals, fact.causationid)
      if (taken !== undefined || isRefused || history.branches?.has(prevhash)) {
        latecomers++
        if (intact) {
          history.branches ??= new Set()
          history.branches.add(hash)
        }
        if (strict) report(`another ${called} ${sequence}: the history forks here`)
        return
      }
      const broken =
        sequence <= hashes.length ? lateMessage(called, sequence, hashes.length) : linkMessage(called, hashes, sequence, prevhash)
      if (!intact) report(`${called} ${sequence} is not what its hash says: it was changed`)
      if (broken) report(broken)
      if (sequence > hashes.length + leapMax) return
      // Continue with the stated hash, so that one changed fact is one problem, not two.
      hashes[sequence - 1] = hash
      facts++
    },
    addRefused(refused) {
      const history = histories.get(refused.subject)
      const hash = history?.hashes.at(-1)
      if (history && hash !== undefined && isNextRefusal({ hash, refusals: history.refusals }, refused))
        history.refusals.commands.push(refused.causationid)
    },
    finish: () => ({ requests: histories.size, facts, dropped: { repeats, latecomers }, problems, problemCount }),
  }
}

/** A fact that fills a gap: all are present, but in the wrong order. */
const lateMessage = (called: string, sequence: number, last: number) =>
  `${called} ${sequence} comes after ${called} ${last}: the order was changed`

/** What is wrong with the place of a fact that comes after all that were seen; undefined when it follows the last one. */
function linkMessage(called: string, hashes: History['hashes'], sequence: number, prevhash: string): string | undefined {
  const expected = hashes.length + 1
  if (sequence > expected)
    return `${sequence === expected + 1 ? `${called} ${expected} is` : `${called}s ${expected} to ${sequence - 1} are`} missing before ${called} ${sequence}`
  if (sequence === 1) return prevhash === chainStart ? undefined : `the first ${called} names a ${called} before it`
  if (prevhash === hashes[sequence - 2]) return undefined
  return `${called} ${sequence} does not follow ${called} ${sequence - 1} as it stands here: one of them was changed`
}

/** False also for a fact without canonical form, which can't have been hashed. */
function isIntact(fact: ChainedEvent | WorkEvent): boolean {
  try {
    return factHash(fact) === fact.hash
  } catch {
    return false
  }
}
