import { type ChainedEvent, chainStart, factHash } from './chain.ts'

/** One thing that is wrong with a history. Lines count from 1. */
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
    /** Another fact for a sequence that was taken already. */
    readonly latecomers: number
  }
  /** The first thousand. */
  readonly problems: readonly ChainProblem[]
  readonly problemCount: number
}

export interface ChainVerifier {
  /** Takes the facts in the order of the log; those of different requests may be mixed in any way. */
  add(fact: ChainedEvent, line: number): void
  finish(): ChainReport
}

export interface ChainVerifierOptions {
  /** For an export, which holds accepted facts only: a repeat or a latecomer is then a problem. Default false, for a raw ledger. */
  readonly strict?: boolean
}

/** A file in which everything is wrong must not fill the memory with sentences about it. */
const problemsMax = 1000

/** The stated hash of each fact by its sequence; a hole where a fact is missing. */
type History = Array<string | undefined>

/**
 * Checks hash chains as facts come. Finds a change, a gap, a wrong order, a second version of a fact and a broken link. What no chain can show by itself is
 * a history rewritten from some fact to its very end, or cut short there: compare the last hash with another copy for that.
 * Keeps one hash per fact, about 100 bytes.
 */
export function createChainVerifier(options: ChainVerifierOptions = {}): ChainVerifier {
  const strict = options.strict ?? false
  const histories = new Map<string, History>()
  const problems: ChainProblem[] = []
  let problemCount = 0
  let facts = 0
  let repeats = 0
  let latecomers = 0

  function report(line: number, requestId: string, message: string): void {
    problemCount++
    if (problems.length < problemsMax) problems.push({ line, requestId, message })
  }

  function drop(fact: ChainedEvent, line: number, isRepeat: boolean): void {
    if (isRepeat) repeats++
    else latecomers++
    if (strict)
      report(
        line,
        fact.subject,
        isRepeat ? `fact ${fact.sequence} stands here again` : `another fact ${fact.sequence}: the history forks here`,
      )
  }

  /** Fills the hole that a gap left: the facts are all there, but not in their order. */
  function insertLate(history: History, fact: ChainedEvent, line: number): void {
    report(line, fact.subject, `fact ${fact.sequence} comes after fact ${history.length}: the order was changed`)
    history[fact.sequence - 1] = fact.hash
    facts++
  }

  function checkLink(history: History, fact: ChainedEvent, line: number): void {
    const { sequence, subject, prevhash } = fact
    const expected = history.length + 1
    if (sequence > expected) {
      const missing = sequence - 1 === expected ? `fact ${expected} is` : `facts ${expected} to ${sequence - 1} are`
      report(line, subject, `${missing} missing before fact ${sequence}`)
      return
    }
    const before = sequence === 1 ? chainStart : history[sequence - 2]
    if (prevhash === before) return
    if (sequence === 1) report(line, subject, 'the first fact names a fact before it')
    else report(line, subject, `fact ${sequence} does not follow fact ${sequence - 1} as it stands here: one of them was changed`)
  }

  return {
    add(fact, line) {
      const { subject, sequence } = fact
      let history = histories.get(subject)
      if (!history) {
        history = []
        histories.set(subject, history)
      }
      const intact = hashes(fact)
      if (sequence <= history.length) {
        const taken = history[sequence - 1]
        if (taken !== undefined) return drop(fact, line, intact && taken === fact.hash)
        if (!intact) report(line, subject, `fact ${sequence} is not what its hash says: it was changed`)
        return insertLate(history, fact, line)
      }
      if (!intact) report(line, subject, `fact ${sequence} is not what its hash says: it was changed`)
      checkLink(history, fact, line)
      // The stated hash goes on, so that one changed fact is one problem and not two.
      if (sequence > history.length + sequenceLeapMax) return
      history[sequence - 1] = fact.hash
      facts++
    },
    finish: () => ({ requests: histories.size, facts, dropped: { repeats, latecomers }, problems, problemCount }),
  }
}

/** A forged sequence of a billion must not make an array of a billion; a request has at most some thousand facts. */
const sequenceLeapMax = 100_000

/** False as well for a fact that has no canonical form: it can't be what was hashed. */
function hashes(fact: ChainedEvent): boolean {
  try {
    return factHash(fact) === fact.hash
  } catch {
    return false
  }
}
